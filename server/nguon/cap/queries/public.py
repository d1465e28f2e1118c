"""What everybody may know: the alerts that are on, and those that ended within a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from nguon.adapters.cap.checking import read
from nguon.adapters.cap.model import Info, Kind
from nguon.alerts.models import Alert
from nguon.alerts.queries import areas_of
from nguon.cap.models import Published
from nguon.cap.states import SHOWN, Nature, Part

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as it is told to everybody; `vi` and `en` are its two languages."""

    alert: UUID
    part: str
    identifier: str
    title: str
    sent: datetime
    updated: datetime
    expires_at: datetime
    exercise: bool
    update: bool
    vi: Info
    en: Info
    places: str


def current(at: datetime) -> list[Told]:
    """This function will return the alerts that are on, real ones before exercises, the newest first."""
    ended = Published.objects.filter(part=Part.END).values("alert")
    replaced = Alert.objects.filter(replaced_by__isnull=False).values("pk")
    rows = Published.objects.filter(part=Part.ALERT, expires_at__gt=at)
    rows = rows.exclude(alert__in=ended).exclude(alert__in=replaced)
    found = [_told(row) for row in rows.order_by("-sent")[:SHOWN]]
    return sorted(found, key=lambda one: one.exercise)


def over(at: datetime) -> list[Told]:
    """This function will return the ends that were told within a day, the newest first."""
    rows = Published.objects.filter(part=Part.END, sent__gt=at - DAY)
    return [_told(row) for row in rows.order_by("-sent")[:SHOWN]]


def addresses() -> dict[str, str]:
    """This function will return where the public pages are, whole, for feeds and print."""
    site = settings.NGUON_PUBLIC_URL
    return {
        "site": site,
        "page_url": site + reverse("cap:page"),
        "english_url": site + reverse("cap:page_in", args=["en"]),
        "feed_url": site + reverse("cap:feed"),
        "certificate_url": site + reverse("cap:certificate"),
    }


def areas_of_alert(alert: UUID) -> list[str]:
    """This function will return the areas of an alert of ours."""
    return areas_of(Alert.objects.get(pk=alert))


def _told(row: Published) -> Told:
    message = read(bytes(row.xml)).message
    if message is None:
        raise RuntimeError(f"What was published as {row.identifier} cannot be read")
    vi, en = message.infos
    return Told(
        alert=row.alert,
        part=row.part,
        identifier=row.identifier,
        title=row.title,
        sent=row.sent,
        updated=row.published_at,
        expires_at=row.expires_at,
        exercise=row.nature == Nature.EXERCISE,
        update=message.kind == Kind.UPDATE,
        vi=vi,
        en=en,
        places=", ".join(area.desc for area in vi.areas),
    )
