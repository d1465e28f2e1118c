"""The people, keys and documents that the tests of this package share."""

from dataclasses import replace
from typing import Any

from nguon_protocol import keys
from nguon_protocol.acceptance import DeviceState
from nguon_protocol.documents import Beacon, Item, Media, Order, Plan, PlanItem, Policy, Role, Root
from nguon_protocol.envelope import HolderKey
from nguon_protocol.ids import item_id, order_id
from nguon_protocol.keys import Signer

NOON = 1_767_243_600  # 2026-01-01 12:00 in Hà Nội
DEVICE = "0b1e1c1e-0000-4000-8000-000000000001"
GROUP = "0b1e1c1e-0000-4000-8000-0000000000aa"
AREA = "vn.5.120.4001"
COMMUNE = "vn.5.120"
NONCE = "00112233445566778899aabbccddeeff"

SERVER = keys.generate()
SERVER_P256 = keys.generate(keys.P256)
DUTY = keys.generate(keys.P256)
PEOPLE = [keys.generate() for _ in range(3)]
STRANGER = keys.generate()


def a_root(**changes: Any) -> Root:
    holders = [(SERVER, "signer"), (SERVER_P256, "signer"), (DUTY, "Chị Hạnh")]
    holders += [(one, f"holder {index}") for index, one in enumerate(PEOPLE)]
    usual = Root(
        issued=NOON - 1000,
        expires=NOON + 3 * 365 * 86400,
        v=1,
        keys={one.public.kid: HolderKey(one.public, name) for one, name in holders},
        roles={
            "root": Role(2, tuple(one.public.kid for one in PEOPLE), 1),
            "server": Role(1, (SERVER.public.kid, SERVER_P256.public.kid), 1),
            "duty": Role(1, (DUTY.public.kid,), 4),
        },
        policy=Policy(),
    )
    return replace(usual, **changes)


def an_item(name: str = "r1", instant: int = 0, **changes: Any) -> Item:
    media = Media("ab" * 32, 1000, "audio/ogg")
    usual = Item(item_id(name, instant), 60_000, media, 80, 3, "Thông báo lịch tiêm chủng")
    return replace(usual, **changes)


def a_plan(**changes: Any) -> Plan:
    at = NOON + 3600
    usual = Plan(
        issued=NOON,
        expires=NOON + 35 * 86400,
        epoch=1,
        v=7,
        target=COMMUNE,
        items=(PlanItem(at, an_item("r1", at)),),
    )
    return replace(usual, **changes)


def an_order(**changes: Any) -> Order:
    item = an_item()
    usual = Order(
        issued=NOON,
        expires=NOON + 900,
        epoch=1,
        v=3,
        id=order_id(item.id, COMMUNE),
        target=COMMUNE,
        action="play",
        item=item,
    )
    return replace(usual, **changes)


def a_stop(**changes: Any) -> Order:
    return an_order(**({"action": "stop", "item": None, "v": 9} | changes))


def a_beacon(**changes: Any) -> Beacon:
    usual = Beacon(issued=NOON, expires=NOON + 300, now=NOON, nonce=NONCE, root_v=1, device=DEVICE)
    return replace(usual, **changes)


def a_device(**changes: Any) -> DeviceState:
    root = a_root()
    usual = DeviceState(
        device=DEVICE,
        area=AREA,
        root=root,
        root_sha256=root.sha256,
        groups=frozenset({GROUP}),
        nonce=NONCE,
    )
    return replace(usual, **changes)


def signed(document: Any, *signers: Signer) -> str:
    return str(document.sign(signers or (SERVER,)))
