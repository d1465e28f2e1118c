"""Where the loudspeakers of an alert stay silent people near them are told another way."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from nguon.adapters.push import payload
from nguon.adapters.sms import Gateway, HttpGateway, SmsRefused, international
from nguon.alerts import queries
from nguon.alerts.models import Alert, Message
from nguon.alerts.states import GROWN_UNKNOWN_SECONDS, Channel, Kind, Sent, State
from nguon.deliveries.actions import tell
from nguon.kernel.clock import local
from nguon.notices import queries as notices
from nguon.notices.actions import push_to
from nguon.staff.models import Post

TASK = "nguon.alerts.tasks.text"
LONGEST = 480
NEAREST = 5
NEXT_AFTER = timedelta(seconds=60)
PUSH_SECONDS = 3600
LOOKED_AT = timedelta(minutes=10)
"""So long after the signature silent loudspeakers are looked for."""
ON_ITS_WAY = timedelta(seconds=30)
"""A receipt is in the database no later than this after the moment that it says it was received."""
MOST_LOOKS = 100


@dataclass
class Look:
    """What was known when an alert was looked at last: who was silent (with the area), until when."""

    silent: dict[UUID, str]
    until: datetime


_LOOKS: dict[UUID, Look] = {}
"""By alert, in this process: each look reads what has come since the last one. A new process begins anew."""


@transaction.atomic
def reach_others(*, alert: Alert, at: datetime) -> int:
    """This function will have who works in the village of each loudspeaker at which nothing was heard a
    minute after the signature told another way: by text message, and another minute later, where it is
    silent still, in the person's browser; each once. Returns how many messages are on their way. The page
    names whom to call, as the last way."""
    ways = _ways()
    if alert.kind == Kind.DRILL or alert.state != State.SOUNDING or not ways:
        return 0
    begins = timedelta(seconds=GROWN_UNKNOWN_SECONDS)
    if alert.signed_at is None or not begins <= at - alert.signed_at <= LOOKED_AT:
        return 0
    silent = _silent(alert, alert.signed_at, at)
    if not silent:
        return 0
    tried: dict[int, dict[str, Message]] = {}
    for row in Message.objects.filter(alert=alert):
        tried.setdefault(row.staff_id, {})[row.channel] = row
    rows: dict[int, Message] = {}
    for post, open_to in _near(silent, ways, at):
        channel = _next(tried.get(post.staff_id, {}), open_to, at)
        if channel and post.staff_id not in rows:
            device = silent[post.area]
            rows[post.staff_id] = Message(
                alert=alert, device_id=device, staff_id=post.staff_id, channel=channel, changed_at=at
            )
    Message.objects.bulk_create(rows.values(), ignore_conflicts=True)
    jobs: list[JSONDict] = [{"message_id": str(row.pk)} for row in rows.values()]
    if jobs:
        app.configure_task(TASK, queue="texts", allow_unknown=True).batch_defer(*jobs)
        tell("alert", alert=alert.pk)
    return len(rows)


def _silent(alert: Alert, signed_at: datetime, at: datetime) -> dict[str, UUID]:
    """The first silent loudspeaker of each area. What was heard once stays heard, so that only what has come
    since the last look is read, and nothing where none is silent any more."""
    look = _LOOKS.get(alert.pk)
    if look is None:
        if len(_LOOKS) >= MOST_LOOKS:
            _LOOKS.clear()
        look = _LOOKS[alert.pk] = Look(queries.loudspeakers_of(alert), signed_at)
    if look.silent:
        for device in queries.heard_since(alert, max(signed_at, look.until - ON_ITS_WAY)):
            look.silent.pop(device, None)
        look.until = at
    return {area: device for device, area in reversed(look.silent.items())}


def _ways() -> list[Channel]:
    given = {Channel.SMS: bool(settings.NGUON_SMS_URL), Channel.PUSH: notices.push_is_on()}
    return [channel for channel in Channel if given[channel]]


def _next(tried: Mapping[str, Message], ways: Iterable[Channel], at: datetime) -> Channel | None:
    """The first way that was not tried yet, when the ones before it have failed or had their minute."""
    for channel in ways:
        row = tried.get(channel)
        if row is None:
            return channel
        if row.state != Sent.FAILED and at - row.changed_at < NEXT_AFTER:
            return None
    return None


@transaction.atomic
def text(*, message_id: UUID, gateway: Gateway, at: datetime) -> Message | None:
    """This function will send one message, unless the loudspeaker has answered meanwhile or the alert is
    over; None when it is done already. Raises SmsUnavailable or PushUnavailable: then it still waits."""
    row = (
        Message.objects.select_for_update(of=("self",)).select_related("alert", "staff").filter(pk=message_id)
    ).first()
    if row is None or row.state != Sent.WAITING:
        return None
    if row.alert.state != State.SOUNDING or queries.was_heard_at(row.alert, row.device_id):
        row.state = Sent.NEEDLESS
    else:
        sent = _pushed(row) if row.channel == Channel.PUSH else _texted(row, gateway)
        row.state = Sent.SENT if sent else Sent.FAILED
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])
    return row


def _texted(row: Message, gateway: Gateway) -> bool:
    try:
        gateway.send(international(row.staff.phone), words(row.alert))
    except SmsRefused:
        return False
    return True


def _pushed(row: Message) -> bool:
    """What two people signed to be heard by everybody may stand on a locked screen."""
    if row.staff.user_id is None:
        return False
    data = payload(
        title=row.alert.title.upper(), body=words(row.alert), url=reverse("cap:page"), tag=str(row.alert_id)
    )
    return push_to(user_id=row.staff.user_id, data=data, seconds=PUSH_SECONDS, topic=row.pk) > 0


def words(alert: Alert) -> str:
    """This function will return what is written to people near a silent loudspeaker."""
    hour = f"{local(alert.signed_at):%H:%M %d/%m}" if alert.signed_at else ""
    said = _("{title} ({hour}). {text} Loa nơi này chưa phát được, xin báo ngay cho bà con.").format(
        title=alert.title.upper(), hour=hour, text=alert.text
    )
    return said[:LONGEST]


def gateway() -> Gateway:
    """This function will return the gateway of this installation."""
    path = settings.NGUON_SMS_TOKEN_FILE
    token = Path(path).read_text(encoding="utf-8").strip() if path else ""
    return HttpGateway(settings.NGUON_SMS_URL, token)


def _near(
    areas: Collection[str], ways: Collection[Channel], at: datetime
) -> Iterator[tuple[Post, list[Channel]]]:
    """Who works in these villages and can be told, at most NEAREST of each, and by which of the ways."""
    rows = Post.objects.on(local(at).date()).filter(area__in=list(areas)).select_related("staff")
    in_browsers = set(notices.people_with_browsers()) if Channel.PUSH in ways else set()
    counts: Counter[str] = Counter()
    for post in rows.order_by("pk"):
        by = {
            Channel.SMS: bool(international(post.staff.phone)),
            Channel.PUSH: post.staff.user_id in in_browsers,
        }
        open_to = [channel for channel in ways if by[channel]]
        if open_to and counts[post.area] < NEAREST:
            counts[post.area] += 1
            yield post, open_to
