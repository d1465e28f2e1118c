"""What the page Lịch phát shows: a commune's day with all that plays in it, or its week at a glance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, pairwise
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.broadcasts import queries
from nguon.broadcasts.actions import choices
from nguon.broadcasts.models import Airing, Clash, Session, Slot
from nguon.console import wording
from nguon.console.asides import Aside, asides, meetings, of_day
from nguon.devices import queries as devices
from nguon.kernel.clock import VIETNAM, local
from nguon.organisations.models import Place

_CLASHES = 5
_BRIEF = 40
LONGEST = timedelta(hours=6)
"""No session is longer."""
SHOWN = 120
"""Airings of one day that a page shows; the rest is counted."""
WEEKDAYS = (
    gettext_lazy("Thứ Hai"), gettext_lazy("Thứ Ba"), gettext_lazy("Thứ Tư"), gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"), gettext_lazy("Thứ Bảy"), gettext_lazy("Chủ nhật"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One airing in a list."""

    id: UUID
    clock: str
    title: str
    length: str
    own_time: bool
    over: bool
    turn: str = ""

    @property
    def second(self) -> str:
        """This property will give the second of its minute: `brief` has the rest of its instant."""
        return self.clock[6:]

    @property
    def brief(self) -> str:
        """This property will give the minute and the beginning of the title, for a week at a glance."""
        title = self.title if len(self.title) <= _BRIEF else f"{self.title[: _BRIEF - 1].rstrip()}…"
        return f"{self.clock[:5]} {title}"


@dataclass(frozen=True)
class Block:
    """A session of a day with what plays in it; without a session, what was placed by hand."""

    session: Session | None
    lines: tuple[Line, ...]
    count: int
    length: str
    rest: str


@dataclass(frozen=True)
class Day:
    """One day of a commune."""

    day: date
    name: str
    today: bool
    off: str
    blocks: tuple[Block, ...]
    count: int
    length: str
    hidden: int
    clashes: tuple[tuple[str, UUID], ...] = ()
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True)
class Question:
    """A clash that waits for this commune."""

    id: UUID
    sentence: str
    choices: tuple[tuple[str, str], ...]
    clock: str
    day: date


YEARS = range(1900, 2200)


def day_of(text: str, at: datetime) -> date:
    """This function will read a day of an address; what is none, or in no year of ours, is today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return local(at).date()
    return day if day.year in YEARS else local(at).date()


def days(place: Place, first: date, count: int, at: datetime) -> list[Day]:
    """This function will show some days of a commune's programme, from one reading of the database."""
    start = datetime.combine(first, time(), VIETNAM)
    sessions = list(queries.sessions_of(place.area))
    begins = {one.pk: one.starts for one in sessions}
    until = start + timedelta(days=count)
    # A session that begins before midnight belongs to its day, with all that plays in it.
    airings = list(queries.of_commune(place.area, start, until + LONGEST))
    last = first + timedelta(days=count - 1)
    off, closed = queries.silent_days(place.area, first, last)
    beside = asides(place.area, start, start + timedelta(days=count))
    found = []
    for n in range(count):
        day = first + timedelta(days=n)
        mine = [row for row in airings if _day_of(row, begins) == day]
        found.append(_day(day, mine, sessions, off, closed, at, of_day(beside, day)))
    return found


def _day_of(row: Airing, begins: Mapping[UUID, time]) -> date:
    at = local(row.at)
    starts = begins.get(row.slot.session_id) if row.slot else None
    return at.date() - timedelta(days=1) if starts is not None and at.time() < starts else at.date()


def questions(area: str) -> list[Question]:
    """This function will show the clashes that a commune has not decided, the soonest first."""
    return [_question(row) for row in queries.open_clashes([area])[:20]]


def playlists(area: str) -> list[Session]:
    """This function will return the open sessions of a commune, each with its `lines` in order, each of them
    with the line `above` it."""
    found = list(queries.sessions_of(area))
    slots = Slot.objects.filter(session__in=found, ended_at__isnull=True).select_related("revision")
    by_session: dict[UUID, list[Slot]] = {}
    for slot in slots.order_by("position", "made_at", "pk"):
        lines = by_session.setdefault(slot.session_id, [])
        slot.above = lines[-1].pk if lines else None  # type: ignore[attr-defined]
        lines.append(slot)
    for session in found:
        session.lines = by_session.get(session.pk, [])  # type: ignore[attr-defined]
    return found


