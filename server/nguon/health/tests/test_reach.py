"""How far sound reaches: sums by day, villages that hear something, and those that never do."""

from datetime import datetime, timedelta

import pytest

from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.models import Receipt
from nguon.devices.models import Device, Registered
from nguon.devices.tests.cast import loudspeaker
from nguon.health import actions, queries
from nguon.health.models import AreaDay, AreaHour
from nguon.kernel.clock import local
from nguon.kernel.ids import uuid7
from nguon.organisations.tests.cast import AT
from nguon.stations.models import Covered, Station

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def sounded(device: Device, n: int, at: datetime, event: str = "played") -> None:
    Receipt.objects.create(
        device=device, n=n, sha256="0" * 64, event=event, at=at, received_at=at, clock="SYNCED", envelope="",
        seconds_ms=10_000,
    )  # fmt: skip


def test_days_are_summed_again_the_same_and_missed_ones_are_made_up(room: Newsroom) -> None:
    first, second = room.fleet.first.device, room.fleet.second.device
    sounded(first, 1, AT - 2 * DAY)
    sounded(first, 2, AT - 2 * DAY, "refused")
    sounded(second, 1, AT, "partly")
    assert actions.sum_up(at=AT) == 3
    assert actions.sum_up(at=AT) == 1
    assert actions.sum_up(at=AT + DAY) == 2
    today = local(AT).date()
    told = queries.days([room.commune], today - 5 * DAY, today)
    assert [(one["played"], one["partly"], one["refused"], one["seconds"]) for one in told] == [
        (1, 0, 1, 10), (0, 1, 0, 10),
    ]  # fmt: skip
    assert AreaDay.objects.count() == 2
    assert AreaHour.objects.filter(area=room.commune).first().total == 2  # type: ignore[union-attr]


def test_villages_that_hear_something_and_those_that_never_do(room: Newsroom) -> None:
    first = room.fleet.first.device
    sounded(first, 1, AT - DAY)
    actions.sum_up(at=AT)
    actions.hear(said=[(first.pk, {"playing": True, "item": str(uuid7())})], at=AT)
    found = queries.reach([room.commune], AT)
    assert (found.villages, found.villages_now, found.villages_never, found.villages_bare) == (8, 1, 7, 6)
    assert first.place not in queries.never([room.commune], AT)
    assert first.place in queries.never([room.commune], AT + 31 * DAY)


def line(device: Device, households: int) -> None:
    Registered.objects.create(
        name=device.name, serial=device.name, place=device.place, area=device.area, device=device,
        households=households, made_at=AT,
    )  # fmt: skip


def test_villages_hear_the_station_that_covers_them(room: Newsroom) -> None:
    commune, villages = room.people.places.commune, room.people.places.villages
    horn, own = loudspeaker("Loa đài", commune), room.fleet.first.device
    line(horn.device, 300)
    line(own, 50)
    sounded(horn.device, 1, AT - DAY)
    actions.sum_up(at=AT)
    actions.hear(said=[(horn.device.pk, {"playing": True, "item": str(uuid7())})], at=AT)
    before = queries.reach([commune.area], AT)
    assert (before.villages_now, before.villages_never, before.villages_bare) == (0, 8, 6)
    assert (before.households, before.households_now, before.households_never) == (350, 300, 50)
    station = Station.objects.create(
        name="Đài",
        place=commune,
        area=commune.area,
        technology="wired",
        state="working",
        valid_from=AT.date(),
    )
    for village in villages[:3]:
        Covered.objects.create(station=station, place=village, area=village.area)
    found = queries.reach([commune.area], AT)
    assert (found.villages_now, found.villages_never, found.villages_bare) == (3, 5, 5)
    assert queries.reach([villages[2].area], AT).villages_now == 1
    Station.objects.update(valid_to=AT.date())
    assert queries.reach([commune.area], AT).villages_now == 0
