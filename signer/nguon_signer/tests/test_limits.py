"""How far one person reaches: three communes at once; more needs two people and ten minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nguon_signer import policy
from nguon_signer.database import Database
from nguon_signer.errors import Refused
from nguon_signer.opened import open_store
from nguon_signer.rows import Approval, Role, Target
from nguon_signer.service import Service
from nguon_signer.tests.cast import APPROVER, DUTY, EPOCH, NOW, PROVINCE, WRITER, Call, Clock, World
from nguon_signer.tests.test_policy import AT, GOOD, HASH

pytestmark = pytest.mark.django_db
COMMUNES = [f"vn.5.{number}" for number in range(130, 138)]


@pytest.fixture
def wide_world(world: World) -> World:
    """This fixture will add eight communes, and give the writer and the approvers the province."""
    for area in COMMUNES:
        world.place(area, "commune", 5)
    for user, role in ((WRITER, "writer"), (APPROVER, "approver"), (DUTY, "approver")):
        world.role(user, role, PROVINCE)
    return world


def order(call: Call, revision: str, target: str) -> str:
    try:
        call("order", revision=revision, target=target)
    except Refused as refused:
        return refused.reason
    return "signed"


def second(world: World, revision: str, by: int = DUTY) -> None:
    (said,) = world.db.execute(
        "SELECT content_sha256 FROM bulletins_revision WHERE id = %s", (revision,)
    ).fetchone() or ("",)
    world.insert(
        "bulletins_secondapproval", revision_id=revision, by_id=by, first_by_id=APPROVER, author_id=WRITER,
        at=NOW, decision="approve", content_sha256=said,
    )  # fmt: skip


def planned(call: Call, target: str) -> list[int]:
    return [item["at"] for item in call("plan", target=target)["document"]["items"]]


def left_out(call: Call, target: str) -> list[str]:
    return [one["reason"] for one in call("plan", target=target)["refused"]]


def test_the_fourth_commune_in_ten_minutes_is_refused_and_later_it_is_not(
    call: Call, wide_world: World, clock: Clock
) -> None:
    revisions = [wide_world.revision(area, timing="now") for area in COMMUNES[:4]]
    found = [order(call, *pair) for pair in zip(revisions, COMMUNES, strict=False)]
    assert found == ["signed", "signed", "signed", "burst"]
    again = wide_world.revision(COMMUNES[0], timing="now")
    assert order(call, again, COMMUNES[0]) == "signed"  # no new commune
    clock.now += policy.BURST_S
    assert order(call, revisions[3], COMMUNES[3]) == "signed"


def test_a_bulletin_goes_to_all_its_communes_or_to_none(call: Call, wide_world: World) -> None:
    first = wide_world.revision(*COMMUNES[:2], timing="now")
    other = wide_world.revision(*COMMUNES[2:4], timing="now")
    assert order(call, first, COMMUNES[0]) == "signed"
    assert [order(call, other, area) for area in COMMUNES[2:4]] == ["burst", "burst"]
    assert order(call, first, COMMUNES[1]) == "signed"


def test_a_plan_that_sounds_within_ten_minutes_counts_as_sound_at_once(call: Call, wide_world: World) -> None:
    for area in COMMUNES[:3]:
        wide_world.revision(area, starts_at=NOW + timedelta(minutes=5))
        assert len(planned(call, area)) == 1
    wide_world.revision(COMMUNES[3], starts_at=NOW + timedelta(minutes=5))
    wide_world.revision(COMMUNES[3], starts_at=NOW + timedelta(minutes=10))
    assert left_out(call, COMMUNES[3]) == ["burst"]
    assert planned(call, COMMUNES[3]) == [EPOCH + 600]


def test_the_memory_of_what_was_reached_survives_a_restart(
    call: Call, wide_world: World, database: Database, clock: Clock, store_folder: Path, opened: object
) -> None:
    revisions = [wide_world.revision(area, timing="now") for area in COMMUNES[:4]]
    for revision, area in zip(revisions[:3], COMMUNES, strict=False):
        call("order", revision=revision, target=area)
    opened.close()  # type: ignore[attr-defined]
    again = open_store(store_folder)
    service = Service(again, database, clock)
    with pytest.raises(Refused, match="at most 3 communes"):
        service.handle({"op": "order", "revision": revisions[3], "target": COMMUNES[3]})
    again.close()


def test_the_duty_officers_role_lifts_the_limit_in_a_demo(call: Call, wide_world: World) -> None:
    wide_world.role(APPROVER, "duty", PROVINCE)
    revisions = [wide_world.revision(area, timing="now") for area in COMMUNES[:5]]
    assert {order(call, *pair) for pair in zip(revisions, COMMUNES, strict=False)} == {"signed"}


def test_many_communes_need_two_people_and_ten_minutes(call: Call, wide_world: World, clock: Clock) -> None:
    revision = wide_world.revision(*COMMUNES, starts_at=NOW + timedelta(minutes=12))
    assert left_out(call, COMMUNES[0]) == ["second"]
    clock.now += 60
    second(wide_world, revision)
    assert planned(call, COMMUNES[0]) == [EPOCH + 720]  # seen at minute 1, so from minute 11 on


def test_what_starts_before_the_ten_minutes_are_over_is_left_out(
    call: Call, wide_world: World, clock: Clock
) -> None:
    # The clock of the cool-off is the signer's own: no date in the database moves it.
    revision = wide_world.revision(*COMMUNES, starts_at=NOW + timedelta(minutes=9))
    second(wide_world, revision)
    assert left_out(call, COMMUNES[0]) == ["cool-off"]
    daily = wide_world.revision(
        *COMMUNES, timing="repeat", rrule="FREQ=DAILY", starts_at=NOW + timedelta(minutes=9)
    )
    second(wide_world, daily)
    assert planned(call, COMMUNES[0])[0] == EPOCH + 86_400 + 540


def test_many_communes_at_once_are_refused_whoever_approves(call: Call, wide_world: World) -> None:
    wide_world.role(APPROVER, "duty", PROVINCE)
    revision = wide_world.revision(*COMMUNES, timing="now")
    second(wide_world, revision)
    assert order(call, revision, COMMUNES[0]) == "wide"


PLACES = tuple(Target(f"vn.5.120.{n}", "village", f"vn.5.12{n}.1") for n in range(5))


@pytest.mark.parametrize(
    ("approvals", "reason"),
    [
        ((2, 3), None),
        ((2,), "second"),
        ((2, 2), "second"),
        ((2, 1), "author"),
        ((1, 3), "author"),
        ((2, 4), "role"),
    ],
)
def test_two_people_are_two_people(approvals: tuple[int, ...], reason: str | None) -> None:
    said = [Approval(by, "approve", AT, HASH) for by in approvals]
    revision = replace(GOOD, targets=PLACES, approval=said[0], second=said[1] if len(said) > 1 else None)
    held = [
        Role(user, role, "vn.5", AT.date(), None)
        for user, role in ((1, "writer"), (1, "approver"), (2, "approver"), (3, "approver"))
    ]
    found = policy.refuse_revision(revision, held, HASH, "Asia/Ho_Chi_Minh")
    assert (found.reason if found else None) == reason


@pytest.mark.parametrize("change", [{"decision": "return"}, {"content_sha256": "1" * 64}])
def test_the_second_decision_counts_like_the_first(change: dict[str, str]) -> None:
    said = replace(Approval(3, "approve", AT, HASH), **change)  # type: ignore[arg-type]
    revision = replace(GOOD, second=said)
    held = [
        Role(user, role, "vn.5", AT.date(), None)
        for user, role in ((1, "writer"), (2, "approver"), (3, "approver"))
    ]
    found = policy.refuse_revision(revision, held, HASH, "Asia/Ho_Chi_Minh")
    assert found is not None
    assert found.reason in {"approval", "content"}
