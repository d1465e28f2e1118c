"""Importing the map of 30/6/2025 and its links to that of 1/7/2025: all of it or nothing, once.

A unit that the change left as it was (its land, name and type: 11 provinces, 121 communes) is one place with
two versions; every other is a place of its own that ended on 30/6/2025.
"""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from nguon.journal.actions import Actor, record
from nguon.organisations.actions.copying import copy_in, measure_map
from nguon.organisations.actions.descents import rebuild_descents
from nguon.organisations.actions.history_edges import keep_edges
from nguon.organisations.actions.oddities import keep_oddities
from nguon.organisations.actions.places import build, country, keep_new, lock_places, reserve_ids, version_of
from nguon.organisations.actions.sources import Oddity
from nguon.organisations.actions.sources_legacy import LegacyLink, LegacySource, LegacyUnit
from nguon.organisations.errors import NoMapToLinkTo
from nguon.organisations.models import Place, PlaceCode, PlaceVersion
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL, Kind

TIER_ENDED = "tier-ended"  # a district: the law ended the tier, so nothing takes its land


@dataclass(slots=True)
class HistoryReport:
    """What an import of the older map did, and everything that a person should look at."""

    source: str
    counts: dict[str, int] = field(default_factory=dict)
    created: int = 0
    continued: int = 0
    unchanged: int = 0
    links: int = 0
    new_links: int = 0
    parts_without_share: int = 0
    codes_used_again: int = 0
    without_successor: list[Oddity] = field(default_factory=list)
    without_predecessor: list[Oddity] = field(default_factory=list)
    not_placed: list[Oddity] = field(default_factory=list)
    disagreements: list[Oddity] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """This function will return the report as plain data."""
        return asdict(self)


@transaction.atomic
def import_history(*, source: LegacySource, by: Actor | None, at: datetime) -> HistoryReport:
    """This function will add the units and links of `source` that are missing, and report on all of it.

    The map of the day after must be there (import_places), or it raises NoMapToLinkTo.  A known unit or link
    stays as it is.  A second run changes nothing.
    """
    lock_places()
    report = HistoryReport(source.name, disagreements=list(source.oddities))
    day = source.valid_to + timedelta(days=1)
    after = _bearers(SYSTEM_OFFICIAL, day)
    if not after:
        raise NoMapToLinkTo
    known = _bearers(SYSTEM_LEGACY, source.valid_to)
    report.unchanged = len(known)
    links = _usable(source, after, report)
    units = {unit.code: unit for unit in source.units}
    same = _same(units, links, after)
    _bring(source, same, known, report)
    report.new_links = keep_edges(source, links, known, after, same, by=by, at=at)
    if report.new_links:
        rebuild_descents()
    _tell(report, units, links, after)
    keep_oddities(
        system=SYSTEM_LEGACY,
        source=source.name,
        found=[
            *report.disagreements,
            *report.not_placed,
            *report.without_predecessor,
            *(row for row in report.without_successor if row.kind != TIER_ENDED),
        ],
    )
    if report.created or report.new_links:
        measure_map()
        record(fact="places.history-imported", subject="place:vn", by=by, at=at, data=_summary(report))
    return report


def _summary(report: HistoryReport) -> dict[str, Any]:
    data = report.as_json()
    return {key: len(value) if isinstance(value, list) else value for key, value in data.items()}


def _bearers(system: str, day: date) -> dict[str, Place]:
    rows = PlaceCode.objects.filter(system=system, valid_from__lte=day).exclude(valid_to__lt=day)
    return {row.code: row.place for row in rows.select_related("place")}


def _usable(source: LegacySource, after: dict[str, Place], report: HistoryReport) -> list[LegacyLink]:
    codes = {unit.code for unit in source.units}
    good = []
    for link in source.links:
        if link.origin in codes and link.successor in after:
            good.append(link)
        else:
            report.not_placed.append(Oddity("link-unknown", link.origin, link.successor))
    return good


