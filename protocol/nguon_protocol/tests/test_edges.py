"""The edges of the acceptance rules: what a small change of a rule would move (docs/protocol/mutants.md)."""

import time
from typing import Any

import pytest

from nguon_protocol import envelope, quiet, strict_json, targets
from nguon_protocol.acceptance import FUTURE_S, Refused, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import LOST_SHA256, PEOPLES, WINDOW, Counter, counted_by, floors
from nguon_protocol.documents import Latest, Order, Policy
from nguon_protocol.errors import ProtocolError
from nguon_protocol.tests.cast import COMMUNE, NOON, SERVER, a_device, a_root, an_order

HANOI_MIDNIGHT = NOON - 12 * 3600


def wall(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    return (HANOI_MIDNIGHT + hours * 3600 + minutes * 60) * 1000


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (("12:00", "13:00"), ["12:00", "12:59"], ["11:59", "13:00", "00:00", "23:59"]),
        (("22:00", "05:00"), ["22:00", "23:59", "00:00", "04:59"], ["21:59", "05:00", "12:00"]),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    span: tuple[str, str], inside: list[str], outside: list[str]
) -> None:
    policy = Policy(quiet=(span,))
    assert [one for one in inside + outside if quiet.is_quiet(policy, wall(one))] == inside


def test_a_sound_that_ends_with_the_first_quiet_moment_touches_none() -> None:
    policy = Policy(quiet=(("22:00", "05:00"),))
    assert not quiet.touches_quiet(policy, wall("21:50"), 600_000)
    assert quiet.touches_quiet(policy, wall("21:50"), 600_001)
    assert quiet.touches_quiet(policy, wall("21:59") + 59_999, 2)
    assert not quiet.touches_quiet(policy, wall("05:00"), 600_000)


