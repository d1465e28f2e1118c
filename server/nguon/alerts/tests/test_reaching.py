"""Where loudspeakers stay silent people near them are written to, once, and no more when they answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.accounts.tests.cast import person
from nguon.adapters.push.tests.receiver import receiving
from nguon.adapters.sms import FakeGateway, SmsUnavailable
from nguon.alerts import queries
from nguon.alerts.actions import reaching
from nguon.alerts.models import Alert, Message
from nguon.alerts.states import Channel, Heard, Sent
from nguon.alerts.tests.cast import Both, both_signers, sounding
from nguon.bridges.models import ForeignBox, Waiver
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import AT_ONCE, sign_many
from nguon.deliveries.models import Document, Receipt
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass
from nguon.devices.tests.cast import loudspeaker
from nguon.notices import actions as notices
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.staff.models import Post, Staff
from nguon.staff.states import PostKind

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(seconds=61)


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Both]:
    with both_signers(tmp_path) as both:
        yield both


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


@pytest.fixture
def alert(room: Newsroom, settings: Settings, signer: Both) -> Alert:
    """An alert to two villages; in the first one somebody with a telephone works."""
    settings.NGUON_SMS_URL = "https://sms.example"
    village_head(room, "0912 345 678")
    made = sounding(room)
    while sign_many(signer=signer, at=AT, kinds=AT_ONCE):
        pass
    return made


def village_head(room: Newsroom, phone: str) -> None:
    village = room.fleet.first.device.place
    one = Staff.objects.create(full_name="Hoàng Văn Thôn", phone=phone)
    Post.objects.create(
        staff=one, kind=PostKind.PART_TIME, place=village, area=village.area, valid_from=AT.date()
    )


def hears(device: Device, event: str = "started", at: datetime = AT, n: int = 1) -> None:
    sha256 = Document.objects.get(task__kind="urgent").pk
    Receipt.objects.create(
        device=device, n=n, sha256="0" * 64, event=event, document=sha256, at=AT, clock="SYNCED",
        received_at=at, envelope="",
    )  # fmt: skip


def test_who_works_near_a_silent_loudspeaker_is_written_to_once(alert: Alert) -> None:
    assert reaching.reach_others(alert=alert, at=AT + timedelta(seconds=30)) == 0
    assert reaching.reach_others(alert=alert, at=LATER) == 1
    assert reaching.reach_others(alert=alert, at=LATER) == 0
    gateway, row = FakeGateway(), Message.objects.get()
    for _again in range(2):
        reaching.text(message_id=row.pk, gateway=gateway, at=LATER)
    (sent,) = gateway.sent
    assert sent["to"] == "+84912345678"
    assert alert.title.upper() in sent["text"]


def test_a_loudspeaker_that_answers_makes_it_needless(alert: Alert) -> None:
    reaching.reach_others(alert=alert, at=LATER)
    gateway, row = FakeGateway(), Message.objects.select_related("device").get()
    gateway.away = True
    with pytest.raises(SmsUnavailable):
        reaching.text(message_id=row.pk, gateway=gateway, at=LATER)
    row.refresh_from_db()
    assert row.state == Sent.WAITING
    hears(row.device)
    gateway.away = False
    reaching.text(message_id=row.pk, gateway=gateway, at=LATER)
    row.refresh_from_db()
    assert (row.state, gateway.sent) == (Sent.NEEDLESS, [])


def test_a_minute_later_the_browser_is_the_next_way(alert: Alert, settings: Settings, tmp_path: Path) -> None:
    head = Staff.objects.get(full_name="Hoàng Văn Thôn")
    head.user = person("thon", "Hoàng Văn Thôn")
    head.save()
    with receiving() as there:
        settings.NGUON_PUSH, settings.NGUON_PUSH_PRIVATE_HOSTS = True, [there.host]
        settings.NGUON_DATA = tmp_path
        notices.subscribe(user=head.user, given=there.browser(), name="", at=AT)
        assert [reaching.reach_others(alert=alert, at=at) for at in (LATER, LATER)] == [1, 0]
        first = Message.objects.get()
        reaching.text(message_id=first.pk, gateway=FakeGateway(), at=LATER)
        again = LATER + timedelta(seconds=60)
        assert [reaching.reach_others(alert=alert, at=at) for at in (again, again)] == [1, 0]
        second = Message.objects.exclude(pk=first.pk).get()
        assert (first.channel, second.channel) == (Channel.SMS, Channel.PUSH)
        reaching.text(message_id=second.pk, gateway=FakeGateway(), at=again)
    (shown,) = there.shown
    assert shown["title"] == alert.title.upper()
    assert shown["url"] == "/canh-bao/"
    assert Message.objects.get(pk=second.pk).state == Sent.SENT


def test_without_a_gateway_or_when_it_refuses_the_browser_is_told_at_once(
    alert: Alert, settings: Settings, tmp_path: Path
) -> None:
    head = Staff.objects.get(full_name="Hoàng Văn Thôn")
    head.user = person("thon", "Hoàng Văn Thôn")
    head.save()
    with receiving() as there:
        settings.NGUON_PUSH, settings.NGUON_PUSH_PRIVATE_HOSTS = True, [there.host]
        settings.NGUON_DATA = tmp_path
        notices.subscribe(user=head.user, given=there.browser(), name="", at=AT)
        reaching.reach_others(alert=alert, at=LATER)
        gateway = FakeGateway()
        gateway.refusing = True
        reaching.text(message_id=Message.objects.get().pk, gateway=gateway, at=LATER)
        assert reaching.reach_others(alert=alert, at=LATER) == 1
        Message.objects.all().delete()
        settings.NGUON_SMS_URL = ""
        assert reaching.reach_others(alert=alert, at=LATER) == 1
        row = Message.objects.get()
        hears(row.device)
        reaching.text(message_id=row.pk, gateway=gateway, at=LATER)
    row.refresh_from_db()
    assert (row.channel, row.state, there.asked) == (Channel.PUSH, Sent.NEEDLESS, 0)


def test_where_it_was_heard_nobody_is_written_to(alert: Alert) -> None:
    for device in Device.objects.filter(place__parent__area=alert.targets.get().area):
        hears(device)
    assert reaching.reach_others(alert=alert, at=LATER) == 0


def test_each_look_reads_what_is_new_and_none_where_all_have_answered(
    alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Device.objects.get(area=Post.objects.get().area)
    for device in Device.objects.filter(place__parent__area=alert.targets.get().area).exclude(pk=first.pk):
        hears(device)
    asked: list[datetime] = []
    read = queries.heard_since

    def noted(of: Alert, since: datetime) -> set[UUID]:
        asked.append(since)
        return read(of, since)

    monkeypatch.setattr(queries, "heard_since", noted)
    assert reaching.reach_others(alert=alert, at=LATER) == 1
    assert Message.objects.get().device_id == first.pk
    late = LATER + timedelta(minutes=5)
    assert reaching.reach_others(alert=alert, at=late) == 0
    hears(first, at=late)
    reaching.reach_others(alert=alert, at=late)
    assert asked == [AT, LATER - reaching.ON_ITS_WAY, late - reaching.ON_ITS_WAY]
    with CaptureQueriesContext(connection) as nothing:
        assert reaching.reach_others(alert=alert, at=late) == 0
    assert [one["sql"] for one in nothing if "receipt" in one["sql"]] == []


def test_a_minute_after_the_signature_nobody_is_unknown_whatever_became_of_the_boxes(
    room: Newsroom, alert: Alert
) -> None:
    """Each oddness is a loudspeaker of its own; some come and go while it sounds."""
    village = room.people.places.villages[0]
    names = "offline silent refused missed accepted muted strange revoked moved bridge_away box_unset swapped"
    made = {name: loudspeaker(name, village).device for name in names.split()}
    Device.objects.exclude(pk=made["offline"].pk).update(online=True)
    for name, event in (
        ("refused", "refused"),
        ("missed", "missed"),
        ("accepted", "accepted"),
        ("muted", "partly"),
        ("strange", "info"),
        ("revoked", "started"),
        ("swapped", "played"),
    ):
        hears(made[name], event)
    hears(made["muted"], "accepted", n=2)  # of the next sounding: what was heard stays heard
    for name in ("bridge_away", "box_unset"):
        boxed(made[name], adapter="v1-http" if name == "bridge_away" else "")
    Device.objects.filter(pk__in=[made["revoked"].pk, made["swapped"].pk]).update(revoked_at=AT)
    loudspeaker("in the place of swapped", village)
    Device.objects.filter(pk=made["moved"].pk).update(
        place=room.people.places.ward, area=room.people.places.ward.area
    )
    early, late = (queries.hearing_of(alert, AT + timedelta(seconds=s)) for s in (59, 60))
    assert early.by_state[Heard.UNKNOWN] > 0
    assert (late.by_state[Heard.UNKNOWN], late.by_state.total(), late.total) == (0, late.total, early.total)
    assert sum(count.total() for count in late.by_commune.values()) == late.total
    states = {line.name: line.heard for line in late.lines}
    assert not {"revoked", "swapped", "moved"} & states.keys()
    assert {name: states[name] for name in ("offline", "silent", "bridge_away")} == dict.fromkeys(
        ("offline", "silent", "bridge_away"), Heard.UNREACHABLE
    )
    found = [states[name] for name in ("refused", "missed", "accepted", "muted", "strange", "box_unset")]
    assert found == [
        Heard.REFUSED,
        Heard.REFUSED,
        Heard.DELIVERED,
        Heard.PARTLY,
        Heard.DELIVERED,
        Heard.SOUNDLESS,
    ]


def boxed(device: Device, *, broken: bool = False, adapter: str = "v1-http") -> None:
    Device.objects.filter(pk=device.pk).update(device_class=DeviceClass.L)
    by = User.objects.get(username="binh") if adapter else None
    given = {
        "seal_key": "ab" * 32, "adapter": adapter, "broken": broken,
        "set_by": by, "set_at": AT if by else None,
    }  # fmt: skip
    ForeignBox.objects.update_or_create(device=device, defaults=given)


def heard_at(alert: Alert, device: Device) -> Heard:
    lines = queries.hearing_of(alert, AT + timedelta(seconds=5)).lines
    return next(line.heard for line in lines if line.device == device.pk)


def test_a_box_that_cannot_sound_it_is_left_out_and_its_people_are_told(alert: Alert) -> None:
    device = Device.objects.filter(place__parent__area=alert.targets.get().area).order_by("sort_key")[0]
    Device.objects.filter(pk=device.pk).update(online=True)
    boxed(device)
    assert heard_at(alert, device) == Heard.UNKNOWN  # an alert of one commune: its bridge obeys it
    for wrong in ({"broken": True}, {"adapter": ""}):
        boxed(device, **wrong)
        assert heard_at(alert, device) == Heard.SOUNDLESS
    assert queries.soundless(queries.targets_of(alert)) == {device.pk}
    hears(device)
    assert heard_at(alert, device) == Heard.PLAYING  # what it is heard to play counts all the same


def test_wider_than_a_commune_a_box_sounds_only_under_its_provinces_waiver(alert: Alert) -> None:
    device = Device.objects.filter(place__parent__area=alert.targets.get().area)[0]
    boxed(device)
    province = device.area.rsplit(".", 2)[0]
    assert queries.soundless([province]) == {device.pk}
    place = Place.objects.get(area=province)
    by = User.objects.get(username="binh")
    waiver = Waiver.objects.create(place=place, area=province, document="12/QĐ", made_by=by, made_at=AT)
    assert queries.soundless([province]) == set()
    Waiver.objects.filter(pk=waiver.pk).update(ended_at=AT, ended_by=by)
    assert queries.soundless([province]) == {device.pk}
