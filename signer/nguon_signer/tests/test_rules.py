"""The rules of policy.py that look at orders, silence and reach, at their very edges; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nguon_protocol.documents import Policy
from nguon_signer import policy
from nguon_signer.policy import Refusal
from nguon_signer.rows import Approval, Media, Revision, Role, Stop, Target, Withdrawal
from nguon_signer.tests.test_policy import APPROVES, AT, GOOD, HASH, TZ, VILLAGE, WRITES

ELSEWHERE = Target("vn.5.121", "commune", "vn.5.121")
DUTY = Role(3, "duty", "vn.5.120", date(2026, 1, 1), None)


def reason(found: Refusal | None) -> str | None:
    return found.reason if found else None


def reaching(count: int) -> Revision:
    return replace(
        GOOD, targets=tuple(Target(f"vn.5.{n}", "commune", f"vn.5.{n}") for n in range(120, 120 + count))
    )


@pytest.mark.parametrize(
    ("area", "commune"),
    [("vn.5.120.4001", "vn.5.120"), ("vn.5.120", "vn.5.120"), ("vn.5", None), ("vn", None)],
)
def test_commune_of(area: str, commune: str | None) -> None:
    assert policy.commune_of(area) == commune


def test_an_order_plays_now_here_and_soon_after_its_approval() -> None:
    assert reason(policy.refuse_order(GOOD, VILLAGE, AT + timedelta(seconds=60), 60)) is None
    assert reason(policy.refuse_order(GOOD, VILLAGE, AT + timedelta(seconds=61), 60)) == "late"
    assert reason(policy.refuse_order(GOOD, ELSEWHERE, AT, 60)) == "target"
    assert reason(policy.refuse_order(replace(GOOD, timing="at"), VILLAGE, AT, 60)) == "timing"
    assert reason(policy.refuse_order(replace(GOOD, approval=None), VILLAGE, AT, 60)) == "approval"


@pytest.mark.parametrize(
    ("target", "roles", "said"),
    [
        (VILLAGE, (DUTY,), None),
        (VILLAGE, (replace(DUTY, role="approver"),), None),
        (VILLAGE, (replace(DUTY, role="writer"),), "role"),
        (VILLAGE, (replace(DUTY, area="vn.5.121"),), "role"),
        (VILLAGE, (replace(DUTY, valid_to=date(2026, 3, 2)),), "role"),
        (VILLAGE, (replace(DUTY, user=4),), "role"),
        (VILLAGE, (), "role"),
        (ELSEWHERE, (DUTY, replace(DUTY, area="vn.5.121")), "target"),
        (Target("g/x", "group", None), (DUTY,), "target"),
    ],
)
def test_silence_is_ordered_by_who_may_there(
    target: Target, roles: tuple[Role, ...], said: str | None
) -> None:
    stop = Stop("s", 3, AT, "vn.5.120")
    assert reason(policy.refuse_stop(stop, target, roles, TZ)) == said


def test_a_stop_is_old_after_its_time() -> None:
    stop = Stop("s", 3, AT, "vn.5.120")
    assert policy.refuse_old_stop(stop, AT + timedelta(seconds=900), 900) is None
    assert reason(policy.refuse_old_stop(stop, AT + timedelta(seconds=901), 900)) == "late"


@pytest.mark.parametrize(
    ("by", "target", "roles", "said"),
    [
        (1, VILLAGE, (), None),
        (3, VILLAGE, (DUTY,), None),
        (2, VILLAGE, (APPROVES,), None),
        (3, VILLAGE, (replace(DUTY, role="writer"),), "role"),
        (3, VILLAGE, (replace(DUTY, area="vn.5.121"),), "role"),
        (3, VILLAGE, (), "role"),
        (1, ELSEWHERE, (), "target"),
        (3, Target(VILLAGE.target, "village", None), (DUTY,), "role"),
    ],
)
def test_a_bulletin_is_taken_back_by_its_author_or_who_may_there(
    by: int, target: Target, roles: tuple[Role, ...], said: str | None
) -> None:
    withdrawal = Withdrawal("w", by, AT, 1, (replace(GOOD, targets=(replace(VILLAGE, target="x"),)), GOOD))
    assert reason(policy.refuse_cancel(withdrawal, target, roles, TZ)) == said


def test_quiet_hours_touch_the_whole_sound() -> None:
    rules, night = Policy(tz="UTC", quiet=(("22:00", "05:00"),)), datetime(2026, 3, 2, 22, tzinfo=UTC)
    second = int(night.timestamp())
    assert policy.refuse_quiet(rules, 5000, second - 5) is None
    assert reason(policy.refuse_quiet(rules, 5001, second - 5)) == "quiet"
    assert reason(policy.refuse_quiet(rules, 1, second)) == "quiet"


@pytest.mark.parametrize(("count", "wide"), [(1, False), (3, False), (4, True)])
def test_three_communes_are_few(count: int, wide: bool) -> None:
    assert policy.is_wide(reaching(count)) is wide
    assert reason(policy.refuse_wide_now(reaching(count))) == ("wide" if wide else None)


def test_the_shortest_sound_is_a_sound() -> None:
    shortest = replace(GOOD, media=Media("ab" * 32, "audio/ogg", 1, 1))
    assert policy.refuse_revision(shortest, [WRITES, APPROVES], HASH, TZ) is None


def test_what_is_wider_than_a_commune_is_wide() -> None:
    assert policy.is_wide(replace(GOOD, targets=(Target("vn.5", "province", "vn.5"), VILLAGE)))
    assert policy.is_wide(replace(GOOD, targets=(Target("vn.5", "province", "vn.5"),)))
    assert policy.communes_of(replace(GOOD, targets=(Target("g/x", "group", None, ("vn.5.7.1",)),))) == {
        "vn.5.7"
    }


def test_reach_is_counted_over_all_bulletins_of_the_ten_minutes() -> None:
    before = {"a": frozenset({"vn.5.1"}), "b": frozenset({"vn.5.2"})}
    assert policy.refuse_burst(reaching(1), before, on_duty=False) is None
    assert reason(policy.refuse_burst(reaching(2), before, on_duty=False)) == "burst"
    assert policy.refuse_burst(reaching(2), before, on_duty=True) is None
    assert policy.refuse_burst(reaching(2), before | {"r": frozenset()}, on_duty=False) is None
    assert policy.refuse_burst(reaching(3), {}, on_duty=False) is None


def test_what_sounds_within_ten_minutes_sounds_at_once() -> None:
    assert policy.starts_soon([599], 0)
    assert policy.starts_soon([10_000, 599], 0)
    assert not policy.starts_soon([600, 601], 0)
    assert not policy.starts_soon([], 0)


def test_only_what_is_wide_cools_off() -> None:
    times = [0, 599, 600, 601]
    assert policy.after_cool_off(reaching(4), times, 0) == [600, 601]
    assert policy.after_cool_off(reaching(3), times, 0) == times


def test_two_people_answer_for_many_communes() -> None:
    held = [
        Role(user, role, "vn.5", date(2026, 1, 1), None)
        for user, role in ((1, "writer"), (1, "approver"), (2, "approver"), (3, "approver"), (5, "writer"))
    ]

    def judged(revision: Revision, *people: int, **said: str) -> str | None:
        approvals = [Approval(by, "approve", AT, HASH) for by in people]
        second = replace(approvals[1], **said) if len(approvals) > 1 else None  # type: ignore[arg-type]
        whole = replace(revision, approval=approvals[0], second=second)
        return reason(policy.refuse_revision(whole, held, HASH, TZ))

    assert judged(reaching(3), 2) is None
    assert judged(reaching(4), 2) == "second"
    assert judged(reaching(4), 2, 3) is None
    assert judged(reaching(4), 2, 2) == "second"
    assert judged(reaching(4), 2, 1) == "author"
    assert judged(replace(reaching(4), bulletin_author=5), 2, 5) == "author"
    assert judged(reaching(4), 2, 4) == "role"
    assert judged(reaching(1), 2, 3, decision="return") == "approval"
    assert judged(reaching(1), 2, 3, content_sha256="1" * 64) == "content"
