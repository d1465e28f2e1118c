"""What else sounds in a commune beside its programme: stations sent on, and what was played at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.broadcasts import queries
from nguon.broadcasts.models import Airing
from nguon.console import wording
from nguon.kernel.clock import local
from nguon.relays import queries as relays

SHOWN = 40
"""So many of one day a page shows."""


@dataclass(frozen=True)
class Aside:
    """One line of a day: from when until when, what it is, and where it is told in full."""

    begins_at: datetime
    ends_at: datetime
    title: str
    label: str
    url: str
    relay: bool

    @property
    def hours(self) -> str:
        """This property will give "05:30–06:00", or when something that was played at once began."""
        begins = f"{local(self.begins_at):%H:%M}"
        return f"{begins}–{local(self.ends_at):%H:%M}" if self.relay else begins

    @property
    def length(self) -> str:
        """This property will give how long it lasts."""
        return wording.seconds(int((self.ends_at - self.begins_at) / timedelta(milliseconds=1)))


def asides(area: str, start: datetime, end: datetime) -> list[Aside]:
    """This function will return what else sounds in a commune in [start, end), by time."""
    found = [
        Aside(
            slot.begins_at, slot.ends_at, slot.title, _("Tiếp sóng"),
            reverse("console:station_booking", args=[slot.booking.pk]), relay=True,
        )
        for slot in relays.slots([area], start, end)
    ]  # fmt: skip
    found += [
        Aside(
            row.at, row.ends_at, row.revision.title, _("Phát ngay"),
            reverse("console:airing", args=[row.pk]), relay=False,
        )
        for row in queries.at_once_in(area, start, end)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.begins_at, one.title))


def of_day(found: Iterable[Aside], day: date) -> tuple[Aside, ...]:
    """This function will return those that begin on one day."""
    return tuple(one for one in found if local(one.begins_at).date() == day)[:SHOWN]


def meetings(airings: Sequence[Airing], found: Sequence[Aside]) -> Iterator[tuple[str, Airing]]:
    """This function will tell, for each airing that begins while a station is sent on, what it meets: a
    loudspeaker plays one thing at a time, and what is said now goes before the plan."""
    relayed = [one for one in found if one.relay]
    for row in airings if relayed else ():
        for one in relayed:
            if one.begins_at <= row.at < one.ends_at:
                yield (
                    _(
                        "“{title}” ({time}) rơi vào giờ tiếp sóng “{station}” ({hours}): hãy chuyển giờ."
                    ).format(
                        title=row.revision.title,
                        time=f"{local(row.at):%H:%M:%S}",
                        station=one.title,
                        hours=one.hours,
                    ),
                    row,
                )
                break
