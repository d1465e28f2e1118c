"""What a loudspeaker obeys of whoever holds a stolen key: the table of docs/security.md, with real keys."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from nguon_protocol import keys
from nguon_protocol.acceptance import Accepted, DeviceState, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import PEOPLES, counted_by
from nguon_protocol.documents import Beacon, Document, Drill, Input, Release, Role, Root, Urgent
from nguon_protocol.documents.live import Live
from nguon_protocol.envelope import HolderKey
from nguon_protocol.keys import Signer
from nguon_protocol.tests.cast import (
    DEVICE,
    DUTY,
    NONCE,
    NOON,
    PEOPLE,
    SERVER,
    SERVER_P256,
    a_device,
    a_plan,
    a_root,
    a_stop,
    an_order,
)

MIDNIGHT = NOON + 11 * 3600
MAINTAINERS = [keys.generate() for _ in range(3)]
OFFICER = keys.generate()
OWN = keys.generate()
"""The key of a loudspeaker: on its SD card, in no root."""
OFFICE: list[Signer] = [SERVER, SERVER_P256, DUTY, OFFICER]
ID = "0b1e1c1e-0000-4000-8000-0000000000b1"


def root() -> Root:
    usual = a_root()
    kids = tuple(one.public.kid for one in MAINTAINERS)
    more = {one.public.kid: HolderKey(one.public, f"maintainer {n}") for n, one in enumerate(MAINTAINERS)}
    more[OFFICER.public.kid] = HolderKey(OFFICER.public, "Anh Long")
    officers = (*usual.roles["duty"].kids, OFFICER.public.kid)
    together = (*usual.roles["server"].kids, *officers)
    roles = {"urgent": Role(2, together, 1), "release": Role(2, kids, 1), "duty": Role(1, officers, 1)}
    return replace(usual, keys={**usual.keys, **more}, roles={**usual.roles, **roles})


ROOT = root()
LIVES: dict[str, Any] = {"issued": NOON, "expires": NOON + 86_400, "epoch": 1, "v": 20}
HERE: dict[str, Any] = {**LIVES, "id": ID, "target": "vn.5.120"}


def documents() -> dict[str, Document]:
    alert = Urgent(
        **HERE, action="play", sounds=("siren",), dur_ms=5000, cancel="ab" * 32, correction="cd" * 32
    )
    return {
        "plan": a_plan(v=20),
        "plan of a province": a_plan(v=20, target="vn.5"),
        "play": an_order(v=20, expires=NOON + 86_400),
        "play in a province": an_order(v=20, target="vn.5"),
        "stop": a_stop(v=20),
        "go live": an_order(v=20, action="live", item=None, live=Live(OWN.public, "/live/1", 70, 2)),
        "officer's play": an_order(v=PEOPLES + 20, expires=NOON + 86_400),
        "officer's stop": a_stop(v=PEOPLES + 20),
        "alert": alert,
        "drill": Drill(**HERE, action="play", sounds=("drill",), dur_ms=5000),
        "open an input": Input(**HERE, action="open", input="fm", dur_ms=5000, volume=9),
        "beacon": Beacon(
            issued=NOON, expires=NOON + 300, now=NOON, nonce=NONCE, root_v=1, device=DEVICE, area="vn.9.1"
        ),
        "program": Release(**LIVES, model="pi", sha256_of_bundle="ab" * 32, size=9),
        "root": replace(ROOT, v=2),
    }


def device(of: Root = ROOT) -> DeviceState:
    return a_device(root=of, root_sha256=of.sha256, model="pi")


def obeyed(stolen: Sequence[Signer], now: int = NOON, of: Root = ROOT) -> set[str]:
    """Give the names of what a loudspeaker obeys when the thief signs with every stolen key."""
    state = device(of)
    judged = {
        name: accept(one.sign(stolen), state, now, ClockState.SYNCED) for name, one in documents().items()
    }
    return {name for name, found in judged.items() if isinstance(found, Accepted)}


OFFICERS = {"officer's play", "officer's stop"}
NORMAL = {"plan", "play", "go live", "stop", "officer's stop", "drill", "open an input", "beacon"}
"""The server's keys are of the role `urgent` too, each of whose holders silences."""


@pytest.mark.parametrize(
    ("stolen", "obeys"),
    [
        ([OWN], set()),
        ([SERVER], NORMAL),
        ([SERVER_P256], NORMAL),
        ([SERVER, SERVER_P256], NORMAL),
        ([DUTY], OFFICERS),
        ([DUTY, OFFICER], OFFICERS | {"alert"}),
        ([SERVER, DUTY], NORMAL | OFFICERS | {"alert"}),
        (PEOPLE[:1], set()),
        (PEOPLE[1:], {"root"}),
        (MAINTAINERS[:1], set()),
        (MAINTAINERS[:2], {"program"}),
        ([PEOPLE[0], MAINTAINERS[0], OWN], set()),
    ],
    ids=[
        *(
            "a loudspeaker's own",
            "the server's",
            "its other one",
            "both of the server",
            "a duty officer's",
            "two officers'",
        ),
        *("the server's and an officer's", "one holder's", "two holders'", "one maintainer's"),
        *("two maintainers'", "one of each"),
    ],
)
def test_a_stolen_key_is_obeyed_so_far_and_no_further(stolen: list[Signer], obeys: set[str]) -> None:
    assert obeyed(stolen) == obeys