def _same(units: dict[str, LegacyUnit], links: list[LegacyLink], after: dict[str, Place]) -> dict[str, Place]:
    """The units whose land, tier, type and name the change left alone, by code, with today's place."""
    feeding = Counter(link.successor for link in links)
    same = {}
    for link in links:
        unit, place = units[link.origin], after[link.successor]
        alike = (place.kind, place.designation, place.name) == (unit.kind.value, unit.designation, unit.name)
        if link.whole and feeding[link.successor] == 1 and alike:
            same[unit.code] = place
    return same


def _bring(
    source: LegacySource, same: dict[str, Place], known: dict[str, Place], report: HistoryReport
) -> None:
    """Make the missing units, province by province down, and add them to `known`."""
    nation = country()
    for kind in (Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE):
        missing = [unit for unit in source.units if unit.kind == kind and unit.code not in known]
        above = {unit.code: nation if kind == Kind.PROVINCE else known.get(unit.above) for unit in missing}
        for unit in missing:
            if above[unit.code] is None:
                report.not_placed.append(Oddity("nothing-around-it", unit.code, unit.name))
        placed = [unit for unit in missing if above[unit.code] is not None]
        going_on = [unit for unit in placed if unit.code in same]
        fresh = [unit for unit in placed if unit.code not in same]
        known |= _begin(source, fresh, above) | _continue(source, going_on, above, same)
        copy_in(PlaceCode, [_code(source, known[unit.code], unit.code) for unit in placed])
        report.created += len(fresh)
        report.continued += len(going_on)


def _code(source: LegacySource, place: Place, code: str) -> PlaceCode:
    return PlaceCode(
        place=place,
        system=SYSTEM_LEGACY,
        code=code,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
    )


def _begin(source: LegacySource, units: list[LegacyUnit], above: dict[str, Place | None]) -> dict[str, Place]:
    made = {
        unit.code: build(
            pk=pk,
            kind=unit.kind,
            parent=above[unit.code],
            designation=unit.designation,
            name=unit.name,
            valid_from=source.valid_from,
        )
        for unit, pk in zip(units, reserve_ids(len(units)), strict=True)
    }
    for place in made.values():
        place.valid_to = source.valid_to
    keep_new(made.values())
    return made


def _continue(
    source: LegacySource,
    units: list[LegacyUnit],
    above: dict[str, Place | None],
    same: dict[str, Place],
) -> dict[str, Place]:
    """A place of today was there before, in another place: it gets an older version, and keeps its area."""
    going_on = {unit.code: same[unit.code] for unit in units}
    versions, as_ever = [], []
    for code, place in going_on.items():
        around = above[code]
        assert around is not None  # noqa: S101 - `_bring` leaves the others out
        if around.pk == place.parent_id:
            as_ever.append(place.pk)
            continue
        version = version_of(place, source.valid_from, source.valid_to)
        version.parent_id, version.area = around.pk, f"{around.area}.{place.pk}"
        versions.append(version)
    copy_in(PlaceVersion, versions)
    first = PlaceVersion.objects.filter(place__in=as_ever, valid_from=source.valid_to + timedelta(days=1))
    first.update(valid_from=source.valid_from)
    Place.objects.filter(pk__in=[place.pk for place in going_on.values()]).update(
        valid_from=source.valid_from
    )
    return going_on


def _tell(
    report: HistoryReport, units: dict[str, LegacyUnit], links: list[LegacyLink], after: dict[str, Place]
) -> None:
    onward: dict[str, list[LegacyLink]] = defaultdict(list)
    for link in links:
        onward[link.origin].append(link)
    for unit in units.values():
        if unit.code not in onward:
            kind = TIER_ENDED if unit.kind == Kind.DISTRICT else "no-successor"
            report.without_successor.append(Oddity(kind, unit.code, f"{unit.designation} {unit.name}"))
    reached = {link.successor for link in links}
    report.without_predecessor = [
        Oddity("no-predecessor", code, str(place)) for code, place in after.items() if code not in reached
    ]
    counts = Counter(unit.kind.value for unit in units.values())
    report.counts = dict(counts)
    report.links = len(links)
    report.parts_without_share = sum(not link.whole for link in links)
    report.codes_used_again = len(units.keys() & after.keys())
