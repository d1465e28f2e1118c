"""Broadcast hours and days off in words: what holds, whose word it is, what a new word would do."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nguon.broadcasts.actions import Hours
from nguon.broadcasts.models import DayOff, HourRule
from nguon.broadcasts.queries import hours as queries
from nguon.broadcasts.queries.hours import Silences, Touches
from nguon.broadcasts.rules import layout
from nguon.broadcasts.states import DayKind
from nguon.devices import queries as devices
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.models import Place

WEEKDAYS = (
    ("0", gettext_lazy("T2")),
    ("1", gettext_lazy("T3")),
    ("2", gettext_lazy("T4")),
    ("3", gettext_lazy("T5")),
    ("4", gettext_lazy("T6")),
    ("5", gettext_lazy("T7")),
    ("6", gettext_lazy("CN")),
)
DESIGNATIONS = (
    ("", gettext_lazy("Mọi xã, phường, đặc khu")),
    ("Xã", gettext_lazy("Chỉ các xã")),
    ("Phường", gettext_lazy("Chỉ các phường")),
    ("Đặc khu", gettext_lazy("Chỉ các đặc khu")),
)


@dataclass(frozen=True)
class RuleLine:
    """One rule of an area or of what is around it; `whose` names the area where it is not the own one,
    `over` says that a narrower one holds instead."""

    id: int
    whose: str
    of: str
    text: str
    source: str
    own: bool
    over: bool


@dataclass(frozen=True)
class OffLine:
    """One day off, and when it is next."""

    id: int
    name: str
    kind: str
    text: str
    whose: str
    own: bool
    next_day: dt.date | None


def rules(place: Place) -> list[RuleLine]:
    """This function will show the broadcast hours that reach a place, the ones that hold first."""
    found = queries.rules_around(place.area)
    named = places.labels({row.area for row in found})
    held: set[str] = set()
    lines = []
    for row in found:
        over = row.designation in held or "" in held
        if row.area == place.area or not over:
            held.add(row.designation)
        own = row.area == place.area
        lines.append(
            RuleLine(
                id=row.pk,
                whose="" if own else named.get(row.area, row.area),
                of=str(dict(DESIGNATIONS).get(row.designation, row.designation)),
                text=sentence(row),
                source=row.source,
                own=own,
                over=over and not own,
            )
        )
    return lines


def sentence(row: HourRule) -> str:
    """This function will tell a rule in one sentence."""
    told = [ngettext("mỗi phiên nhiều nhất {n} phút", "mỗi phiên nhiều nhất {n} phút", row.minutes)]
    if row.sessions:
        told.insert(
            0, ngettext("mỗi ngày nhiều nhất {s} phiên", "mỗi ngày nhiều nhất {s} phiên", row.sessions)
        )
    if set(row.weekdays) != set("0123456"):
        days = ", ".join(str(label) for digit, label in WEEKDAYS if digit in row.weekdays)
        told.append(_("chỉ vào {days}").format(days=days))
    if row.quiet_from and row.quiet_to:
        span = f"{row.quiet_from:%H:%M}–{row.quiet_to:%H:%M}"
        told.append(_("giờ yên lặng {quiet}").format(quiet=span))
    return "; ".join(one.format(n=row.minutes, s=row.sessions) for one in told)


def days_off(place: Place, at: dt.datetime) -> list[OffLine]:
    """This function will show the days off that reach a place, and when each is next."""
    found = queries.days_off_around(place.area)
    named = places.labels({row.area for row in found})
    today = local(at).date()
    lines = []
    for row in found:
        off = layout.Off(row.kind, row.year, row.month, row.day, row.days, row.before)
        coming = layout.days_off([off], today, today + dt.timedelta(days=400))
        if row.kind == DayKind.ONCE and not coming:
            continue  # over for good
        own = row.area == place.area
        whose = "" if own else named.get(row.area, row.area)
        lines.append(
            OffLine(
                row.pk, row.name, row.get_kind_display(), _span(row), whose, own, min(coming, default=None)
            )
        )
    return lines


def own_of(place: Place) -> Hours:
    """This function will return what the form shows: the rule of a place for all, else an empty one."""
    row = next((one for one in queries.rules_around(place.area) if one.area == place.area), None)
    if row is None:
        return Hours(minutes=15)
    quiet = (row.quiet_from, row.quiet_to) if row.quiet_from and row.quiet_to else None
    return Hours(
        minutes=row.minutes, sessions=row.sessions, weekdays=row.weekdays, designation=row.designation,
        quiet=quiet, source=row.source,
    )  # fmt: skip


def quiet_everywhere() -> str:
    """This function will tell the quiet hours that every loudspeaker keeps by itself."""
    return ", ".join(f"{begin}–{end}" for begin, end in devices.quiet_hours())


def of_touches(found: Touches) -> list[str]:
    """This function will tell, a sentence each, what stands and would go beyond new hours."""
    if found.nothing:
        told = _("Không phiên nào vượt khung này: {sessions} phiên của {communes} xã đều vừa.")
        return [told.format(sessions=found.sessions, communes=found.communes)]
    sentences = [
        (found.too_long, _("{n} phiên dài hơn: phần thừa không được ký, loa không phát.")),
        (found.too_many, _("{n} phiên thừa trong ngày: phần thừa không được ký, loa không phát.")),
        (found.wrong_day, _("{n} phiên có ngày không được phát nữa.")),
        (found.quiet, _("{n} phiên chạm giờ yên lặng mới.")),
    ]
    told_ = [words.format(n=n) for n, words in sentences if n]
    if found.some:
        told_.append(_("Ví dụ: {some}. Hãy báo các xã sửa phiên.").format(some="; ".join(found.some)))
    return told_


def of_silences(found: Silences, place: Place) -> list[str]:
    """This function will tell what a day off would do."""
    if not found.days:
        return [_("Ngày này không còn đến nữa.")]
    days = ", ".join(f"{day:%d/%m/%Y}" for day in found.days)
    told = [_("Nghỉ: {days}.").format(days=days)]
    if found.airings:
        words = _("{n} lượt phát đã xếp ở {communes} xã sẽ bỏ.")
        told.append(words.format(n=found.airings, communes=found.communes))
    else:
        told.append(_("Không bỏ lượt phát nào đã xếp trong 35 ngày tới."))
    return told


def _span(row: DayOff) -> str:
    day = f"{row.day}/{row.month}" if row.year is None else f"{row.day}/{row.month}/{row.year}"
    if row.days == 1 and not row.before:
        return day
    return _("{day}, nghỉ {n} ngày, trước đó {before} ngày").format(day=day, n=row.days, before=row.before)
