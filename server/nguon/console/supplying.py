"""Bản tin từ trên: the inbox of a commune, and for its sender who used what, where and when."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.broadcasts.actions import choices
from nguon.broadcasts.models import Clash
from nguon.broadcasts.rules import may_place
from nguon.broadcasts.states import Decided
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import SEEING
from nguon.bulletins.states import Priority
from nguon.console.presenters import Tone
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.supply import queries
from nguon.supply.rules import communes_among, is_placed_by_default
from nguon.supply.states import Progress, Reply

CHUNK = 500


@dataclass(frozen=True)
class Scope:
    """Whose inbox is looked at: one commune, or (`area` "") what lies above communes."""

    area: str
    label: str
    communes: tuple[tuple[str, str], ...]
    wide: tuple[str, ...]
    may: bool

    @property
    def several(self) -> bool:
        """This property will say whether there is something to choose from."""
        return len(self.communes) + bool(self.wide) > 1


@dataclass(frozen=True)
class OfferCard:
    """One bulletin from above as a commune sees it."""

    id: UUID
    bulletin_id: UUID
    title: str
    summary: str
    sender: str
    priority: str
    by_default: bool
    duration_ms: int | None
    until: datetime | None
    approved_at: datetime
    state: Tone
    reason: str
    by: str
    airings: tuple[datetime, ...]
    more: int
    answered: bool
    declined: bool
    date: str
    time: str


@dataclass(frozen=True)
class OrderCard:
    """Two items at one time, whose order the commune decides."""

    id: UUID
    above: str
    above_at: datetime
    sender: str
    own: str
    own_at: datetime
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SentLine:
    """One supplied bulletin with how far it came."""

    id: UUID
    title: str
    sender: str
    priority: str
    urgent: bool
    approved_at: datetime
    counts: queries.Counts


@dataclass(frozen=True)
class UsedLine:
    """What one commune did, in words."""

    place: str
    tone: Tone
    reason: str
    by: str
    answered_at: datetime | None
    airings: int
    first_at: datetime | None
    loudspeakers: int
    played: int
    last_played_at: datetime | None


_TONES = {
    Progress.OPEN: ("", "hourglass"),
    Progress.ASKED: ("warn", "circle-help"),
    Progress.TAKEN: ("brand", "calendar-clock"),
    Progress.PLAYED: ("live", "circle-check"),
    Progress.DECLINED: ("bad", "circle-x"),
}
_PROGRESS = {
    Reply.TAKEN: Progress.TAKEN,
    Reply.DECLINED: Progress.DECLINED,
    Reply.ASKED: Progress.ASKED,
}
AIRINGS = 3


def scope_of(user: User, asked: str, at: datetime) -> Scope:
    """This function will return whose inbox a person looks at: the commune asked for where they may read,
    else their first one; who has none looks at what lies above communes."""
    seen = rights(user, at).reads(SEEING)
    labels = places.labels(communes_among(seen))
    communes = tuple(sorted(labels.items(), key=lambda pair: pair[1]))
    wide = tuple(area for area in seen if area not in labels and area.count(".") < 2)
    area = asked if asked in labels else ""
    if not area and communes and not wide:
        area = communes[0][0]
    return Scope(area, labels.get(area, ""), communes, wide, bool(area) and may_place(user, area, at))


def cards(scope: Scope, rows: Collection[Revision], at: datetime) -> list[OfferCard]:
    """This function will show supplied revisions to a commune, each with the time that is proposed."""
    times = queries.proposals(scope.area, rows, at) if scope.may else {}
    return [_card(offer, times.get(offer.revision.pk), at) for offer in queries.offers(scope.area, rows)]


def _card(offer: queries.Offer, proposed: datetime | None, at: datetime) -> OfferCard:
    revision, answer = offer.revision, offer.answer
    when = local(proposed) if proposed else None
    coming = [airing.at for airing in offer.airings if airing.at > at]
    state = Tone(_("Mới"), "warn", "inbox")
    if answer:
        progress = _PROGRESS[Reply(answer.reply)]
        words = answer.get_reply_display()
        if answer.reply == Reply.TAKEN and not coming:
            progress, words = Progress.PLAYED, _("Đã dùng, không còn lượt nào sắp phát")
        state = Tone(words, *_TONES[progress])
    return OfferCard(
        id=revision.pk,
        bulletin_id=revision.bulletin_id,
        title=revision.title,
        summary=revision.summary or revision.text[:200],
        sender=str(revision.bulletin.place),
        priority="" if revision.priority == Priority.NORMAL else revision.get_priority_display(),
        by_default=is_placed_by_default(revision),
        duration_ms=revision.media.duration_ms if revision.media else None,
        until=revision.until_at,
        approved_at=revision.approval.at,
        state=state,
        reason=answer.reason if answer else "",
        by=_("tự xếp vì là bản tin ưu tiên") if answer and answer.by_default else "",
        airings=tuple(coming[:AIRINGS]),
        more=max(0, len(coming) - AIRINGS),
        answered=answer is not None,
        declined=answer is not None and answer.reply == Reply.DECLINED,
        date=f"{when:%Y-%m-%d}" if when else "",
        time=f"{when:%H:%M:%S}" if when else "",
    )


def order_cards(rows: Collection[Clash]) -> list[OrderCard]:
    """This function will show the clashes that wait for the commune's word."""
    return [
        OrderCard(
            row.pk,
            row.revision.title,
            row.wanted_at,
            str(row.revision.bulletin.place),
            row.met.revision.title,
            row.met.at,
            tuple((one.value, str(one.label)) for one in choices(row) if one != Decided.MOVE),
        )
        for row in rows
    ]


