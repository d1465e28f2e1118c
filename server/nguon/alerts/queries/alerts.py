"""Which alerts there are, which templates one may use, how many loudspeakers an area has."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.alerts.models import Alert, Target, Template
from nguon.alerts.rules import SIGNERS, is_whole, overlap, turn
from nguon.alerts.states import OPEN, Kind, State, Turn
from nguon.areas.paths import lineage
from nguon.devices import queries as devices


def targets_of(alert: Alert) -> list[str]:
    """This function will return an alert's LSP-1 targets, sorted."""
    return sorted(alert.targets.values_list("target", flat=True))


def areas_of(alert: Alert) -> list[str]:
    """This function will return the areas that an alert is for, each once."""
    return sorted(set(alert.targets.values_list("area", flat=True)))


def counted(targets: Collection[str]) -> int:
    """This function will count the loudspeakers in use in some targets, each once."""
    return devices.of_targets(targets).order_by().values("pk").distinct().count()


def in_reach(areas: Collection[str]) -> QuerySet[Alert]:
    """This function will return the alerts that concern any of the areas: inside of them or around them."""
    around = {outer for area in areas for outer in lineage(area)}
    inside = Target.objects.filter(Q(area__within=list(areas)) | Q(area__in=around))
    return Alert.objects.filter(pk__in=inside.values("alert"))


def visible(alert_id: UUID, user: User, at: datetime) -> Alert | None:
    """This function will return an alert that concerns an area where the person works, or None."""
    rows = in_reach(rights(user, at).areas) | Alert.objects.filter(author=user)
    found = rows.filter(pk=alert_id).distinct().first()
    return found if found else None


def open_alerts(areas: Collection[str]) -> list[Alert]:
    """This function will return the alerts that are being made, signed or sounded in some areas."""
    rows = in_reach(areas).filter(state__in=OPEN).select_related("author")
    return list(rows.order_by("-made_at")[:50])


def waiting_for(user: User, at: datetime) -> list[Alert]:
    """This function will return the alerts that wait for this person's signature, as the second one."""
    own = [area for role in SIGNERS for area in rights(user, at).areas_of(role)]
    rows = Alert.objects.filter(
        state=State.WAITING,
        pk__in=Target.objects.filter(area__within=own).values("alert"),
        made_at__gt=at - timedelta(hours=1),
    )
    return list(rows.exclude(signatures__by=user).select_related("author").order_by("-made_at")[:20])


def running_in(areas: Collection[str]) -> list[Alert]:
    """This function will return the alerts that sound in areas that share land with some areas."""
    rows = Alert.objects.filter(state=State.SOUNDING).exclude(kind=Kind.DRILL)
    return [one for one in rows.order_by("signed_at")[:200] if overlap(areas_of(one), areas)]


def turns_of(new: Alert, areas: Collection[str]) -> list[tuple[Alert, Turn]]:
    """This function will tell what a new alert for some areas does to each one that sounds there."""
    others = [one for one in running_in(areas) if one.pk != new.pk] if new.kind != Kind.DRILL else []
    return [
        (one, turn(new, one, whole=is_whole(areas, areas_of(one)), outsigned=_outsigned(new, one)))
        for one in others
    ]


def _outsigned(new: Alert, running: Alert) -> bool:
    return new.kind == Kind.GLASS and running.signatures.count() > 1


def past(areas: Collection[str], limit: int = 20) -> list[Alert]:
    """This function will return the alerts that ended, the latest first."""
    rows = in_reach(areas).filter(state=State.ENDED, signed_at__isnull=False)
    return list(rows.select_related("author").order_by("-signed_at")[:limit])


def to_review(areas: Collection[str], at: datetime) -> list[Alert]:
    """This function will return what one officer did alone in the last month and nobody else has seen."""
    rows = in_reach(areas).filter(
        kind=Kind.GLASS, state=State.ENDED, signed_at__gt=at - timedelta(days=31), reviewed_at__isnull=True
    )
    return list(rows.select_related("author").order_by("-signed_at")[:20])


def templates_for(areas: Collection[str], *, phrases: bool = False) -> QuerySet[Template]:
    """This function will return the approved templates (or phrases) of some areas and of those around."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = Template.objects.filter(
        area__in=around, approved_at__isnull=False, ended_at__isnull=True, phrase=phrases
    )
    return rows.select_related("media").order_by("hazard", "-level", "title")


def all_templates(areas: Collection[str]) -> QuerySet[Template]:
    """This function will return every template and phrase in use or waiting, of some areas and around."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = Template.objects.filter(Q(area__in=around) | Q(area__within=list(areas)), ended_at__isnull=True)
    return rows.select_related("media", "rendering__media", "place").order_by("phrase", "hazard", "title")


def mine(alert: Alert, user: User) -> bool:
    """This function will say whether this person has signed an alert."""
    return bool(alert.signatures.filter(by=user).exists())