def test_what_was_heard_counts_from_midnight_on() -> None:
    policy = Policy()
    assert quiet.day_start_ms(policy, wall("12:34") + 56_789) == wall("00:00")
    spans = [(wall("00:00") - 5000, 8000), (wall("10:00"), 1000), (wall("00:00") - 9000, 1000)]
    assert quiet.heard_ms(spans, wall("00:00")) == 4000


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York"])
def test_the_zone_of_the_machine_moves_no_quiet_hour(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(quiet=(("22:00", "05:00"),))
    with monkeypatch.context() as machine:
        machine.setenv("TZ", zone)
        time.tzset()
        seen = [quiet.is_quiet(policy, wall(one)) for one in ("21:59", "22:00", "04:59", "05:00")]
    time.tzset()
    assert seen == [False, True, True, False]


@pytest.mark.parametrize(("target", "narrow"), [("vn.5.120", True), ("vn.5.120.1", True), ("vn.5", False)])
def test_a_commune_has_three_labels_also_as_text(target: str, narrow: bool) -> None:
    assert targets.is_commune_or_narrower(target) is narrow
    assert targets.is_commune_or_narrower(targets.parse(target)) is narrow


def test_the_newest_document_keeps_its_name_whatever_comes_after_it() -> None:
    first = Counter().after(1, 7, "a" * 64, windowed=True)
    assert first is not None
    second = first.after(1, 9, "b" * 64, windowed=True)
    assert second is not None
    assert second.is_same(1, 9, "b" * 64)
    late = second.after(1, 8, "c" * 64, windowed=True)
    assert late is not None
    assert late.is_same(1, 9, "b" * 64)
    assert late.after(1, 8, "c" * 64, windowed=True) is None


@pytest.mark.parametrize("step", [1, 2, WINDOW - 1, WINDOW, WINDOW + 1])
def test_the_window_remembers_exactly_its_64_numbers(step: int) -> None:
    first = Counter().after(1, 100, "a" * 64, windowed=True)
    assert first is not None
    then = first.after(1, 100 + step, "b" * 64, windowed=True)
    assert then is not None
    assert then.seen == 1 | (1 << step if step < WINDOW else 0)
    assert then.after(1, 100, "d" * 64, windowed=True) is None  # seen, or too far behind
    again = then.after(1, 100 + step - (WINDOW - 1), "d" * 64, windowed=True)
    assert (again is None) == (step == WINDOW - 1)
    assert then.after(1, 100 + step - WINDOW, "d" * 64, windowed=True) is None


@pytest.mark.parametrize(("epoch", "v"), [(0, 0), (0, 1), (1, 0), (2**53 - 1, 2**53 - 1)])
def test_the_first_document_is_let_in_whatever_its_number(epoch: int, v: int) -> None:
    for windowed in (True, False):
        assert Counter().after(epoch, v, "a" * 64, windowed=windowed) == Counter(epoch, v, "a" * 64, 1)


def test_a_number_may_leap_as_far_as_numbers_go() -> None:
    first = Counter(1, 1, "a" * 64, 1)
    assert first.after(1, 2**53 - 1, "b" * 64, windowed=True) == Counter(1, 2**53 - 1, "b" * 64, 1)


def test_peoples_own_orders_are_counted_apart_from_their_first_number_on() -> None:
    assert counted_by("order", COMMUNE, PEOPLES - 1) == ("order", COMMUNE)
    assert counted_by("order", COMMUNE, PEOPLES) != ("order", COMMUNE)
    assert counted_by("plan", COMMUNE, PEOPLES) == ("plan", COMMUNE)


def test_another_epoch_begins_anew_and_an_older_one_is_over() -> None:
    stored = Counter(2, 50, "a" * 64, 1)
    assert stored.after(3, 1, "b" * 64, windowed=False) == Counter(3, 1, "b" * 64, 1)
    assert stored.after(1, 99, "b" * 64, windowed=True) is None
    assert stored.after(2, 50, "b" * 64, windowed=False) is None
    assert stored.after(2, 49, "b" * 64, windowed=False) is None


@pytest.mark.parametrize("kind", ["plan", "release"])
def test_after_a_lost_journal_what_the_beacon_names_is_let_in_and_nothing_older(kind: str) -> None:
    (found,) = floors([Latest(kind, COMMUNE, 3, 7, "ab" * 32)]).values()
    assert found == Counter(3, 6, LOST_SHA256, 1)
    assert found.after(3, 6, "cd" * 32, windowed=False) is None
    assert found.after(3, 7, "ab" * 32, windowed=False) is not None
    assert floors([Latest(kind, COMMUNE, 3, 0, "ab" * 32)])[kind, COMMUNE].v == 0


@pytest.mark.parametrize("kind", ["order", "input"])
def test_after_a_lost_journal_each_order_that_the_beacon_names_is_let_in_once(kind: str) -> None:
    named = [(2, 99), (3, 9), (3, 5)]
    (found,) = floors([Latest(kind, COMMUNE, epoch, v, "ab" * 32) for epoch, v in named]).values()
    assert (found.epoch, found.v, found.sha256) == (3, 9, LOST_SHA256)
    assert [v for v in range(12) if found.after(3, v, "cd" * 32, windowed=True)] == [5, 9, 10, 11]
    assert found.after(2, 99, "ab" * 32, windowed=True) is None
    assert floors([Latest("root", COMMUNE, 3, 9, "ab" * 32)]) == {}


@pytest.mark.parametrize("count", [0, 9])
def test_an_envelope_has_one_to_eight_signatures(count: int) -> None:
    with pytest.raises(ProtocolError):
        envelope.sign(b"{}", "x", [SERVER] * count)
    assert len(envelope.parse(envelope.sign(b"{}", "x", [SERVER] * 8)).signatures) == 8


def test_half_a_letter_is_no_envelope_and_the_name_of_a_key_is_kept_as_it_was_written() -> None:
    with pytest.raises(ProtocolError):
        envelope.parse('{"payload": "\ud800"}')
    written = envelope.sign(b"{}", "x", [SERVER]).replace(SERVER.public.kid, "a hint")
    assert [one.keyid for one in envelope.parse(written).signatures] == ["a hint"]


def test_an_envelope_has_at_most_256_kib() -> None:
    def longest(extra: int) -> str:
        body = b"x" * ((strict_json.MAX_BYTES - empty) // 4 * 3 - 3)
        kind = "x" * (strict_json.MAX_BYTES - len(envelope.sign(body, "", [SERVER])) + extra)
        return envelope.sign(body, kind, [SERVER])

    empty = len(envelope.sign(b"", "", [SERVER]))
    assert len(longest(0)) == strict_json.MAX_BYTES
    assert envelope.parse(longest(0)).payload[:1] == b"x"
    with pytest.raises(ProtocolError):
        longest(1)


def test_only_integers_within_bounds_pass_at_any_depth() -> None:
    good: list[Any] = [0, 2**53 - 1, True, [0, {"a": [2**53 - 1]}]]
    for value in good:
        strict_json.check_integers(value)
    bad: list[Any] = [-1, 2**53, [2**53], {"a": {"b": [0, -1]}}]
    for value in bad:
        with pytest.raises(ProtocolError):
            strict_json.check_integers(value)
    assert strict_json.loads(b"[0,9007199254740991]") == [0, 2**53 - 1]
    assert strict_json.parse(b'{"a":9007199254740992}') == {"a": 2**53}


def test_a_reader_takes_exactly_so_many_bytes() -> None:
    assert strict_json.parse(b"[1]", 3) == [1]
    with pytest.raises(ProtocolError):
        strict_json.parse(b"[1]", 2)


@pytest.mark.parametrize(
    "text", [r'["\ud800"]', r'{"a":["\udfff"]}', r'{"\ud800":1}', r'{"a":{"b":"\ud800"}}']
)
def test_a_lone_surrogate_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(ProtocolError):
        strict_json.parse(text.encode())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_is_no_json_is_not_written(value: Any) -> None:
    with pytest.raises(ProtocolError):
        strict_json.dumps(value)


def judged(order: Order, now: int, root_expires: int = NOON + 10**8) -> str:
    """Give the reason, or ""."""
    state = a_device(root=a_root(expires=root_expires))
    found = accept(order.sign([SERVER]), state, now, ClockState.SYNCED)
    return found.reason if isinstance(found, Refused) else ""


def test_time_is_judged_to_the_second() -> None:
    order = an_order(issued=NOON, expires=NOON + 900)
    assert judged(order, NOON - FUTURE_S) == ""
    assert judged(order, NOON - FUTURE_S - 1) == "future"
    assert judged(order, NOON + 900) == ""
    assert judged(order, NOON + 901) == "expired"
    assert judged(order, NOON + 10, root_expires=NOON + 10) == ""
    assert judged(order, NOON + 11, root_expires=NOON + 10) == "expired"