def sent_lines(rows: Collection[Revision], at: datetime, within: Collection[str]) -> list[SentLine]:
    """This function will show supplied revisions with the counts of the communes in some areas."""
    counted = queries.counts(rows, at, within)
    return [
        SentLine(
            row.pk,
            row.title,
            str(row.bulletin.place),
            "" if row.priority == Priority.NORMAL else row.get_priority_display(),
            row.priority == Priority.URGENT,
            row.approval.at,
            counted[row.pk],
        )
        for row in rows
    ]


def used_lines(revision: Revision, rows: Collection[Place]) -> list[UsedLine]:
    """This function will put into words what each of these communes did."""
    return [_used(one) for one in queries.used(revision, rows)]


def _used(one: queries.Used) -> UsedLine:
    answer = one.answer
    by = ""
    if answer:
        by = _("tự xếp vì là bản tin ưu tiên") if answer.by_default else str(answer.by)
    return UsedLine(
        place=one.place.label,
        tone=Tone(str(one.progress.label), *_TONES[one.progress]),
        reason=answer.reason if answer else "",
        by=by,
        answered_at=answer.at if answer else None,
        airings=one.airings,
        first_at=one.first_at,
        loudspeakers=one.loudspeakers,
        played=one.played,
        last_played_at=one.last_played_at,
    )


def found(user: User, revision_id: str, at: datetime) -> tuple[Revision, list[str]] | None:
    """This function will return a supplied revision that a person may follow, and the areas in which: all of
    it for who stands where it came from, else the own part."""
    seen = rights(user, at).reads(SEEING)
    try:
        key = UUID(str(revision_id))
    except ValueError:
        return None
    row = queries.supplied().filter(pk=key).first()
    if row is None:
        return None
    mine = [area for area in seen if area.count(".") < 2]
    if not mine or not queries.usage(row, at, mine).exists():
        return None
    return row, mine


def columns() -> list[tuple[str, int]]:
    """This function will return the columns of the Excel file."""
    return [
        (_("Nơi"), 44), (_("Tình trạng"), 22), (_("Lý do"), 40), (_("Người trả lời"), 26),
        (_("Trả lời lúc"), 20), (_("Số lượt xếp"), 12), (_("Lượt đầu"), 20), (_("Số loa"), 10),
        (_("Loa đã phát"), 12), (_("Phát lần cuối"), 20),
    ]  # fmt: skip


def cells(revision: Revision, rows: QuerySet[Place]) -> Iterator[list[Any]]:
    """This function will write one line for each commune, CHUNK communes at a time."""
    waiting: list[Place] = []
    for row in rows.iterator(CHUNK):
        waiting.append(row)
        if len(waiting) == CHUNK:
            yield from _told(revision, waiting)
            waiting = []
    yield from _told(revision, waiting)


def _told(revision: Revision, rows: list[Place]) -> Iterator[list[Any]]:
    for line in used_lines(revision, rows):
        yield [
            line.place, line.tone.label, line.reason, line.by, line.answered_at, line.airings, line.first_at,
            line.loudspeakers, line.played, line.last_played_at,
        ]  # fmt: skip