def test_at_night_the_server_wakes_nobody_and_an_officer_only_with_it() -> None:
    assert obeyed([SERVER, DUTY], MIDNIGHT) == {"plan", "stop", "officer's stop", "alert", "beacon"}


def test_the_next_root_ends_a_stolen_server_key_for_good() -> None:
    fresh = keys.generate()
    raised = {name: replace(ROOT.roles[name], epoch=2) for name in ("server", "duty", "urgent")}
    changed = replace(ROOT, v=2, roles={**ROOT.roles, **raised})
    assert obeyed([SERVER], of=changed) == {"beacon"}  # it has no epoch: only another key ends it
    kid = fresh.public.kid
    others = {name: one for name, one in ROOT.keys.items() if one.holder != "signer"}
    server = {"server": Role(1, (kid,), 2), "urgent": Role(2, (kid, DUTY.public.kid), 2)}
    replaced = replace(
        changed, keys={**others, kid: HolderKey(fresh.public, "signer")}, roles={**changed.roles, **server}
    )
    assert obeyed([SERVER, SERVER_P256], of=replaced) == set()
    plan = replace(a_plan(), epoch=2)
    found = accept(plan.sign([fresh]), device(replaced), NOON, ClockState.SYNCED)
    assert isinstance(found, Accepted)


def test_a_stop_of_the_highest_number_keeps_officers_orders_out_until_the_epoch_is_raised() -> None:
    """Not held back: one stolen key of the roles that silence shuts out what officers order by themselves."""
    last = accept(a_stop(v=2**53 - 1).sign([SERVER]), device(), NOON, ClockState.SYNCED)
    assert isinstance(last, Accepted)
    assert last.counter is not None
    counters = {counted_by("order", "vn.5.120", 2**53 - 1): last.counter}
    heard = replace(device(), counters=counters)
    own = a_stop(v=PEOPLES + 20)
    refused = accept(own.sign([DUTY]), heard, NOON, ClockState.SYNCED)
    assert isinstance(refused, Refused)
    assert refused.reason == "rollback"
    raised = {**ROOT.roles, "duty": replace(ROOT.roles["duty"], epoch=2)}
    after = replace(heard, root=replace(ROOT, v=2, roles=raised))
    assert isinstance(accept(replace(own, epoch=2).sign([DUTY]), after, NOON, ClockState.SYNCED), Accepted)
    assert isinstance(accept(a_stop(v=20).sign([SERVER]), heard, NOON, ClockState.SYNCED), Accepted)


def test_two_holders_own_everything_and_one_cannot_undo_it() -> None:
    """What two stolen root keys can do is not held back by anything; so they lie with three people."""
    thief = keys.generate()
    kids = (thief.public.kid,)
    taken = replace(
        ROOT,
        v=2,
        keys={thief.public.kid: HolderKey(thief.public, "thief")},
        roles={name: Role(1, kids, 9) for name in ("root", "server")},
    )
    found = accept(taken.sign([*PEOPLE[:2], thief]), device(), NOON, ClockState.SYNCED)
    assert isinstance(found, Accepted)
    back = replace(ROOT, v=3)
    refused = accept(back.sign(PEOPLE), device(taken), NOON, ClockState.SYNCED)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize("name", documents())
def test_what_is_obeyed_is_named_with_everybody_who_signed_it(name: str) -> None:
    one = documents()[name]
    many: list[Signer] = [SERVER, SERVER_P256, DUTY, OFFICER, *MAINTAINERS[:2], *PEOPLE[:2]]
    found = accept(one.sign(many), device(), NOON, ClockState.SYNCED)
    if isinstance(found, Refused):
        assert found.reason == "scope"
        return
    assert (found.type, found.document, found.sha256) == (one.TYPE, one, one.sha256)
    groups: dict[str, Sequence[Signer]] = {
        "release": MAINTAINERS[:2],
        "root": PEOPLE[:2],
        "order": OFFICE,
        "urgent": OFFICE,
    }
    signed = {ROOT.keys[key.public.kid].holder for key in groups.get(one.TYPE, [SERVER])}
    assert found.holders == signed


@pytest.mark.parametrize("name", [name for name in documents() if name not in ("root", "beacon")])
def test_the_broker_may_repeat_swap_and_delay_and_nothing_comes_of_it(name: str) -> None:
    """Whoever owns the broker (or a TLS key, or a cable) has every true envelope, and no key."""
    signers = {"alert": [SERVER, DUTY], "program": MAINTAINERS}.get(
        name, [DUTY if "officer" in name else SERVER]
    )
    true = documents()[name].sign(signers)
    first = accept(true, device(), NOON, ClockState.SYNCED)
    if isinstance(first, Refused):
        assert first.reason == "scope"
        return
    assert first.counter is not None
    assert first.type in {"plan", "order", "urgent", "drill", "input", "release"}
    target = getattr(documents()[name], "target", "")
    kept_by = counted_by(first.type, target, 20 + PEOPLES * ("officer" in name))
    heard = replace(device(), counters={kept_by: first.counter})
    again = accept(true, heard, NOON, ClockState.SYNCED)
    assert isinstance(again, Accepted)
    assert not again.changed
    elsewhere = replace(device(), area="vn.5.121.1", model="other")
    later = accept(true, device(), NOON + 36 * 86_400, ClockState.SYNCED)
    judged = [accept(true, elsewhere, NOON, ClockState.SYNCED), later]
    reasons = [one.reason for one in judged if isinstance(one, Refused)]
    assert reasons == ["target"] if "stop" in name else reasons == ["target", "expired"]
