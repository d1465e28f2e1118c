"""From a loudspeaker's word to an alarm and back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from nguon.broadcasts.models import Airing
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom
from nguon.deliveries.models import Delivery
from nguon.deliveries.tests.test_following import follow_all
from nguon.devices.models import Device
from nguon.health import actions
from nguon.health.models import Alarm, Sample, State
from nguon.health.states import AlarmKind
from nguon.journal.models import Entry
from nguon.kernel.ids import uuid7
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WELL = {
    "clock": "SYNCED",
    "mains": True,
    "battery": 97,
    "temp": 41.5,
    "disk": 30,
    "signal": -71,
    "line": "ok",
}


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def hear(device: Device, when: datetime, **said: Any) -> None:
    actions.hear(said=[(device.pk, {**WELL, **said})], at=when)


def planned(room: Newsroom) -> Airing:
    made = approved(room)
    follow_all()
    return Airing.objects.get(revision=made)


def open_kinds(device: Device) -> set[str]:
    return set(Alarm.objects.filter(device=device, cleared_at=None).values_list("kind", flat=True))


UNKNOWN_ITEM = {str(AlarmKind.STRANGE)}  # what these play follows from no order
PLAYS = {"playing": True, "item": str(uuid7())}
WRONG = [
    (AlarmKind.MAINS, {"mains": False}, {}),
    (AlarmKind.BATTERY, {"battery": 12}, {}),
    (AlarmKind.LINE, {"line": "open"}, {}),
    (AlarmKind.DISK, {"disk": 97}, {}),
    (AlarmKind.HOT, {"temp": 81.0}, {}),
    (AlarmKind.CLOCK, {"at": 0}, {}),
    (AlarmKind.CLOCK, {"clock": "UNKNOWN"}, {}),
    (AlarmKind.SILENT, {**PLAYS, "sound": False}, {**PLAYS, "sound": True}),
    (AlarmKind.SILENT, {**PLAYS, "amp_ma": 3}, {**PLAYS, "amp_ma": 900}),
    (AlarmKind.LOUD, {"amp_ma": 900, "inputs": "muted"}, {"amp_ma": 3}),
]


@pytest.mark.parametrize(("kind", "bad", "good"), WRONG)
def test_what_is_wrong_is_raised_once_within_five_minutes_and_clears_itself(
    room: Newsroom, kind: AlarmKind, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    device = room.fleet.first.device
    hear(device, AT, **good)
    actions.watch(at=AT)
    assert open_kinds(device) <= UNKNOWN_ITEM
    for minute in range(1, 6):
        hear(device, AT + minute * MINUTE, **bad)
        actions.watch(at=AT + minute * MINUTE)
    assert open_kinds(device) - UNKNOWN_ITEM == {kind}
    assert Alarm.objects.filter(kind=kind).count() == 1
    fact = Entry.objects.get(fact="alarm.raised", data__kind=kind)
    assert (fact.data["area"], fact.data["kind"]) == (room.commune, kind)
    hear(device, AT + 10 * MINUTE, **good)
    actions.watch(at=AT + 10 * MINUTE)
    assert open_kinds(device) <= UNKNOWN_ITEM


@pytest.mark.parametrize(
    "said",
    [
        {**PLAYS, "sound": False, "muted": True},  # somebody beside it wants quiet
        {**PLAYS, "sound": False, "quiet": True},  # a silent drill
        {**PLAYS},  # it has no ear
        {"amp_ma": 900, "inputs": "aux"},  # an input is open by a signed order
        {"amp_ma": 90},  # neither silence nor sound
    ],
)
def test_what_is_no_contradiction_raises_nothing(room: Newsroom, said: dict[str, Any]) -> None:
    for minute in range(4):
        hear(room.fleet.first.device, AT + minute * MINUTE, **said)
        actions.watch(at=AT + minute * MINUTE)
    assert not Alarm.objects.exclude(kind__in=UNKNOWN_ITEM).exists()


def test_who_is_silent_is_lost_and_what_was_wrong_with_it_stays(room: Newsroom) -> None:
    device = room.fleet.first.device
    hear(device, AT, battery=5)
    actions.watch(at=AT)
    actions.hear(said=[(device.pk, {"offline": True})], at=AT + MINUTE)
    actions.watch(at=AT + 4 * MINUTE)
    assert open_kinds(device) == {AlarmKind.BATTERY}
    actions.watch(at=AT + 7 * MINUTE)
    assert open_kinds(device) == {AlarmKind.BATTERY, AlarmKind.LOST}
    hear(device, AT + 8 * MINUTE)
    actions.watch(at=AT + 8 * MINUTE)
    assert open_kinds(device) == set()


def test_what_no_order_names_is_told_and_what_one_names_is_not(room: Newsroom) -> None:
    first, second = room.fleet.first.device, room.fleet.second.device
    airing = planned(room)
    Delivery.objects.get_or_create(airing=airing, device=second, defaults={"changed_at": AT})
    for device, item in ((first, str(uuid7())), (second, str(airing.pk))):
        hear(device, AT, playing=True, item=item)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(first) == {AlarmKind.STRANGE}
    assert AlarmKind.STRANGE not in open_kinds(second)
    hear(first, AT + MINUTE)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(first) == set()


def test_an_accepted_order_without_sound_is_told(room: Newsroom) -> None:
    device = room.fleet.first.device
    airing = planned(room)
    row, _made = Delivery.objects.get_or_create(airing=airing, device=device, defaults={"changed_at": AT})
    Delivery.objects.filter(pk=row.pk).update(state="delivered")
    Airing.objects.filter(pk=airing.pk).update(at=AT)
    hear(device, AT)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(device) == set()
    actions.watch(at=AT + 2 * MINUTE)
    assert open_kinds(device) == {AlarmKind.UNSTARTED}
    Delivery.objects.filter(pk=row.pk).update(state="playing")
    actions.watch(at=AT + 3 * MINUTE)
    assert open_kinds(device) == set()


def test_who_joined_and_never_came_is_told_until_it_comes(room: Newsroom) -> None:
    device = room.fleet.first.device
    actions.watch(at=device.enrolled_at + 4 * MINUTE)
    assert open_kinds(device) == set()
    actions.watch(at=device.enrolled_at + 5 * MINUTE)
    assert open_kinds(device) == {AlarmKind.HALF}
    hear(device, device.enrolled_at + 6 * MINUTE)
    actions.watch(at=device.enrolled_at + 6 * MINUTE)
    assert open_kinds(device) == set()


def test_who_is_there_and_does_not_take_what_another_one_took_is_too_slow(room: Newsroom) -> None:
    slow, quick = room.fleet.first.device, room.fleet.second.device
    airing = planned(room)
    Device.objects.update(enrolled_at=AT - MINUTE)
    Airing.objects.filter(pk=airing.pk).update(at=AT)
    for device in (slow, quick):
        Delivery.objects.get_or_create(airing=airing, device=device, defaults={"changed_at": AT})
        hear(device, AT + MINUTE)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(slow) == set()  # nobody has taken it: it may not be signed yet
    Delivery.objects.filter(device=quick).update(state="delivered")
    actions.watch(at=AT + MINUTE * 0.9)
    assert open_kinds(slow) == set()
    actions.watch(at=AT + MINUTE)
    assert (open_kinds(slow), open_kinds(quick)) == ({AlarmKind.SLOW}, set())
    actions.watch(at=AT + 30 * MINUTE)
    assert AlarmKind.SLOW in open_kinds(slow)  # until it takes something
    Delivery.objects.filter(device=slow).update(state="played", changed_at=AT + 31 * MINUTE)
    actions.watch(at=AT + 31 * MINUTE)
    assert AlarmKind.SLOW not in open_kinds(slow)


def test_a_change_is_kept_and_sameness_every_ten_minutes(room: Newsroom) -> None:
    device = room.fleet.first.device
    for minute in range(12):
        hear(device, AT + minute * MINUTE, mains=minute != 4, temp=41.0 + minute % 2)
    kept = list(Sample.objects.filter(device_id=device.pk).order_by("at").values_list("at", flat=True))
    assert [(at - AT) // MINUTE for at in kept] == [0, 4, 5]
    assert State.objects.get(device=device).at == AT + 11 * MINUTE


def test_rubbish_is_no_value_and_holds_nobody_up(room: Newsroom) -> None:
    first, second = room.fleet.first.device, room.fleet.second.device
    mad = {
        "mains": "yes", "battery": 10**400, "temp": float("nan"), "disk": -3, "signal": True, "amp_ma": [],
        "line": {"a": 1}, "sound": 1, "volume": "80", "item": 7, "playing": True, "net": "a\0b",
        "inputs": "\ud800", "at": 1e300,
    }  # fmt: skip
    actions.hear(said=[(first.pk, mad), (second.pk, WELL), (uuid7(), WELL)], at=AT)
    row = State.objects.get(device=first)
    told = (row.mains, row.battery, row.temp, row.disk, row.signal, row.amp_ma, row.line, row.net, row.skew_s)
    assert told == (None, None, None, None, None, None, "", "", None)
    assert State.objects.get(device=second).battery == 97


def test_months_are_made_ahead_and_dropped(room: Newsroom) -> None:
    hear(room.fleet.first.device, AT)
    assert actions.tend(at=AT) == (2, 0)
    assert actions.tend(at=AT) == (0, 0)
    assert actions.tend(at=AT + timedelta(days=130))[1] == 1
    assert not Sample.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'health_sample'::regclass")
        assert cursor.fetchone()[0] >= 4


def test_a_flood_is_told_and_is_over_when_it_is_over(room: Newsroom) -> None:
    device = room.fleet.first.device
    hear(device, AT)
    actions.note_dropped(counts={device.pk: 900, uuid7(): 5}, at=AT)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(device) == {AlarmKind.FLOOD}
    actions.watch(at=AT + 6 * MINUTE)
    assert open_kinds(device) == set()


def test_a_wrong_key_is_told_for_five_minutes(room: Newsroom) -> None:
    device = room.fleet.first.device
    hear(device, AT)
    actions.note_impostor(device_id=device.pk, at=AT)
    actions.watch(at=AT + MINUTE)
    assert open_kinds(device) == {AlarmKind.KEY}
    actions.watch(at=AT + 6 * MINUTE)
    assert open_kinds(device) == set()
