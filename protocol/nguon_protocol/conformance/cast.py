"""The keys, devices and documents of the vectors, the same on every machine and on every day.

Every key is derived from a phrase that everybody can read here, so none of them is a secret, and none may
ever stand in the root of a real loudspeaker.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from nguon_protocol.acceptance import DeviceState
from nguon_protocol.counters import Counter
from nguon_protocol.documents import (
    Beacon,
    Drill,
    Input,
    Item,
    Latest,
    Live,
    Media,
    Order,
    Plan,
    PlanItem,
    Policy,
    Release,
    Role,
    Root,
    Urgent,
)
from nguon_protocol.documents.urgent import born
from nguon_protocol.envelope import HolderKey
from nguon_protocol.ids import item_id, order_id
from nguon_protocol.keys import Ed25519Signer, P256Signer, Signer

PHRASE = "LSP-1 published test vectors: never in a real root"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
NOON = 1_767_243_600  # 2026-01-01 12:00 in Hà Nội
HOUR, DAY = 3600, 86_400
DEVICE = "0b1e1c1e-0000-4000-8000-000000000001"
GROUP = "0b1e1c1e-0000-4000-8000-0000000000aa"
OTHER = "0b1e1c1e-0000-4000-8000-0000000000ff"
AREA, COMMUNE = "vn.5.120.4001", "vn.5.120"
MODEL = "loa-a1"
NONCE = "00112233445566778899aabbccddeeff"


class RepeatableP256(P256Signer):
    """A P-256 key whose signatures come out the same each time (RFC 6979)."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(private)
        self._key = private

    def sign(self, message: bytes) -> bytes:
        """Give the DER signature over the SHA-256 of the message."""
        return self._key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def _seed(name: str) -> bytes:
    return hashlib.sha256(f"{PHRASE}|{name}".encode()).digest()


def ed(name: str) -> Signer:
    """Give the Ed25519 test key of this name."""
    return Ed25519Signer(ed25519.Ed25519PrivateKey.from_private_bytes(_seed(name)))


def p256(name: str) -> Signer:
    """Give the P-256 test key of this name."""
    number = int.from_bytes(_seed(f"p256 {name}"), "big") % (P256_ORDER - 1) + 1
    return RepeatableP256(ec.derive_private_key(number, ec.SECP256R1()))


SERVER, SERVER_P = ed("signer"), p256("signer")
HANH, HANH_P = ed("Hạnh"), p256("Hạnh")
LONG_P = p256("Long")
ROOTS = [ed(f"root {index}") for index in range(3)]
ROOTS_P = [p256(f"root {index}") for index in range(3)]
MAINTAINERS = [ed("maintainer 0"), p256("maintainer 1")]
STRANGER, STRANGER_P = ed("stranger"), p256("stranger")
SESSION = ed("live session")
HOLDERS: list[tuple[Signer, str]] = [
    (SERVER, "signer"),
    (SERVER_P, "signer"),
    (HANH, "Hạnh"),
    (HANH_P, "Hạnh"),
    (LONG_P, "Long"),
    *((one, f"root {index}") for index, one in enumerate(ROOTS)),
    *((one, f"root {index}") for index, one in enumerate(ROOTS_P)),
    *((one, f"maintainer {index}") for index, one in enumerate(MAINTAINERS)),
]


def kids(*signers: Signer) -> tuple[str, ...]:
    """Give the names of the signers' keys."""
    return tuple(one.public.kid for one in signers)


def a_root(*, roles: Mapping[str, Role] | None = None, **changes: Any) -> Root:
    """Give version 1 of the vectors' root; `roles` are laid over its own."""
    usual = Root(
        issued=NOON - DAY,
        expires=NOON + 3 * 365 * DAY,
        v=1,
        keys={one.public.kid: HolderKey(one.public, holder) for one, holder in HOLDERS},
        roles={
            "root": Role(2, kids(*ROOTS, *ROOTS_P), 1),
            "server": Role(1, kids(SERVER, SERVER_P), 1),
            "duty": Role(1, kids(HANH, HANH_P, LONG_P), 4),
            "urgent": Role(2, kids(SERVER, SERVER_P, HANH, HANH_P, LONG_P), 2),
            "release": Role(2, kids(*MAINTAINERS), 3),
        }
        | dict(roles or {}),
        policy=Policy(),
    )
    return replace(usual, **changes)


def an_item(name: str = "r1", instant: int = 0, **changes: Any) -> Item:
    """Give a minute of sound."""
    usual = Item(
        item_id(name, instant), 60_000, Media("ab" * 32, 1000, "audio/ogg"), 80, 3, "Lịch tiêm chủng"
    )
    return replace(usual, **changes)


