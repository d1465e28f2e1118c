"""What stands in the programme of a commune: signed there, or left out with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nguon_protocol import ids
from nguon_protocol.documents import Policy
from nguon_signer import programme
from nguon_signer.rows import Placed, Role
from nguon_signer.tests.cast import (
    ADMINISTRATOR,
    COMMUNE,
    DUTY,
    EPOCH,
    NOW,
    OTHER,
    PROVINCE,
    STRANGER,
    VILLAGE,
    WRITER,
    Call,
    Clock,
    World,
)
from nguon_signer.tests.test_limits import second
from nguon_signer.tests.test_policy import AT as GOOD_AT
from nguon_signer.tests.test_policy import GOOD

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + HOUR


def items(call: Call, target: str) -> list[tuple[int, str]]:
    return [(one["at"], one["id"]) for one in call("plan", target=target)["document"]["items"]]


def left_out(call: Call, target: str) -> list[str]:
    return [one["reason"] for one in call("plan", target=target)["refused"]]


def to_place(world: World, *targets: str, **changes: Any) -> str:
    return world.revision(*targets, timing="programme", **changes)


def test_it_is_signed_where_it_was_placed_and_under_a_name_of_that_commune(call: Call, world: World) -> None:
    revision = to_place(world, COMMUNE)
    world.place_it(revision, LATER, NOW + 2 * HOUR)
    world.place_it(revision, NOW + 3 * HOUR, state="cancelled")
    instants = [EPOCH + 3600, EPOCH + 7200]
    assert items(call, COMMUNE) == [(at, ids.placed_id(revision, COMMUNE, at)) for at in instants]
    assert items(call, VILLAGE) == []
    assert items(call, OTHER) == []


def test_a_village_and_a_wider_area_have_it_in_the_right_plan(call: Call, world: World) -> None:
    for user, role in ((WRITER, "writer"), (2, "approver"), (DUTY, "approver")):
        world.role(user, role, PROVINCE)
    small, wide = to_place(world, VILLAGE), to_place(world, PROVINCE)
    second(world, wide)
    world.place_it(small, LATER)
    world.place_it(wide, NOW + 2 * HOUR)
    assert [at for at, _id in items(call, VILLAGE)] == [EPOCH + 3600]
    assert [at for at, _id in items(call, COMMUNE)] == [EPOCH + 7200]
    assert items(call, OTHER) == []


@pytest.mark.parametrize(
    ("placing", "reason"),
    [
        ({"by": ADMINISTRATOR}, "role"),
        ({"by": STRANGER}, "role"),
        ({"placed_at": NOW - timedelta(days=60)}, "role"),
        ({"area": OTHER, "by": STRANGER}, "target"),
        ({"area": VILLAGE}, None),
        ({}, "signed"),
    ],
)
def test_who_placed_it_has_a_right_there(
    call: Call, world: World, placing: dict[str, Any], reason: str | None
) -> None:
    revision = to_place(world)
    world.place_it(revision, LATER, **placing)
    target = placing.get("area", COMMUNE)
    if target == OTHER:  # nothing of it is in that plan, whoever placed it
        assert (items(call, OTHER), left_out(call, OTHER)) == ([], [])
    elif reason == "signed":
        assert len(items(call, COMMUNE)) == 1
    else:
        assert items(call, COMMUNE) == []
        assert left_out(call, COMMUNE) == ([reason] if reason else [])


def test_quiet_hours_are_left_out_to_the_last_moment_of_the_sound(call: Call, world: World) -> None:
    revision = to_place(world)
    late = datetime(2026, 3, 2, 21, 59, 58, tzinfo=NOW.tzinfo) - timedelta(hours=7)
    world.place_it(revision, late, late - timedelta(seconds=30))
    assert [at for at, _id in items(call, COMMUNE)] == [int(late.timestamp()) - 30]
    assert left_out(call, COMMUNE) == ["quiet"]


def test_an_approval_has_a_last_day_also_when_it_names_none() -> None:
    writes = Role(1, "writer", "vn.5.120", GOOD_AT.date(), None)

    def judged(later: timedelta, until: int | None) -> str | None:
        revision = replace(GOOD, timing="programme", until=until)
        one = Placed("r", "vn.5.120", int((GOOD_AT + later).timestamp()), 1, GOOD_AT)
        refusal = programme.refuse_placed(one, revision, (writes,), Policy(quiet=()), "Asia/Ho_Chi_Minh")
        return refusal.reason if refusal else None

    week, last = timedelta(days=7), int((GOOD_AT + timedelta(days=7)).timestamp())
    assert [judged(week, last), judged(week + HOUR, last)] == [None, "until"]
    year = timedelta(days=366)
    assert [judged(year, None), judged(year + HOUR, None)] == [None, "until"]


def test_own_times_are_not_overruled_by_a_row_of_a_programme(call: Call, world: World) -> None:
    timed = world.revision(starts_at=NOW + 2 * HOUR)
    world.place_it(timed, LATER)
    assert [at for at, _id in items(call, COMMUNE)] == [EPOCH + 7200]
    assert left_out(call, COMMUNE) == ["timing"]


def test_so_often_a_day_and_no_oftener(call: Call, world: World) -> None:
    revision = to_place(world)
    world.place_it(revision, *(LATER + timedelta(minutes=n) for n in range(programme.MOST_A_DAY + 2)))
    world.place_it(revision, LATER + timedelta(days=1))
    assert len(items(call, COMMUNE)) == programme.MOST_A_DAY + 1
    assert left_out(call, COMMUNE) == ["often", "often"]


def test_the_broadcast_hours_of_the_narrowest_area_hold(call: Call, world: World) -> None:
    first, second_ = to_place(world), to_place(world)
    # Each sound is 4 s long: one minute a day has room for fifteen of them.
    for area, sessions, minutes, weekdays in ((PROVINCE, 5, 60, "0123456"), (COMMUNE, 1, 1, "01234")):
        world.insert("broadcasts_hourrule", area=area, sessions=sessions, minutes=minutes, weekdays=weekdays)
    world.place_it(first, *(LATER + timedelta(minutes=n) for n in range(10)))
    world.place_it(second_, *(LATER + timedelta(minutes=n, seconds=30) for n in range(10)))
    saturday = LATER + timedelta(days=5)
    world.place_it(first, saturday)
    assert len(items(call, COMMUNE)) == 15
    assert left_out(call, COMMUNE) == ["hours"] * 6


def test_content_that_nobody_approved_is_in_no_programme(call: Call, world: World) -> None:
    revision = to_place(world, approved=False)
    world.place_it(revision, LATER)
    assert left_out(call, COMMUNE) == ["approval"]


def test_one_person_has_something_sound_at_once_in_three_communes(
    call: Call, world: World, clock: Clock
) -> None:
    communes = [f"vn.5.{number}" for number in range(130, 134)]
    for area in communes:
        world.place(area, "commune", 5)
    for user, role in ((WRITER, "writer"), (2, "approver"), (DUTY, "approver")):
        world.role(user, role, PROVINCE)
    made = {area: to_place(world, area) for area in communes}
    for area, revision in made.items():
        world.place_it(revision, NOW + timedelta(minutes=5), NOW + HOUR, area=area)
    assert [len(items(call, area)) for area in communes] == [2, 2, 2, 1]
    assert left_out(call, communes[-1]) == ["burst"]
    clock.now += 60
    assert [len(items(call, area)) for area in communes[:3]] == [2, 2, 2]


def test_a_withdrawal_silences_what_communes_placed(call: Call, world: World) -> None:
    revision = to_place(world)
    world.place_it(revision, LATER)
    gone = world.withdraw(revision)
    (item,) = call("cancel", withdrawal=gone, target=COMMUNE)["document"]["items"]
    assert item["id"] == ids.placed_id(revision, COMMUNE, EPOCH + 3600)
    assert items(call, COMMUNE) == []