def rule_of(place: Place) -> str:
    """This function will tell the broadcast hours and the quiet hours of a commune in one sentence."""
    quiet = ", ".join(f"{a}–{b}" for a, b in [*devices.quiet_hours(), *queries.quiet_of(place)])
    rule = queries.hours_of(place)
    told = []
    if rule is not None and rule.sessions:
        told.append(
            _("mỗi ngày nhiều nhất {sessions} phiên, mỗi phiên {minutes} phút").format(
                sessions=rule.sessions, minutes=rule.minutes
            )
        )
    elif rule is not None:
        told.append(_("mỗi phiên nhiều nhất {minutes} phút").format(minutes=rule.minutes))
    if quiet:
        told.append(_("giờ yên lặng {quiet}").format(quiet=quiet))
    return "; ".join(told)


def sentence_of(clash: Clash) -> str:
    """This function will tell a clash in one sentence."""
    return _("{by} muốn phát “{title}” ({length}) lúc {time}, trùng với “{met}” ({met_time}).").format(
        by=clash.by,
        title=clash.revision.title,
        length=wording.seconds(clash.revision.media.duration_ms if clash.revision.media else 0),
        time=f"{local(clash.wanted_at):%H:%M %d/%m}",
        met=clash.met.revision.title,
        met_time=f"{local(clash.met.at):%H:%M:%S}–{local(clash.met.ends_at):%H:%M:%S}",
    )


def _question(clash: Clash) -> Question:
    named = tuple((choice.value, str(choice.label)) for choice in choices(clash))
    wanted = local(clash.wanted_at)
    return Question(clash.pk, sentence_of(clash), named, f"{wanted:%H:%M}", wanted.date())


def _day(
    day: date,
    airings: Sequence[Airing],
    sessions: Sequence[Session],
    off: set[date],
    closed: set[date],
    at: datetime,
    beside: tuple[Aside, ...],
) -> Day:
    shown = airings[:SHOWN]
    sitting = [one for one in sessions if _sits(one, day)] if day not in closed else []
    keys = {one.pk for one in sitting}
    by_session: dict[UUID | None, list[Airing]] = {}
    for row in shown:
        key = row.slot.session_id if row.slot and row.slot.session_id in keys else None
        by_session.setdefault(key, []).append(row)
    blocks = [_block(one, by_session.get(one.pk, []), day, at) for one in sitting]
    if None in by_session:
        blocks.append(_block(None, by_session[None], day, at))
    total = sum(row.duration_ms for row in airings)
    told = _("Nghỉ phát") if day in closed else _("Ngày nghỉ lễ") if day in off else ""
    name = str(WEEKDAYS[day.weekday()])
    today = day == local(at).date()
    hidden = len(airings) - len(shown)
    met = ((sentence, row.pk) for sentence, row in meetings(airings, beside))
    clashes = tuple(islice(chain(_clashes(airings), met), _CLASHES))
    return Day(day, name, today, told, tuple(blocks), len(airings), _clock(total), hidden, clashes, beside)


def _clashes(airings: Sequence[Airing]) -> Iterator[tuple[str, UUID]]:
    """Each airing that begins while the one before it still sounds: a sentence, and which of them may give
    way."""
    for one, after in pairwise(airings):
        if after.at < one.ends_at:
            movable = after if after.area else one
            yield (
                _(
                    "“{title}” ({time}) trùng với “{after}” ({after_time}): hãy chuyển giờ hoặc bỏ một bản."
                ).format(
                    title=one.revision.title,
                    time=f"{local(one.at):%H:%M:%S}–{local(one.ends_at):%H:%M:%S}",
                    after=after.revision.title,
                    after_time=f"{local(after.at):%H:%M:%S}",
                ),
                movable.pk,
            )


def _block(session: Session | None, rows: Sequence[Airing], day: date, at: datetime) -> Block:
    lines = tuple(
        Line(
            id=row.pk,
            clock=f"{local(row.at):%H:%M:%S}",
            title=row.revision.title,
            length=_clock(row.duration_ms),
            own_time=not row.area,
            over=row.at <= at,
            turn=row.group.name if row.group else "",
        )
        for row in rows
    )
    total = sum(row.duration_ms for row in rows)
    rest = ""
    if session is not None:
        end = datetime.combine(day, session.starts, VIETNAM) + timedelta(minutes=session.minutes)
        last = max((row.ends_at for row in rows), default=end - timedelta(minutes=session.minutes))
        rest = _clock(max(0, (end - last) // timedelta(milliseconds=1)))
    return Block(session, lines, len(rows), _clock(total), rest)


def _sits(session: Session, day: date) -> bool:
    return (
        str(day.weekday()) in session.weekdays
        and session.first <= day
        and (session.last is None or day <= session.last)
    )


def _clock(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
