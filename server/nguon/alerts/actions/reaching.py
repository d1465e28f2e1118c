"""Where the loudspeakers of an alert stay silent people near them are told another way."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from nguon.adapters.sms import Gateway, HttpGateway, SmsRefused, international
from nguon.alerts import queries
from nguon.alerts.models import Alert, Message
from nguon.alerts.states import GROWN_UNKNOWN_SECONDS, REACHED, Kind, Sent, State
from nguon.deliveries.actions import tell
from nguon.kernel.clock import local
from nguon.staff.models import Post

TASK = "nguon.alerts.tasks.text"
LONGEST = 480
LOOKED_AT = timedelta(minutes=10)
"""So long after the signature silent loudspeakers are looked for; a look reads every receipt of the alert."""


@transaction.atomic
def reach_others(*, alert: Alert, at: datetime) -> int:
    """This function will have a text message sent to who works in the village of each loudspeaker at which
    nothing was heard a minute after the signature, once a person; returns how many. Without a gateway
    nothing is sent: the page names whom to call."""
    if alert.kind == Kind.DRILL or alert.state != State.SOUNDING or not settings.NGUON_SMS_URL:
        return 0
    begins = timedelta(seconds=GROWN_UNKNOWN_SECONDS)
    if alert.signed_at is None or not begins <= at - alert.signed_at <= LOOKED_AT:
        return 0
    silent = queries.not_reached(queries.hearing_of(alert, at))
    known = set(Message.objects.filter(alert=alert).values_list("staff", flat=True))
    rows: dict[int, Message] = {}
    for line in silent:
        for post in _near(line.area, at):
            if post.staff_id not in known | set(rows) and international(post.staff.phone):
                rows[post.staff_id] = Message(
                    alert=alert, device_id=line.device, staff_id=post.staff_id, changed_at=at
                )
    Message.objects.bulk_create(rows.values(), ignore_conflicts=True)
    jobs: list[JSONDict] = [{"message_id": str(row.pk)} for row in rows.values()]
    if jobs:
        app.configure_task(TASK, queue="texts", allow_unknown=True).batch_defer(*jobs)
        tell("alert", alert=alert.pk)
    return len(rows)


@transaction.atomic
def text(*, message_id: UUID, gateway: Gateway, at: datetime) -> Message | None:
    """This function will send one text message, unless the loudspeaker has answered meanwhile or the alert is
    over; None when it is done already. Raises SmsUnavailable: then it still waits."""
    row = (
        Message.objects.select_for_update(of=("self",)).select_related("alert", "staff").filter(pk=message_id)
    ).first()
    if row is None or row.state != Sent.WAITING:
        return None
    heard = {line.device: line.heard for line in queries.hearing_of(row.alert, at).lines}
    if row.alert.state != State.SOUNDING or heard.get(row.device_id) in REACHED:
        row.state = Sent.NEEDLESS
    else:
        try:
            gateway.send(international(row.staff.phone), words(row.alert))
            row.state = Sent.SENT
        except SmsRefused:
            row.state = Sent.FAILED
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])
    return row


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


def _near(area: str, at: datetime) -> Iterable[Post]:
    rows = Post.objects.on(local(at).date()).filter(area=area).exclude(staff__phone="")
    return rows.select_related("staff").order_by("pk")[:5]
