"""What goes out: the signed message of each alert and of its end, the feed, the public pages."""

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from nguon.adapters.cap.checking import read
from nguon.alerts.models import Alert
from nguon.alerts.states import Ending
from nguon.alerts.states import State as Stands
from nguon.cap import queries
from nguon.cap.models import Page, Published
from nguon.cap.rules import expires_at, nature
from nguon.cap.states import ON_PAGE, OVER_ON_PAGE, PAGES, Part
from nguon.journal.actions import record
from nguon_signer.client import SignerRefused

SINCE = timedelta(days=1)
"""An alert that was not published by then is history: it is not told to the world any more."""
_TOLD = (Ending.CANCELLED, Ending.FALSE, Ending.ALL_CLEAR, Ending.REPLACED)


class Signer(Protocol):
    """Whoever builds and signs messages from identifiers: the signer's socket."""

    def call(self, op: str, **fields: Any) -> dict[str, Any]: ...


def publish(*, signer: Signer, at: datetime) -> int:
    """This function will publish what was signed for loudspeakers and is not published yet; returns how many
    messages. What the signer refuses (no loudspeaker was given it yet) is asked for again.

    Raises SignerUnavailable.
    """
    known = {(row.alert, row.part) for row in Published.objects.filter(sent__gt=at - 2 * SINCE)}
    done = 0
    for alert in Alert.objects.filter(_lately(at)).order_by("signed_at"):
        for part in _parts(alert):
            if (alert.pk, part) not in known:
                done += _publish(alert.pk, part, signer, at)
    if done:
        draw(at=at)
    return done


def _lately(at: datetime) -> Q:
    signed = Q(signed_at__gt=at - SINCE, state__in=[Stands.SOUNDING, Stands.ENDED])
    return signed | Q(signed_at__isnull=False, ended_at__gt=at - SINCE)


def _parts(alert: Alert) -> list[Part]:
    """What took its place speaks of it in an Update: it has no end of its own."""
    ended = alert.state == Stands.ENDED and alert.ending in _TOLD and alert.replaced_by_id is None
    return [Part.ALERT, Part.END] if ended else [Part.ALERT]


def _publish(alert: UUID, part: Part, signer: Signer, at: datetime) -> int:
    try:
        xml = str(signer.call("cap", alert=str(alert), part=part.value)["xml"]).encode()
    except SignerRefused:
        return 0
    reading = read(xml)
    message = reading.message
    if message is None or not reading.valid:
        raise RuntimeError(f"The signer made a message that is not valid: {reading.faults}")
    with transaction.atomic():
        made = Published.objects.create(
            alert=alert,
            part=part,
            identifier=message.identifier,
            sender=message.sender,
            sent=message.sent,
            nature=nature(message),
            hazard=Alert.objects.get(pk=alert).hazard,
            title=message.infos[0].headline[:300],
            expires_at=expires_at(message) or at,
            xml=xml,
            published_at=at,
        )
        areas = queries.areas_of_alert(alert)
        data = {"title": made.title, "alert": alert, "part": part, "areas": areas}
        record(fact="cap.published", subject=f"alert:{alert}", by=None, at=at, data=data)
    return 1


def draw(*, at: datetime) -> None:
    """This function will draw the public pages and the feed anew."""
    current, over = queries.current(at), queries.over(at)
    context = {
        "current": current[:ON_PAGE],
        "over": over[:OVER_ON_PAGE],
        "more": max(0, len(current) - ON_PAGE),
        "entries": [*current, *over],
        "at": at,
    }
    for name in PAGES:
        template = "cap/alerts.atom" if name == "atom" else "cap/alerts.html"
        with translation.override("vi" if name == "atom" else name):
            body = render_to_string(template, {**context, "language": name, **queries.addresses()})
        Page.objects.update_or_create(name=name, defaults={"body": body, "made_at": at})
