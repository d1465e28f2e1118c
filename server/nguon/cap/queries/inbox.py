"""What came, for whoever is on duty there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.areas.paths import lineage
from nguon.cap.models import Aim, Authorisation, Decision, Received, Sender
from nguon.cap.states import State, Verdict
from nguon.kernel.clock import local
from nguon.organisations import queries as organisations
from nguon.organisations.rules import covers, outermost

MOST_CHAINED = 50
"""So many messages of one chain of updates are looked at."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An area for which an officer may decide; `decided` if somebody has."""

    area: str
    label: str
    sure: bool
    because: str
    decided: bool


def seen_by(user: User, at: datetime) -> QuerySet[Received]:
    """This function will return the messages for areas in which a person has any role, the newest first."""
    return _touching(rights(user, at).areas).select_related("sender").order_by("-received_at")


def waiting_for(user: User, at: datetime) -> list[Received]:
    """This function will return what waits for this officer's word, the most pressing and newest first."""
    own = rights(user, at).areas_of(Role.DUTY)
    if not own:
        return []
    rows = _touching(own).filter(state=State.WAITING).select_related("sender")
    listed = list(rows.prefetch_related("aims", "decisions").order_by("-received_at")[:100])
    left = [row for row in listed if any(not one.decided for one in _choices(row, own))]
    return sorted(left, key=lambda row: _ORDER[row.weight])


_ORDER = {"urgent": 0, "priority": 1, "ordinary": 2}


def choices(row: Received, user: User, at: datetime) -> list[Choice]:
    """This function will return the areas of a message for which this officer may decide, with their names.

    Where the message names no area that is known, all that the officer is on duty for may be chosen.
    """
    found = _choices(row, rights(user, at).areas_of(Role.DUTY))
    labels = organisations.labels([one.area for one in found])
    return [
        Choice(one.area, labels.get(one.area, one.area), one.sure, one.because, one.decided) for one in found
    ]


def _choices(row: Received, own: Collection[str]) -> list[Choice]:
    aims = list(row.aims.all())
    decided = [one.area for one in row.decisions.all()]
    found: dict[str, Choice] = {}
    if not any(aim.sure for aim in aims):
        found = {area: Choice(area, "", False, "", _in(area, decided)) for area in own}
    for aim in aims:
        inner = [aim.area] if _in(aim.area, own) else [area for area in own if covers(aim.area, area)]
        for area in inner:
            found[area] = Choice(area, "", aim.sure, aim.because, _in(area, decided))
    return [found[area] for area in outermost(found)]


def _in(area: str, outer: Collection[str]) -> bool:
    return any(covers(one, area) for one in outer)


def is_decided(row: Received) -> bool:
    """This function will say whether somebody has decided for everything that a message surely is for."""
    decided = list(Decision.objects.filter(message=row).values_list("area", flat=True))
    sure = Aim.objects.filter(message=row, sure=True).values_list("area", flat=True)
    return bool(decided) and all(_in(area, decided) for area in sure)


def was_made(row: Received) -> bool:
    """This function will say whether an alert or a drill was made of a message, or of one it speaks of."""
    own = Decision.objects.filter(message=row, verdict__in=[Verdict.ALERT, Verdict.DRILL])
    return own.exists() or bool(made_before(row))


def made_before(row: Received) -> list[UUID]:
    """This function will return the alerts and drills that were made of the messages that a message speaks
    of, and of those that they speak of in turn: a cancel names the last update, or only the first message."""
    found, named = [row], {row.pk}
    for one in found:  # it grows
        for earlier in _spoken_of(one):
            if earlier.pk not in named and len(found) < MOST_CHAINED:
                named.add(earlier.pk)
                found.append(earlier)
    rows = Decision.objects.filter(message__in=found[1:], verdict__in=[Verdict.ALERT, Verdict.DRILL])
    return list(dict.fromkeys(row.alert for row in rows.order_by("at") if row.alert is not None))


def _spoken_of(row: Received) -> list[Received]:
    keys = Q(pk__in=[])
    for one in row.references.filter(sender=row.sender.sender):
        keys |= Q(identifier=one.identifier, sent=one.sent)
    return list(Received.objects.filter(keys, sender=row.sender_id).select_related("sender"))


def taken_back(alert: UUID) -> Received | None:
    """This function will return the cancel or update of the message of which an alert was made."""
    rows = Decision.objects.filter(alert=alert, message__closed_by__isnull=False)
    found = rows.select_related("message__closed_by__sender").order_by("-at").first()
    return found.message.closed_by if found else None


def aims_of(row: Received) -> list[str]:
    """This function will return the areas that a message is for."""
    return list(Aim.objects.filter(message=row).order_by("area").values_list("area", flat=True))


def senders_in(areas: Collection[str]) -> QuerySet[Sender]:
    """This function will return the senders in use of these areas and of those around them, by name."""
    return Sender.objects.filter(_around(areas), ended_at__isnull=True).order_by("name", "pk")


def authorisations_in(areas: Collection[str]) -> QuerySet[Authorisation]:
    """This function will return what is authorised in these areas, the newest first."""
    rows = Authorisation.objects.filter(area__within=list(areas), ended_at__isnull=True)
    return rows.select_related("sender", "place", "officer", "by").order_by("-at")


def authorisations_for(row: Received, at: datetime) -> list[Authorisation]:
    """This function will return what is authorised today for a message's sender and hazard."""
    day = local(at).date()
    rows = Authorisation.objects.filter(sender=row.sender_id, hazard=row.hazard, ended_at__isnull=True)
    return list(rows.filter(first_day__lte=day, last_day__gte=day).select_related("officer").order_by("at"))


def authorised_areas(row: Received, grant: Authorisation) -> list[str]:
    """This function will return where a message surely is for within an authorisation, and nobody decided."""
    decided = list(Decision.objects.filter(message=row).values_list("area", flat=True))
    sure = Aim.objects.filter(message=row, sure=True).values_list("area", flat=True)
    found = [area if covers(grant.area, area) else grant.area for area in sure if _meet(area, grant.area)]
    return [area for area in outermost(found) if not any(_meet(area, one) for one in decided)]


def _meet(one: str, other: str) -> bool:
    return covers(one, other) or covers(other, one)


def _touching(areas: Collection[str]) -> QuerySet[Received]:
    """Of messages that name no known area everybody around the sender's area is told."""
    if not areas:
        return Received.objects.none()
    aimed = Aim.objects.filter(_around(areas)).values("message")
    nowhere = ~Q(pk__in=Aim.objects.filter(sure=True).values("message"))
    return Received.objects.filter(
        Q(pk__in=aimed) | nowhere & Q(sender__in=Sender.objects.filter(_around(areas)).values("pk"))
    )


def _around(areas: Collection[str]) -> Q:
    above = {outer for area in areas for outer in lineage(area)}
    return Q(area__within=list(areas)) | Q(area__in=above)


def labels_of(row: Received) -> dict[str, str]:
    """This function will return the names of the areas of a message and of what was decided of it."""
    areas = {*(one.area for one in row.aims.all()), *(one.area for one in row.decisions.all())}
    return organisations.labels(areas)
