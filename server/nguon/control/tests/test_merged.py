"""Two communes become one: of the fleet nothing is left behind, nothing is counted twice, nothing is lost."""

from datetime import timedelta

import pytest

from nguon.broadcasts.models import Session
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.bulletins.tests.test_past import merged
from nguon.control import actions, queries
from nguon.control.models import Drill
from nguon.control.tests.test_control import on_pole
from nguon.devices.models import Device, DeviceGroup, Fitting, Registered
from nguon.devices.queries import registered_in, turns_in
from nguon.health import actions as health
from nguon.health import queries as health_queries
from nguon.health.models import AreaDay, AreaHour
from nguon.health.tests.test_reach import sounded
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT
from nguon.stations.models import Covered, Station

pytestmark = pytest.mark.django_db
NEXT = AT + timedelta(days=1)
TODAY = local(AT).date()


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def equipped(room: Newsroom) -> None:
    """A station, poles with boxes, turns, a staggered session and a broken box in each commune."""
    places = room.people.places
    for place, speakers in (
        (places.commune, [room.fleet.first, room.fleet.second]),
        (places.ward, [room.fleet.ward]),
    ):
        station = Station.objects.create(
            name=f"Đài {place}", place=place, area=place.area, technology="it", state="working",
            valid_from=TODAY - timedelta(days=9),
        )  # fmt: skip
        for number, speaker in enumerate(speakers):
            device = speaker.device
            on_pole(device, 21.3 + number / 1000, 106.4)
            line = Registered.objects.get(device=device)
            Fitting.objects.create(line=line, serial=line.serial, device=device, since=AT)
            Covered.objects.create(station=station, place=device.place, area=device.area)
            sounded(device, 1, AT)
        actions.take_turns(place=place, by=room.people.tuan, at=AT)
        Session.objects.create(
            place=place, area=place.area, name="Sáng", starts="05:00", minutes=15, first=TODAY,
            by=room.people.lan, made_at=AT, staggered=True,
        )  # fmt: skip
        actions.drill_now(place=place, by=room.people.tuan, at=AT)
    health.open_ticket(
        device=room.fleet.ward.device, title="Rè", by=room.people.tuan, at=AT, due_date=TODAY, text=""
    )
    health.sum_up(at=AT)


def test_boxes_stations_turns_tickets_and_history_go_on_in_the_new_commune(room: Newsroom) -> None:
    equipped(room)
    before = health_queries.days([room.commune, room.ward], TODAY, TODAY)
    new = merged(room, room.people.places.commune, room.people.places.ward)
    station = Station.objects.get(valid_to__isnull=True)
    assert (station.area, station.backward.count(), station.covered.count()) == (new, 2, 3)
    assert {row.area.startswith(f"{new}.") for row in Device.objects.all()} == {True}
    lines = registered_in([new])
    assert {line.area for line in lines} == {line.device.area for line in lines if line.device}
    assert Fitting.objects.filter(until__isnull=True).count() == len(lines) == 3
    assert health_queries.tickets([new]).count() == 1
    assert DeviceGroup.objects.filter(area=new, ended_at__isnull=True).count() == 3
    assert set(turns_in([new])[new]) == {0, 1, 2}  # the ward's pole is heard across what was the border
    assert actions.take_turns(place=station.place, by=room.people.tuan, at=NEXT) == 3
    assert list(queries.drills_in([new], TODAY)) == list(Drill.objects.order_by("area"))
    assert health_queries.days([new], TODAY, TODAY) == before
    assert list(health_queries.looks([new])) != []


def test_what_was_heard_before_is_heard_and_counted_once(room: Newsroom) -> None:
    equipped(room)
    heard = {speaker.device.place for speaker in room.fleet.all}
    sounded(room.fleet.first.device, 2, NEXT)
    health.sum_up(at=NEXT)
    new = merged(room, room.people.places.commune, room.people.places.ward)
    assert not heard & set(health_queries.never([new], NEXT))
    assert health_queries.reach([new], NEXT).villages_never == 15 - len(heard)
    health.sum_up(at=NEXT)
    assert AreaDay.objects.filter(day=local(NEXT).date()).count() == 1
    assert set(
        AreaHour.objects.filter(hour__gt=NEXT - timedelta(hours=1)).values_list("area", flat=True)
    ) == {new}
