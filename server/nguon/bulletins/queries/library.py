"""Kho bản tin: looking for bulletins by words, with or without tone marks, and by what describes them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from nguon.accounts.models import User
from nguon.bulletins.models import Bulletin, Revision, Target, Version
from nguon.bulletins.queries import visible_revisions
from nguon.kernel.text import fold
from nguon.organisations.queries import with_past

MOST_WORDS = 8


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
    for word in fold(asked.words).split()[:MOST_WORDS]:
        rows = rows.filter(search__contains=word)
    for word in fold(asked.author).split()[:MOST_WORDS]:
        rows = rows.filter(author__search__contains=f" {word}")
    if asked.area:
        there = Target.objects.filter(area__within=with_past([asked.area]), revision=OuterRef("pk"))
        rows = rows.filter(Exists(there))
    return rows.select_related("campaign").order_by("-bulletin__changed_at", "-bulletin__pk")


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
        versions = Version.objects.filter(revision=OuterRef("pk"), language=asked.language)
        found &= Q(Q(language=asked.language) | Q(Exists(versions)))
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
