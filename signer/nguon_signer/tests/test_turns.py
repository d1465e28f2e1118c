"""A turn of a staggered session: signed for its own loudspeakers alone, and only inside the commune."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from nguon_protocol import ids
from nguon_signer.tests.cast import COMMUNE, EPOCH, NOW, OTHER, VILLAGE, Call, World
from nguon_signer.tests.test_programme import items, left_out, to_place

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_it_stands_in_the_plan_of_its_group_under_a_name_of_its_own(call: Call, world: World) -> None:
    revision = to_place(world, COMMUNE)
    world.place_it(revision, LATER, group=world.group)
    target = f"g/{world.group}"
    assert items(call, target) == [(EPOCH + 3600, ids.placed_id(revision, target, EPOCH + 3600))]
    assert items(call, COMMUNE) == []


def test_what_was_approved_for_a_part_takes_no_turns(call: Call, world: World) -> None:
    world.place_it(to_place(world, VILLAGE), LATER, group=world.group)
    assert left_out(call, f"g/{world.group}") == ["target"]


def test_a_group_of_another_commune_is_no_turn(call: Call, world: World) -> None:
    group = str(uuid4())
    world.insert("devices_devicegroup", id=group, name="nơi khác", area=OTHER, place_id=121)
    world.insert("devices_devicegroup_devices", devicegroup_id=group, device_id=world.other_device)
    world.place_it(to_place(world, COMMUNE), LATER, group=group)
    answers = call("plans", targets=[COMMUNE, f"g/{group}"])["answers"]
    assert [one["reason"] for one in answers[f"g/{group}"]["refused"]] == ["target"]


def another(world: World, *devices: str) -> str:
    group = str(uuid4())
    world.insert("devices_devicegroup", id=group, name=f"Lượt {group}", area=COMMUNE, place_id=120)
    for device in devices:
        world.insert("devices_devicegroup_devices", devicegroup_id=group, device_id=device)
    return group


def test_a_loudspeaker_has_one_turn(call: Call, world: World) -> None:
    first, second = sorted((world.group, another(world, world.device)))
    revision = to_place(world, COMMUNE)
    world.place_it(revision, LATER, group=first)
    world.place_it(revision, LATER + timedelta(hours=1), group=second)
    assert len(items(call, f"g/{first}")) == 1
    assert left_out(call, f"g/{second}") == ["target"]


def test_each_loudspeaker_hears_it_so_often_a_day_by_its_turn(call: Call, world: World) -> None:
    revision, other = to_place(world, COMMUNE), another(world)
    minutes = [LATER + timedelta(minutes=n) for n in range(12)]
    world.place_it(revision, *minutes[:11], group=world.group)
    world.place_it(revision, *minutes[:3], group=other)
    world.place_it(revision, minutes[11], LATER + timedelta(hours=1))
    assert [len(items(call, f"g/{group}")) for group in (world.group, other)] == [11, 3]
    assert (len(items(call, COMMUNE)), left_out(call, COMMUNE)) == (1, ["often"])
