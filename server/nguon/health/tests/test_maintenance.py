"""Announced work: quiet while it lasts, told again when it is over, counted apart, nobody's alerts less."""

from datetime import timedelta
from typing import Any

import pytest

from nguon.accounts.models import User
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.devices.models import Device, Registered
from nguon.devices.queries import of_targets
from nguon.health import actions, errors, queries
from nguon.health.models import Alarm, AreaHour, Maintenance
from nguon.health.states import LONGEST_MAINTENANCE, AlarmKind
from nguon.health.tests.test_health import hear, open_kinds
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def announced(room: Newsroom, by: User | None = None, **more: Any) -> Maintenance:
    tuan = room.people.tuan
    usual: dict[str, Any] = {
        "area": room.commune, "starts_at": AT, "ends_at": AT + HOUR, "reason": "Thay cột",
        "responsible": tuan, "by": by or tuan, "at": AT,
    }  # fmt: skip
    return actions.announce(**usual | more)


def test_what_is_wrong_is_silent_in_its_hours_and_told_afterwards(room: Newsroom) -> None:
    here, elsewhere = room.fleet.first.device, room.fleet.ward.device
    for device in (here, elsewhere):
        hear(device, AT - HOUR, line="open")
    actions.watch(at=AT - HOUR)
    assert open_kinds(here) == open_kinds(elsewhere) == {AlarmKind.LINE}
    announced(room)
    told = Entry.objects.filter(fact__startswith="alarm.").count()
    actions.watch(at=AT)
    actions.watch(at=AT + HOUR / 2)
    assert open_kinds(here) == set()
    assert open_kinds(elsewhere) == {AlarmKind.LINE}
    assert Entry.objects.filter(fact__startswith="alarm.").count() == told  # quiet is quiet
    actions.watch(at=AT + HOUR)
    assert open_kinds(here) == {AlarmKind.LINE}


def test_sound_that_nobody_ordered_is_told_all_the_same(room: Newsroom) -> None:
    device = room.fleet.first.device
    announced(room)
    Alarm.objects.create(device=device, kind=AlarmKind.STRANGE, raised_at=AT)
    Alarm.objects.create(device=device, kind=AlarmKind.HOT, raised_at=AT)
    Device.objects.filter(pk=device.pk).update(online=False)
    actions.watch(at=AT)
    assert open_kinds(device) == {AlarmKind.STRANGE}


def test_who_is_away_for_it_is_counted_apart(room: Newsroom) -> None:
    first, ward = room.fleet.first.device, room.fleet.ward.device
    pole = Registered.objects.create(
        name="Cột 1", serial="C1", place=first.place, area=first.area, made_at=AT, device=first
    )
    announced(room, line=pole)
    both = [room.commune, room.ward]
    found = queries.tiles(both, AT)
    assert (found.total, found.online, found.lost, found.mended) == (3, 0, 2, 1)
    assert queries.tiles_by_commune(both, AT)[room.commune].mended == 1
    assert queries.mended_now(AT) == [first.pk]
    hear(first, AT)
    assert queries.tiles(both, AT).mended == 0  # it is heard: nothing to excuse
    Device.objects.filter(pk=first.pk).update(online=False)
    actions.sum_up(at=AT)
    assert dict(AreaHour.objects.values_list("area", "mended")) == {room.commune: 1, room.ward: 0}
    assert queries.tiles(both, AT + HOUR).lost == 3
    assert ward.pk in of_targets(both).values_list("pk", flat=True)


def test_alerts_reach_those_that_are_being_mended(room: Newsroom) -> None:
    before = set(of_targets([room.commune]).values_list("pk", flat=True))
    announced(room)
    assert set(of_targets([room.commune]).values_list("pk", flat=True)) == before


def test_who_may_not_or_what_makes_no_sense_is_one_sentence(room: Newsroom) -> None:
    with pytest.raises(errors.NotYourDevice):
        announced(room, room.people.lan)
    with pytest.raises(errors.NotATechnician):
        announced(room, responsible=room.people.lan)
    with pytest.raises(errors.SayWhy):
        announced(room, reason=" ")
    wrongs: tuple[dict[str, Any], ...] = (
        {"ends_at": AT},
        {"starts_at": AT - HOUR, "ends_at": AT},
        {"ends_at": AT + 2 * LONGEST_MAINTENANCE},
    )
    for wrong in wrongs:
        with pytest.raises(errors.BadPeriod):
            announced(room, **wrong)
    made = announced(room)
    with pytest.raises(errors.NotYourDevice):
        actions.end_maintenance(maintenance=made, by=room.people.lan, at=AT)
    actions.end_maintenance(maintenance=made, by=room.people.tuan, at=AT)
    assert queries.mended_now(AT) == []
    with pytest.raises(errors.MaintenanceOver):
        actions.end_maintenance(maintenance=made, by=room.people.tuan, at=AT)
