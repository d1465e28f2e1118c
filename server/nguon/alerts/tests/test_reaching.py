"""Where loudspeakers stay silent people near them are written to, once, and no more when they answer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from nguon.adapters.sms import FakeGateway, SmsUnavailable
from nguon.alerts.actions import reaching
from nguon.alerts.models import Alert, Message
from nguon.alerts.states import Sent
from nguon.alerts.tests.cast import Both, both_signers, sounding
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import AT_ONCE, sign_many
from nguon.deliveries.models import Document, Receipt
from nguon.devices.models import Device
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
def alert(settings: Settings, signer: Both) -> Alert:
    """An alert to two villages; in the first one somebody with a telephone works."""
    settings.NGUON_SMS_URL = "https://sms.example"
    room = newsroom()
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


def hears(device: Device) -> None:
    sha256 = Document.objects.get(task__kind="urgent").pk
    Receipt.objects.create(
        device=device, n=1, sha256="0" * 64, event="started", document=sha256, at=AT, clock="SYNCED",
        received_at=AT, envelope="",
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


def test_where_it_was_heard_nobody_is_written_to(alert: Alert) -> None:
    for device in Device.objects.filter(place__parent__area=alert.targets.get().area):
        hears(device)
    assert reaching.reach_others(alert=alert, at=LATER) == 0