def a_plan(**changes: Any) -> Plan:
    """Give plan 8 of the commune with one item this afternoon."""
    usual = Plan(
        issued=NOON,
        expires=NOON + 35 * DAY,
        epoch=1,
        v=8,
        target=COMMUNE,
        items=(PlanItem(NOON + HOUR, an_item("r1", NOON + HOUR)),),
    )
    return replace(usual, **changes)


def an_order(**changes: Any) -> Order:
    """Give order 103 of the commune: play now."""
    item = an_item()
    usual = Order(
        issued=NOON,
        expires=NOON + 900,
        epoch=1,
        v=103,
        id=order_id(item.id, COMMUNE),
        target=COMMUNE,
        action="play",
        item=item,
    )
    return replace(usual, **changes)


def a_stop(**changes: Any) -> Order:
    """Give order 103 of the commune: silence."""
    return an_order(**({"action": "stop", "item": None} | changes))


def a_live_order(**changes: Any) -> Order:
    """Give order 103 of the commune: half an hour of the committee's own voice."""
    live = Live(SESSION.public, "/lsp/v1/live/103", 80, 2)
    return an_order(**({"action": "live", "item": None, "live": live, "expires": NOON + 1800} | changes))


def an_alert(**changes: Any) -> tuple[Urgent, ...]:
    """Give an alert for the province with the cancel and the correction that are born with it."""
    usual = Urgent(
        issued=NOON,
        expires=NOON + 900,
        epoch=2,
        v=1,
        id=order_id("alert", "vn.5"),
        target="vn.5",
        action="play",
        sounds=("siren", "flood"),
        item=an_item("alert", priority=1),
        dur_ms=200_000,
        repeat=2,
    )
    alert = replace(usual, **changes)
    end: dict[str, Any] = {"of": alert.id, "issued": alert.issued, "expires": alert.issued + DAY, "repeat": 1}
    silent: dict[str, Any] = {"sounds": (), "item": None, "dur_ms": None}
    cancel = replace(alert, action="cancel", v=alert.v + 1, id=order_id(alert.id, "cancel"), **end, **silent)
    spoken: dict[str, Any] = {"sounds": ("correction",), "item": an_item("correction"), "dur_ms": 90_000}
    correction = replace(
        alert, action="correct", v=alert.v + 2, id=order_id(alert.id, "correction"), **end, **spoken
    )
    return born(alert, (cancel, correction))


def a_drill(**changes: Any) -> Drill:
    """Give a drill for the commune."""
    usual = Drill(
        issued=NOON,
        expires=NOON + 900,
        epoch=1,
        v=1,
        id=order_id("drill", COMMUNE),
        target=COMMUNE,
        action="play",
        sounds=("drill", "flood"),
        dur_ms=60_000,
    )
    return replace(usual, **changes)


def an_input(**changes: Any) -> Input:
    """Give an order to open the FM input for ten minutes."""
    usual = Input(
        issued=NOON,
        expires=NOON + 900,
        epoch=1,
        v=1,
        id=order_id("input", COMMUNE),
        target=COMMUNE,
        action="open",
        input="fm",
        dur_ms=600_000,
        volume=60,
    )
    return replace(usual, **changes)


def a_beacon(**changes: Any) -> Beacon:
    """Give the answer to the device's own nonce."""
    latest = (Latest("plan", COMMUNE, 1, 8, a_plan().sha256),)
    usual = Beacon(
        issued=NOON, expires=NOON + 300, now=NOON, nonce=NONCE, root_v=1, device=DEVICE, latest=latest
    )
    return replace(usual, **changes)


def a_release(**changes: Any) -> Release:
    """Give release 5 of the device's own model."""
    usual = Release(
        issued=NOON,
        expires=NOON + 365 * DAY,
        epoch=3,
        v=5,
        model=MODEL,
        sha256_of_bundle="cd" * 32,
        size=9_000_000,
    )
    return replace(usual, **changes)


@cache
def _usual_root() -> Root:
    return a_root()


def a_device(root: Root | None = None, **changes: Any) -> DeviceState:
    """Give the state of the vectors' device, with what it has accepted before."""
    root = root or _usual_root()
    usual = DeviceState(
        device=DEVICE,
        area=AREA,
        root=root,
        root_sha256=root.sha256,
        groups=frozenset({GROUP}),
        counters={
            ("plan", COMMUNE): Counter(1, 7, "11" * 32, 1),
            ("order", COMMUNE): Counter(1, 100, "22" * 32, 0b1011),
            ("release", MODEL): Counter(3, 4, "44" * 32, 1),
        },
        nonce=NONCE,
        model=MODEL,
    )
    return replace(usual, **changes)
