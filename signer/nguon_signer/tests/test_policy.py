"""The policy on rows alone: every rule has a row that breaks it, and nothing else, alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon_signer import policy
from nguon_signer.rows import Approval, Media, Revision, Role, Target

AT = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # already the 3rd in Việt Nam
TZ = "Asia/Ho_Chi_Minh"
HASH = "0" * 64
WRITES = Role(1, "writer", "vn.5.120", date(2026, 1, 1), None)
APPROVES = Role(2, "approver", "vn.5.120", date(2026, 1, 1), None)
VILLAGE = Target("vn.5.120.4001", "village", "vn.5.120.4001")
GOOD = Revision(
    id="r",
    bulletin="b",
    author=1,
    bulletin_author=1,
    submitted_at=AT,
    content_sha256=HASH,
    title="t",
    summary="",
    topic=1,
    essential="",
    priority=3,
    text="",
    spoken_text="",
    timing="now",
    starts_at=None,
    rrule="",
    until=None,
    media=Media("ab" * 32, "audio/ogg", 10, 1000),
    targets=(VILLAGE,),
    approval=Approval(2, "approve", AT, HASH),
    withdrawn=False,
)


def _reason(revision: Revision, *roles: Role, said: str = HASH) -> str | None:
    refusal = policy.refuse_revision(revision, roles or (WRITES, APPROVES), said, TZ)
    return refusal.reason if refusal else None


def test_what_a_second_person_approved_may_sound() -> None:
    assert _reason(GOOD) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"submitted_at": None}, "draft"),
        ({"approval": None}, "approval"),
        ({"approval": Approval(2, "return", AT, HASH)}, "approval"),
        ({"withdrawn": True}, "withdrawn"),
        ({"approval": Approval(1, "approve", AT, HASH)}, "author"),
        ({"bulletin_author": 2}, "author"),
        ({"content_sha256": "1" * 64}, "content"),
        ({"approval": Approval(2, "approve", AT, "1" * 64)}, "content"),
        ({"media": None}, "media"),
        ({"media": Media("ab" * 32, "text/html", 10, 1000)}, "media"),
        ({"media": Media("ab" * 32, "audio/ogg", 0, 1000)}, "media"),
        ({"media": Media("ab" * 32, "audio/ogg", 10, 0)}, "media"),
        ({"media": Media("ab", "audio/ogg", 10, 1000)}, "media"),
        ({"targets": ()}, "target"),
        ({"targets": (VILLAGE, Target("g/x", "group", None))}, "target"),
        ({"targets": (VILLAGE, Target("vn.5.121", "commune", "vn.5.121"))}, "role"),
        ({"targets": (VILLAGE, Target("g/x", "group", "vn.5.120", ("vn.5.121.1",)))}, "role"),
        ({"targets": (Target("vn.5", "province", "vn.5"),)}, "role"),
        ({"targets": (Target("vn.5.1200", "commune", "vn.5.1200"),)}, "role"),
    ],
)
def test_one_broken_rule_is_enough(change: dict[str, Any], reason: str) -> None:
    assert _reason(replace(GOOD, **change)) == reason


def test_content_that_changed_since_is_refused() -> None:
    assert _reason(GOOD, said="2" * 64) == "content"


@pytest.mark.parametrize(
    "roles",
    [
        (WRITES,),
        (APPROVES,),
        (WRITES, replace(APPROVES, role="administrator")),
        (replace(WRITES, role="administrator"), APPROVES),
        (WRITES, replace(APPROVES, role="writer")),
        (WRITES, replace(APPROVES, user=3)),
        (WRITES, replace(APPROVES, area="vn.5.12")),
        (WRITES, replace(APPROVES, area="vn.5.120.4002")),
        (WRITES, replace(APPROVES, valid_to=date(2026, 3, 2))),
        (WRITES, replace(APPROVES, valid_from=date(2026, 3, 4))),
    ],
)
def test_both_need_their_own_role_over_the_place_on_the_local_day(roles: tuple[Role, ...]) -> None:
    assert _reason(GOOD, *roles) == "role"


@pytest.mark.parametrize("days", [(date(2026, 3, 3), None), (date(2026, 1, 1), date(2026, 3, 3))])
def test_first_and_last_day_of_a_role_belong_to_it(days: tuple[date, date | None]) -> None:
    assert _reason(GOOD, WRITES, replace(APPROVES, valid_from=days[0], valid_to=days[1])) is None


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (VILLAGE, None),
        (Target("vn.5.120", "commune", "vn.5.120"), None),
        (Target("d/x", "device", "vn.5.120.4001"), None),
        (Target("g/x", "group", "vn.5.120", ("vn.5.120.1", "vn.5.120")), None),
        (Target("vn.5.9", "district", "vn.5.9"), "scope"),
        (Target("vn.5", "province", "vn.5"), "scope"),
        (Target("d/x", "device", "vn.5"), "scope"),
        (Target("g/x", "group", "vn.5.120", ("vn.5.121",)), "scope"),
        (Target("g/x", "group", "vn.5.120", ("vn.5",)), "scope"),
        (Target("d/x", "device", "vn.5.120", revoked=True), "target"),
        (Target("d/x", "device", None), "target"),
    ],
)
def test_target_lies_in_one_commune(target: Target, reason: str | None) -> None:
    refusal = policy.refuse_target(target)
    assert (refusal.reason if refusal else None) == reason


areas = st.lists(st.sampled_from(["1", "2", "12"]), min_size=2, max_size=4).map(
    lambda labels: ".".join(["vn", *labels])
)


@given(areas, areas, st.sampled_from(["writer", "approver", "duty", "administrator"]))
def test_a_role_reaches_its_area_and_no_other(held: str, target: str, role: str) -> None:
    where = Target(target, "commune", target)
    found = _reason(
        replace(GOOD, targets=(where,)), replace(WRITES, area="vn"), replace(APPROVES, area=held, role=role)
    )
    inside = target.split(".")[: len(held.split("."))] == held.split(".")
    assert (found is None) == (role == "approver" and inside)
