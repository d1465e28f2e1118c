"""Kho bản tin: looking for bulletins by words, with or without tone marks, and by what describes them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from nguon.accounts.models import User
from nguon.bulletins.models import Bulletin, Revision, Target, Version
from nguon.bulletins.queries import seen_areas, visible_revisions
from nguon.kernel.text import fold
from nguon.organisations.queries import with_past

MOST_WORDS = 8
FEW = 2000
"""So many bulletins of an area are named one by one: PostgreSQL then begins with these, instead of walking
through all bulletins of the country in their order and asking of each whether it plays there. Of more than
these the walk soon meets enough."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for; what is left empty does not matter. `area` is where it plays; `author` are words of
    the author's name; `since` <= last change < `before`.
    """

    words: str = ""
    state: str = ""
    topic: int | None = None
    essential: str = ""
    campaign: UUID | None = None
    priority: int | None = None
    kind: int | None = None
    language: str = ""
    area: str = ""
    author: str = ""
    since: datetime | None = None
    before: datetime | None = None


def library(user: User, asked: Asked, at: datetime, *, after: UUID | None = None) -> QuerySet[Revision]:
    """This function will return the newest revisions that a person may read and looks for, the last changed
    first; `after` is the bulletin at which the page before ended.
    """
    rows = visible_revisions(user, at).filter(_described(asked), _when(asked, after))
    few = _few(seen_areas(user, at))
    if few is not None:
        rows = rows.filter(Q(author=user) | Q(pk__in=few))
    for word in fold(asked.words).split()[:MOST_WORDS]:
        rows = rows.filter(search__contains=word)
    for word in fold(asked.author).split()[:MOST_WORDS]:
        rows = rows.filter(author__search__contains=f" {word}")
    if asked.area:
        rows = rows.filter(_at(with_past([asked.area])))
    return rows.select_related("campaign").order_by("-bulletin__changed_at", "-bulletin__pk")


def _few(areas: list[str]) -> list[UUID] | None:
    """The revisions that play in some areas, if they are few; else None."""
    found = Target.objects.filter(area__within=areas).values_list("revision", flat=True)[: FEW + 1]
    keys = list(found)
    return keys if len(keys) <= FEW else None


def _at(areas: list[str]) -> Q:
    few = _few(areas)
    if few is not None:
        return Q(pk__in=few)
    return Q(Exists(Target.objects.filter(area__within=areas, revision=OuterRef("pk"))))


def _described(asked: Asked) -> Q:
    exact = {
        "bulletin__state": asked.state,
        "topic": asked.topic,
        "essential": asked.essential,
        "campaign": asked.campaign,
        "priority": asked.priority,
        "content_type": asked.kind,
    }
    found = Q(**{name: value for name, value in exact.items() if value})
    if asked.language:
        versions = Version.objects.filter(language=asked.language).order_by("-pk")
        found &= Q(language=asked.language) | Q(
            pk__in=list(versions.values_list("revision", flat=True)[:FEW])
        )
    return found


def _when(asked: Asked, after: UUID | None) -> Q:
    found = Q()
    if asked.since:
        found &= Q(bulletin__changed_at__gte=asked.since)
    if asked.before:
        found &= Q(bulletin__changed_at__lt=asked.before)
    last = Bulletin.objects.filter(pk=after).values_list("changed_at", "pk").first() if after else None
    if last:
        changed_at, pk = last
        found &= Q(bulletin__changed_at__lte=changed_at)
        found &= Q(bulletin__changed_at__lt=changed_at) | Q(bulletin__pk__lt=pk)
    return found
