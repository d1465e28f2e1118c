"""What loudspeakers are told, the silent drill of the night, and its report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.control import actions, errors, queries
from nguon.control.models import Answer, Calm, Command, Drill, Setting
from nguon.control.states import DRILL_ANSWERS, LOG_WAITS, MOST_LOG, RENEW, CalmKind, CommandKind
from nguon.deliveries.models import Document, Receipt, SigningTask
from nguon.devices.models import Device, DeviceGroup, Registered
from nguon.devices.tests.cast import Fleet, fleet
from nguon.health import actions as health
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon_protocol.ids import order_id

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-03-03T03:59:00+07:00")


@dataclass
class Cast:
    people: People
    fleet: Fleet


@pytest.fixture
def cast() -> Cast:
    made = people()
    return Cast(made, fleet(made))


def told(cast: Cast, target: str = "", **more: Any) -> int:
    usual: dict[str, Any] = {"volume": 70, "hours": [], "reason": "", "by": cast.people.tuan, "at": AT}
    return actions.set_volume(target=target or cast.people.places.commune.area, **usual | more)


def on_pole(device: Device, latitude: float, longitude: float) -> None:
    Registered.objects.create(
        name=device.name, serial=str(device.pk)[:20], place=device.place, area=device.area, made_at=AT,
        device=device, latitude=latitude, longitude=longitude,
    )  # fmt: skip


def asked() -> set[str]:
    return set(SigningTask.objects.filter(kind="command").values_list("target", flat=True))


def test_each_loudspeaker_is_asked_for_an_order_of_its_own(cast: Cast) -> None:
    assert told(cast, volume=40, hours=[("05:00", "06:30", 10)], reason="Sáng sớm") == 2
    first, second = cast.fleet.first.device, cast.fleet.second.device
    assert asked() == {f"d/{first.pk}", f"d/{second.pk}"}
    setting = queries.setting_of(first)
    assert setting is not None
    assert (setting.command.volume, setting.command.hours) == (40, [["05:00", "06:30", 10]])
    assert Entry.objects.get(fact="control.ordered").data["count"] == 2


def test_near_a_school_it_is_never_louder_than_the_school_bears(cast: Cast) -> None:
    first, second = cast.fleet.first.device, cast.fleet.second.device
    on_pole(first, 21.3000, 106.4000)
    on_pole(second, 21.3400, 106.4000)
    school: dict[str, Any] = {
        "name": "Trường tiểu học", "kind": CalmKind.SCHOOL, "place": cast.people.places.commune,
        "position": (21.3005, 106.4), "radius_m": 200, "volume": 30, "hours": ("07:00", "17:00"),
        "by": cast.people.tuan, "at": AT,
    }  # fmt: skip
    calm = actions.add_calm(**school)
    assert asked() == {f"d/{first.pk}"}
    told(cast)
    heard = {row.device_id: row.command.hours for row in Setting.objects.select_related("command")}
    assert heard == {first.pk: [["07:00", "17:00", 30]], second.pk: []}
    actions.remove_calm(calm=calm, by=cast.people.tuan, at=AT)
    assert hours_of(first) == []  # at once, and what was wished before stays
    told(cast)
    assert set(Command.objects.order_by("-pk").values_list("volume", flat=True)[:1]) == {70}
    with pytest.raises(errors.BadCalm):
        actions.add_calm(**school | {"radius_m": 5})


def hours_of(device: Device) -> list[object]:
    setting = queries.setting_of(device)
    return list(setting.command.hours) if setting else []


def test_a_pole_that_moves_and_a_school_beyond_the_border_count_at_once(cast: Cast) -> None:
    device = cast.fleet.first.device
    on_pole(device, 21.3400, 106.4000)
    told(cast, f"d/{device.pk}", hours=[("05:00", "06:00", 20)])
    beyond = Place.objects.exclude(pk=cast.people.places.commune.pk).filter(kind="commune").first()
    assert beyond is not None
    Calm.objects.create(
        name="Trạm y tế", kind=CalmKind.HOSPITAL, place=beyond, area=beyond.area, latitude=21.3000,
        longitude=106.4000, radius_m=300, volume=35, starts="12:00", ends="13:30",
    )  # fmt: skip
    tell: dict[str, Any] = {"devices": [device], "by": cast.people.tuan, "at": AT}
    assert actions.keep_calm(**tell) == 0
    Registered.objects.filter(device=device).update(latitude=21.3005)
    assert actions.keep_calm(**tell) == 1
    assert hours_of(device) == [["05:00", "06:00", 20], ["12:00", "13:30", 35]]
    assert actions.keep_calm(**tell) == 0
    Registered.objects.filter(device=device).update(latitude=21.34)
    assert actions.keep_calm(**tell | {"by": cast.people.lan}) == 0  # not hers to say
    assert actions.keep_calm(**tell) == 1
    assert hours_of(device) == [["05:00", "06:00", 20]]


def test_who_may_not_or_what_is_not_there_is_one_sentence(cast: Cast) -> None:
    with pytest.raises(errors.NotYours):
        told(cast, by=cast.people.lan)
    with pytest.raises(errors.NothingThere):
        told(cast, cast.people.places.villages[5].area)
    with pytest.raises(errors.BadVolume):
        told(cast, volume=101)
    with pytest.raises(errors.BadHours):
        actions.read_hours("từ sáng đến tối 40")
    assert actions.read_hours("22:00-24:00 5") == [("22:00", "00:00", 5)]
    assert actions.read_hours("5:00-06:30 40\n\n21h00 – 22h00 0") == [
        ("05:00", "06:30", 40),
        ("21:00", "22:00", 0),
    ]
    assert asked() == set()


def test_settings_are_signed_anew_and_go_with_the_pole(cast: Cast) -> None:
    first, second = cast.fleet.first.device, cast.fleet.second.device
    told(cast, f"d/{first.pk}", volume=0)
    actions.carry_over(old=first, new=second, by=cast.people.tuan, at=AT)
    assert asked() == {f"d/{first.pk}", f"d/{second.pk}"}
    assert actions.renew(at=AT + RENEW - timedelta(seconds=1)) == 0
    assert actions.renew(at=AT + RENEW) == 2
    assert Command.objects.filter(at=AT + RENEW, volume=0).count() == 2
    assert actions.renew(at=AT + RENEW) == 0


def test_a_commune_takes_other_turns_than_its_neighbours_across_the_border(cast: Cast) -> None:
    ward, commune = cast.people.places.ward, cast.people.places.commune
    for number, device in enumerate((cast.fleet.ward.device, cast.fleet.first.device)):
        where = ward if number == 0 else commune
        Registered.objects.create(
            name=device.name, serial=f"P-{number}", place=where, area=where.area, made_at=AT, device=device,
            latitude=21.3 + number / 1000, longitude=106.4,
        )  # fmt: skip
    for place in (ward, commune):
        assert actions.take_turns(place=place, by=cast.people.tuan, at=AT) == 1
    groups = DeviceGroup.objects.filter(single=False).order_by("name")
    assert [(one.name, one.area) for one in groups] == [
        ("Lượt 1 (so le)", ward.area),
        ("Lượt 2 (so le)", commune.area),
    ]
    assert actions.take_turns(place=ward, by=cast.people.tuan, at=AT) == 1  # and it stays so
    assert groups.count() == 2


def receipt(device: Device, document: Document, event: str, n: int, reason: str = "") -> None:
    Receipt.objects.create(
        device=device, n=n, sha256=f"{n}", event=event, document=document.pk, at=NIGHT, clock="SYNCED",
        reason=reason, envelope="", received_at=NIGHT + timedelta(seconds=5),
    )  # fmt: skip


def test_what_was_hung_tonight_is_tried_the_next_night(cast: Cast) -> None:
    Device.objects.update(enrolled_at=NIGHT - timedelta(minutes=30))
    assert actions.settle(at=NIGHT) == 0
    assert actions.settle(at=NIGHT + timedelta(days=1)) == 2


def test_each_commune_is_tried_once_a_night_and_its_report_says_who_proved_it(cast: Cast) -> None:
    assert actions.settle(at=NIGHT - timedelta(hours=3)) == 0
    assert actions.settle(at=NIGHT) == 2
    assert actions.settle(at=NIGHT) == 0
    commune = cast.people.places.commune.area
    drill = Drill.objects.get(area=commune)
    assert (drill.command.by, drill.command.kind, drill.night) == (
        None,
        CommandKind.TEST,
        local(NIGHT).date(),
    )
    task = SigningTask.objects.get(kind="command", target=commune)
    assert task.subject == drill.pk
    document = Document.objects.create(
        sha256="d" * 64, type="drill", target=commune, epoch=1, v=1, issued_at=NIGHT, expires_at=NIGHT,
        envelope="", task=task,
    )  # fmt: skip
    first, second = cast.fleet.first.device, cast.fleet.second.device
    receipt(first, document, "accepted", 1)
    receipt(first, document, "played", 2)
    receipt(second, document, "missed", 1, "media")
    third = Device.objects.create(
        name="Loa im",
        place=cast.people.places.commune,
        area=commune,
        public_key="aa",
        alg="x",
        enrolled_at=AT,
    )
    mended = Device.objects.create(
        name="Loa sửa", place=third.place, area=commune, public_key="bb", alg="x", enrolled_at=AT
    )
    pole = Registered.objects.create(
        name="Cột", serial="C", place=third.place, area=commune, made_at=AT, device=mended
    )
    tuan = cast.people.tuan
    health.announce(
        area=commune, line=pole, starts_at=NIGHT, ends_at=NIGHT + timedelta(hours=1), reason="Thay cột",
        responsible=tuan, by=tuan, at=AT,
    )  # fmt: skip
    assert actions.settle(at=NIGHT + DRILL_ANSWERS) == 2
    outcomes: dict[UUID, tuple[str, str]] = {
        row.device_id: (row.outcome, row.reason) for row in Answer.objects.filter(drill=drill)
    }
    assert outcomes == {
        first.pk: ("proved", ""),
        second.pk: ("failed", "media"),
        third.pk: ("silent", ""),
        mended.pk: ("mended", ""),
    }
    (report,) = queries.drills_in([commune], drill.night)
    assert (report.proved, report.failed, report.silent, report.mended) == (1, 1, 1, 1)


def test_somebody_may_try_it_at_any_hour(cast: Cast) -> None:
    place = cast.people.places.commune
    drill = actions.drill_now(place=place, by=cast.people.tuan, at=AT)
    assert drill.command.by == cast.people.tuan
    with pytest.raises(errors.NotYours):
        actions.drill_now(place=place, by=cast.people.lan, at=AT)


def test_a_loudspeaker_tells_its_log_once_to_who_asked(cast: Cast) -> None:
    first, second = cast.fleet.first.device, cast.fleet.second.device
    with pytest.raises(errors.OneAtATime):
        actions.order(
            kind=CommandKind.LOGS, target=cast.people.places.commune.area, by=cast.people.tuan, at=AT
        )
    with pytest.raises(errors.NotYours):
        actions.order(kind=CommandKind.LOGS, target=f"d/{first.pk}", by=cast.people.lan, at=AT)
    actions.order(kind=CommandKind.LOGS, target=f"d/{first.pk}", by=cast.people.tuan, at=AT)
    name = order_id(str(Command.objects.get().pk), f"d/{first.pk}")
    long = b"old\n" * MOST_LOG + b"newest \xff\x00\n"

    def answer(device: Device, order: str = name, at: datetime = AT) -> bool:
        return actions.keep_log(device=device, order=order, data=long, at=at)

    assert [answer(second), answer(first, str(UUID(int=1))), answer(first, at=AT + LOG_WAITS)] == [False] * 3
    assert [answer(first), answer(first)] == [True, False]
    (kept,) = queries.logs_of(first)
    assert len(kept.text) <= MOST_LOG
    assert kept.text.endswith("newest \ufffd\n")
    assert Entry.objects.get(fact="control.logged").data["name"] == first.name
