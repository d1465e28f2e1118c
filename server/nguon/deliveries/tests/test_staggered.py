"""Staggered sessions: one playlist, one turn of a commune's loudspeakers after the other, nobody left out."""

from datetime import time, timedelta

import pytest

from nguon.broadcasts import actions, errors, queries
from nguon.broadcasts.actions import SessionTimes
from nguon.broadcasts.models import Airing, Session
from nguon.broadcasts.states import AiringState
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import follow
from nguon.deliveries.models import Delivery, SigningTask
from nguon.deliveries.states import DeliveryState
from nguon.devices.models import Device, DeviceGroup
from nguon.devices.queries import turns_in
from nguon.devices.tests.cast import loudspeaker
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
TODAY = local(AT).date()


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def turn(room: Newsroom, number: int, *devices: Device) -> DeviceGroup:
    place = room.people.places.commune
    made = DeviceGroup.objects.create(name=f"Lượt {number} (so le)", place=place, area=place.area)
    made.devices.set(devices)
    return made


def session(room: Newsroom, starts: time = time(17), *, staggered: bool = False) -> Session:
    given = SessionTimes(name=f"{starts:%H:%M}", starts=starts, minutes=15, first=TODAY, staggered=staggered)
    return actions.make_session(area=room.commune, given=given, by=room.people.lan, at=AT)


def add(room: Newsroom, to: Session, *targets: str) -> Revision:
    made = to_place(room, *targets, seconds=60)
    actions.add_slot(session_id=to.pk, revision_id=made.pk, by=room.people.lan, at=AT, last=TODAY)
    return made


def standing() -> list[tuple[str, list[str]]]:
    rows = Airing.objects.filter(state=AiringState.PLANNED).order_by("at", "pk")
    return [(f"{local(row.at):%H:%M}", queries.targets_of(row)) for row in rows]


def followed() -> None:
    while follow(at=AT):
        pass


def test_each_turn_hears_the_whole_session_after_the_one_before(room: Newsroom) -> None:
    first, second = room.fleet.first.device, room.fleet.second.device
    one, two = turn(room, 1, first), turn(room, 2, second)
    made = session(room, staggered=True)
    whole = add(room, made)
    add(room, made, first.area)  # approved for a village alone: with the first turn
    at_once = ("17:01", [first.area])
    assert standing() == [("17:00", [f"g/{one.pk}"]), at_once, ("17:15", [f"g/{two.pk}"])]
    assert queries.plan_targets(whole) == sorted([room.commune, f"g/{one.pk}", f"g/{two.pk}"])
    followed()
    asked = set(SigningTask.objects.filter(kind="plan").values_list("target", flat=True))
    assert {f"g/{one.pk}", f"g/{two.pk}"} <= asked
    expected = Delivery.objects.filter(airing__revision=whole).order_by("airing__at")
    assert list(expected.values_list("device", flat=True)) == [first.pk, second.pk]
    coming = queries.next_of_device(second, AT)
    assert coming is not None
    assert coming.group == two


def test_a_turn_takes_its_time_of_the_day(room: Newsroom) -> None:
    turn(room, 1, room.fleet.first.device)
    turn(room, 2, room.fleet.second.device)
    session(room, time(17), staggered=True)
    with pytest.raises(errors.SessionsOverlap):
        session(room, time(17, 20))
    session(room, time(17, 30))
    with pytest.raises(errors.SessionsOverlap):
        session(room, time(16, 40), staggered=True)
    session(room, time(16, 40))


def test_whoever_has_no_turn_makes_all_begin_together(room: Newsroom) -> None:
    one, two = turn(room, 1, room.fleet.first.device), turn(room, 2, room.fleet.second.device)
    made = session(room, staggered=True)
    add(room, made)
    assert len(standing()) == 2
    late = loudspeaker("Loa mới", room.people.places.commune).device
    assert turns_in([room.commune]) == {}
    actions.restagger(place=room.people.places.commune, by=None, at=AT)
    assert standing() == [("17:00", [room.commune])]
    followed()
    open_ = Delivery.objects.exclude(state=DeliveryState.CANCELLED)
    assert open_.count() == 3
    two.devices.add(late)
    actions.restagger(place=room.people.places.commune, by=None, at=AT)
    assert [targets for _at, targets in standing()] == [[f"g/{one.pk}"], [f"g/{two.pk}"]]


def test_who_changes_the_turn_is_expected_there(room: Newsroom) -> None:
    first, second = room.fleet.first.device, room.fleet.second.device
    one, two = turn(room, 1, first), turn(room, 2, second)
    add(room, session(room, staggered=True))
    followed()
    one.devices.set([second])
    two.devices.set([first])
    actions.restagger(place=room.people.places.commune, by=None, at=AT)
    followed()
    open_ = Delivery.objects.exclude(state=DeliveryState.CANCELLED).order_by("airing__at")
    assert list(open_.values_list("device", flat=True)) == [second.pk, first.pk]


def test_a_day_counts_what_one_loudspeaker_hears(room: Newsroom) -> None:
    turn(room, 1, room.fleet.first.device)
    turn(room, 2, room.fleet.second.device)
    add(room, session(room, staggered=True))
    assert queries.sounded_on(room.commune, TODAY) == timedelta(seconds=60)
