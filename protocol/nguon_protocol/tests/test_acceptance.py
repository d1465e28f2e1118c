"""Rule 4 as a table: what is obeyed, and one refusal for each reason, in their order."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon_protocol import envelope, keys, strict_json
from nguon_protocol.acceptance import REASONS, Accepted, DeviceState, Refused, accept, first_root
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import PEOPLES, Counter
from nguon_protocol.documents import PARSERS, Order, Plan, PlanItem, Policy, Release, Role, Root, Urgent
from nguon_protocol.documents.live import Live
from nguon_protocol.envelope import HolderKey
from nguon_protocol.errors import ProtocolError
from nguon_protocol.tests import cast
from nguon_protocol.tests.cast import (
    NOON,
    a_beacon,
    a_device,
    a_plan,
    a_root,
    a_stop,
    an_item,
    an_order,
    signed,
)

NIGHT = NOON + 11 * 3600  # 23:00


def judge(
    text: str | bytes,
    state: DeviceState | None = None,
    now: int = NOON,
    clock: ClockState = ClockState.SYNCED,
) -> Accepted | Refused:
    return accept(text, state or a_device(), now, clock)


def raw(body: dict[str, Any] | bytes, kind: str = "order") -> str:
    data = body if isinstance(body, bytes) else strict_json.dumps(body)
    return envelope.sign(data, envelope.payload_type(kind), [cast.SERVER])


def body_of(document: Any, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.body())
    return found | changes


def next_root(**changes: Any) -> Root:
    return a_root(**({"v": 2} | changes))


OBEYED = {
    "plan of the commune": signed(a_plan()),
    "plan of the village": signed(a_plan(target=cast.AREA)),
    "plan of the group": signed(a_plan(target=f"g/{cast.GROUP}")),
    "plan of the device": signed(a_plan(target=f"d/{cast.DEVICE}")),
    "order by P-256": signed(an_order(), cast.SERVER_P256),
    "order by both keys": signed(an_order(), cast.SERVER, cast.SERVER_P256),
    "order by the duty officer": signed(an_order(epoch=4, v=PEOPLES + NOON), cast.DUTY),
    "stop": signed(a_stop()),
    "cancel": signed(an_order(action="cancel", item=None, items=(an_item().id,))),
    "beacon": signed(a_beacon()),
    "root": signed(next_root(), *cast.PEOPLE[:2]),
    "unknown fields": raw(body_of(an_order(), later="a later version may add this")),
}


@pytest.mark.parametrize("name", OBEYED)
def test_obeyed(name: str) -> None:
    found = judge(OBEYED[name])
    assert isinstance(found, Accepted), found
    assert found.changed


def _no_clock(text: str) -> Accepted | Refused:
    return judge(text, now=0, clock=ClockState.UNKNOWN)


REFUSED: dict[str, tuple[str, Accepted | Refused]] = {
    "no JSON": ("parse", judge("hello")),
    "too big": ("parse", judge(b" " * (256 * 1024) + OBEYED["plan of the commune"].encode())),
    "nine signatures": ("parse", judge(json.dumps(json.loads(OBEYED["stop"]) | {"signatures": [{}] * 9}))),
    "signed bytes that are no JSON": ("parse", judge(raw(b"{"))),
    "equal keys in the body": ("parse", judge(raw(b'{"spec":1,"spec":1}'))),
    "a receipt": ("type", judge(raw({}, "receipt"))),
    "a stranger": ("threshold", judge(signed(an_order(), cast.STRANGER))),
    "the duty officer's plan": ("threshold", judge(signed(a_plan(), cast.DUTY))),
    "one of two for a root": ("threshold", judge(signed(next_root(), cast.PEOPLE[0]))),
    "server for a root": ("threshold", judge(signed(next_root(), cast.SERVER))),
    "new root's quorum missing": (
        "threshold",
        judge(
            signed(
                next_root(
                    roles=dict(a_root().roles) | {"root": Role(1, (cast.PEOPLE[2].public.kid,), 1)},
                ),
                *cast.PEOPLE[:2],
            )
        ),
    ),
    "spec 2": ("spec", judge(raw(body_of(an_order(), spec=2)))),
    "a plan as an order": ("spec", judge(raw(a_plan().body()))),
    "a negative integer": ("spec", judge(raw(body_of(an_order(), v=-1)))),
    "2^53": ("spec", judge(raw(body_of(an_order(), v=2**53)))),
    "stop with an item": ("spec", judge(raw(body_of(an_order(), action="stop")))),
    "unsorted plan": (
        "spec",
        judge(signed(a_plan(items=(PlanItem(NOON + 9, an_item("a")), PlanItem(NOON, an_item("b")))))),
    ),
    "another commune": ("target", judge(signed(an_order(target="vn.5.121")))),
    "a longer number": ("target", judge(signed(an_order(target="vn.5.12")))),
    "another device": ("target", judge(signed(an_order(target=f"d/{cast.GROUP}")))),
    "another device's beacon": ("target", judge(signed(a_beacon(device=cast.GROUP)))),
    "the whole province": ("scope", judge(signed(an_order(target="vn.5")))),
    "the whole country's plan": ("scope", judge(signed(a_plan(target="vn")))),
    "old epoch": ("epoch", judge(signed(an_order(epoch=0)))),
    "server with the duty epoch": ("epoch", judge(signed(an_order(epoch=4)))),
    "older plan": (
        "rollback",
        judge(signed(a_plan()), a_device(counters={("plan", cast.COMMUNE): Counter(1, 8, "f" * 64, 1)})),
    ),
    "same number, other plan": (
        "rollback",
        judge(signed(a_plan()), a_device(counters={("plan", cast.COMMUNE): Counter(1, 7, "f" * 64, 1)})),
    ),
    "root skipped": ("rollback", judge(signed(next_root(v=3), *cast.PEOPLE))),
    "other root 1": ("rollback", judge(signed(a_root(expires=NOON + 5), *cast.PEOPLE))),
    "replayed beacon": ("rollback", judge(signed(a_beacon(nonce="aa" * 16)))),
    "from the future": ("future", judge(signed(an_order(issued=NOON + 301)))),
    "expired": ("expired", judge(signed(an_order()), now=NOON + 901)),
    "expired root": (
        "expired",
        judge(signed(an_order()), a_device(root=a_root(expires=NOON - 1))),
    ),
    "no clock": ("clock", _no_clock(signed(a_plan()))),
    "no clock for an order": ("clock", _no_clock(signed(an_order()))),
    "at night": ("quiet", judge(signed(an_order(issued=NIGHT, expires=NIGHT + 900)), now=NIGHT)),
    "reaching into the night": (
        "quiet",
        judge(signed(an_order(issued=NIGHT - 3630, expires=NIGHT)), now=NIGHT - 3630),
    ),
    "too many minutes": (
        "limit",
        judge(
            signed(an_order()),
            a_device(
                root=a_root(policy=Policy(minutes_per_day=30)),
                heard=[((NOON - 7200) * 1000, 29 * 60_000 + 1)],
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    reason, found = REFUSED[name]
    assert isinstance(found, Refused), found
    assert found.reason == reason, found


def test_every_reason_has_a_row() -> None:
    assert {reason for reason, _ in REFUSED.values()} == set(REASONS)


def test_the_first_reason_in_the_order_is_given() -> None:
    """A stranger's expired order for another commune is refused because it is a stranger's."""
    bad = an_order(target="vn.5", epoch=9, issued=NOON + 999)
    assert judge(signed(bad, cast.STRANGER)) == Refused("threshold", "", "order", bad.sha256)
    assert getattr(judge(signed(bad)), "reason", None) == "scope"


def test_stop_root_and_beacon_need_no_clock() -> None:
    for name in ("stop", "root", "beacon"):
        assert isinstance(_no_clock(OBEYED[name]), Accepted), name


def test_an_expired_root_still_obeys_stop_and_a_newer_root() -> None:
    state = a_device(root=a_root(expires=NOON - 1))
    assert isinstance(judge(OBEYED["stop"], state), Accepted)
    assert isinstance(judge(OBEYED["root"], state), Accepted)


def test_two_keys_of_one_holder_count_once() -> None:
    roles = dict(a_root().roles) | {"server": Role(1, (cast.SERVER.public.kid, cast.DUTY.public.kid), 1)}
    two = replace(a_root(), roles=roles | {"server": Role(2, roles["server"].kids, 1)})
    assert isinstance(judge(signed(an_order(), cast.SERVER, cast.DUTY), a_device(root=two)), Accepted)
    kids = (cast.SERVER.public.kid, cast.SERVER_P256.public.kid)
    one = replace(two, roles=roles | {"server": Role(2, kids, 1)})
    found = judge(signed(an_order(), cast.SERVER, cast.SERVER_P256), a_device(root=one))
    assert getattr(found, "reason", None) == "threshold"


def test_a_wrong_key_name_is_only_a_wrong_hint() -> None:
    changed = json.loads(OBEYED["order by P-256"])
    changed["signatures"][0]["keyid"] = cast.SERVER.public.kid
    assert isinstance(judge(json.dumps(changed)), Accepted)


def test_a_root_nobody_can_satisfy_or_with_equal_keys_is_refused() -> None:
    roles = dict(a_root().roles) | {"server": Role(2, (cast.SERVER.public.kid,), 1)}
    with pytest.raises(ProtocolError):
        Root.parse(a_root(roles=roles).body())
    body = body_of(a_root())
    first = next(iter(body["keys"]))
    body["keys"]["0" * 16] = body["keys"][first]
    with pytest.raises(ProtocolError):
        Root.parse(strict_json.dumps(body))


def test_the_first_root_is_signed_by_its_own_quorum() -> None:
    root, sha256 = first_root(signed(a_root(), *cast.PEOPLE[:2]))
    assert (root, sha256) == (a_root(), a_root().sha256)
    with pytest.raises(ProtocolError):
        first_root(signed(a_root(), cast.PEOPLE[0]))


def test_the_same_document_again_is_no_change() -> None:
    first = judge(OBEYED["stop"])
    assert isinstance(first, Accepted)
    assert first.counter is not None
    again = judge(OBEYED["stop"], a_device(counters={("order", cast.COMMUNE): first.counter}))
    assert isinstance(again, Accepted)
    assert not again.changed


@given(st.permutations(range(1, 12)))
def test_orders_that_overtake_each_other_are_each_obeyed_once(numbers: list[int]) -> None:
    counters: dict[tuple[str, str], Counter] = {}
    for v in [*numbers, *numbers]:
        found = judge(signed(an_order(v=v)), a_device(counters=counters))
        if isinstance(found, Accepted) and found.counter:
            counters["order", cast.COMMUNE] = found.counter
            numbers = [one for one in numbers if one != v]
        else:
            assert v not in numbers
    assert numbers == []


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 90)), max_size=40), st.booleans())
def test_a_counter_never_goes_back_and_takes_each_number_once(
    steps: list[tuple[int, int]], windowed: bool
) -> None:
    counter, taken = Counter(), set()
    for epoch, v in steps:
        following = counter.after(epoch, v, f"{epoch}.{v}", windowed=windowed)
        if following is not None:
            assert (epoch, v) not in taken
            assert (following.epoch, following.v) >= (counter.epoch, counter.v)
            assert windowed or counter.sha256 == "" or (epoch, v) > (counter.epoch, counter.v)
            counter = following
            taken.add((epoch, v))


def test_the_window_ends_after_64_numbers() -> None:
    counter: Counter | None = Counter().after(1, 100, "a", windowed=True)
    assert counter is not None
    assert counter.after(1, 36, "b", windowed=True) is None
    counter = counter.after(1, 37, "b", windowed=True)
    assert counter is not None
    assert counter.after(1, 37, "b", windowed=True) is None
    moved = counter.after(1, 163, "c", windowed=True)
    assert moved is not None
    assert moved.after(1, 100, "a", windowed=True) is None
    assert moved.after(1, 99, "d", windowed=True) is None


def test_the_last_moments_of_future_and_of_life() -> None:
    assert isinstance(judge(signed(an_order(issued=NOON + 300))), Accepted)
    assert isinstance(judge(signed(an_order()), now=NOON + 900), Accepted)
    assert isinstance(judge(signed(an_order()), a_device(root=a_root(expires=NOON))), Accepted)


ORIGINAL = OBEYED["plan of the commune"].encode()


@settings(max_examples=300)
@given(
    st.integers(0, len(ORIGINAL) - 1), st.integers(0, 255), st.sampled_from(["set", "drop", "double", "cut"])
)
def test_a_changed_envelope_is_never_obeyed_with_changed_content(at: int, byte: int, how: str) -> None:
    changed = {
        "set": ORIGINAL[:at] + bytes([byte]) + ORIGINAL[at + 1 :],
        "drop": ORIGINAL[:at] + ORIGINAL[at + 1 :],
        "double": ORIGINAL[:at] + ORIGINAL[at : at + 5] + ORIGINAL[at:],
        "cut": ORIGINAL[:at],
    }[how]
    found = judge(changed)
    assert isinstance(found, Refused) or found.document == a_plan()


@given(st.integers(0, len(a_plan().body()) - 1), st.integers(1, 255))
def test_a_changed_body_under_the_old_signature_is_refused(at: int, flip: int) -> None:
    body = bytearray(a_plan().body())
    body[at] ^= flip
    whole = json.loads(ORIGINAL) | {"payload": base64.b64encode(body).decode()}
    assert getattr(judge(json.dumps(whole)), "reason", None) == "threshold"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["plan", "order", "beacon", "root"]), st.data())
def test_a_signed_body_of_any_shape_is_judged_without_an_exception(kind: str, data: st.DataObject) -> None:
    made = {"plan": a_plan(), "order": an_order(), "beacon": a_beacon(), "root": next_root()}[kind]
    body = body_of(made)
    for name in data.draw(st.sets(st.sampled_from(sorted(body)), min_size=1, max_size=3)):
        body[name] = data.draw(json_values)
    signers = cast.PEOPLE if kind == "root" else [cast.SERVER]
    found = judge(envelope.sign(strict_json.dumps(body), envelope.payload_type(kind), signers))
    assert isinstance(found, Accepted) or found.reason in REASONS


def test_a_plan_for_35_days_fits() -> None:
    items = tuple(PlanItem(NOON + index * 5000, an_item("r", index)) for index in range(480))
    assert Plan.parse(a_plan(items=items).body()).items == items
    assert isinstance(judge(signed(a_plan(items=items))), Accepted)


@pytest.mark.parametrize("kind", ["order", "urgent", "release"])
def test_a_role_that_the_root_does_not_know_signs_nothing(kind: str) -> None:
    roles = {name: role for name, role in a_root().roles.items() if name in ("root", "server")}
    item = an_item()
    alert = Urgent(
        issued=NOON, expires=NOON + 9, epoch=1, v=1, target=cast.COMMUNE, id=item.id, action="play",
        sounds=("siren",), dur_ms=1, cancel="a" * 64, correction="b" * 64,
    )  # fmt: skip
    release = Release(
        issued=NOON, expires=NOON + 9, epoch=1, v=1, model="", sha256_of_bundle="a" * 64, size=1
    )
    document = {"order": an_order(), "urgent": alert, "release": release}[kind]
    found = judge(signed(document, cast.STRANGER), a_device(root=a_root(roles=roles)))
    assert found == Refused("threshold", "", kind, document.sha256)


def test_whoever_may_raise_an_alert_silences_alone() -> None:
    officers = [keys.generate() for _ in range(2)]
    kids = tuple(one.public.kid for one in officers)
    known = {one.public.kid: HolderKey(one.public, f"officer {n}") for n, one in enumerate(officers)}
    root = a_root(keys=dict(a_root().keys) | known, roles=dict(a_root().roles) | {"urgent": Role(2, kids, 7)})
    state = a_device(root=root)
    stop, play = cast.a_stop(v=PEOPLES + 1, epoch=7), an_order(v=PEOPLES + 1, epoch=7)
    found = judge(signed(stop, officers[1]), state)
    assert isinstance(found, Accepted)
    assert found.holders == {"officer 1"}
    assert judge(signed(play, *officers), state) == Refused("threshold", "", "order", play.sha256)


def test_the_last_second_of_a_live_order_still_counts_as_sound() -> None:
    live = an_order(action="live", item=None, live=Live(cast.SERVER.public, "/live/1", 70, 2))
    policy = Policy(minutes_per_day=1)
    for heard_ms, reason in ((59_999, ""), (60_000, "limit")):
        state = a_device(root=a_root(policy=policy), heard=[((NOON - 7200) * 1000, heard_ms)])
        assert getattr(judge(signed(live), state, now=live.expires), "reason", "") == reason


def test_whatever_goes_wrong_on_the_way_is_a_refusal_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judge("{}")
    assert isinstance(found, Refused)
    assert (found.reason, found.type, found.sha256) == ("parse", "", None)
    order = an_order()
    fault = OverflowError("x" * 300)

    def fail(_body: bytes) -> Order:
        raise fault

    monkeypatch.setitem(PARSERS, "order", fail)
    said = f"OverflowError: {'x' * 185}"
    assert judge(signed(order)) == Refused("parse", said, "order", order.sha256)
