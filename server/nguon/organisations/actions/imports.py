"""Importing provinces and communes: nothing is half imported, nothing is dropped silently."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from nguon.journal.actions import Actor, record
from nguon.kernel.text import fold, sort_key, tidy
from nguon.organisations.actions.copying import copy_in, measure_map
from nguon.organisations.actions.oddities import keep_oddities
from nguon.organisations.actions.places import (
    MAX_NAME,
    build,
    country,
    keep_new,
    lock_places,
    reserve_ids,
    search_text,
)
from nguon.organisations.actions.sources import Oddity, Source, Unit
from nguon.organisations.models import Place, PlaceCode, PlaceVersion
from nguon.organisations.states import Kind

_BATCH = 1000


@dataclass(slots=True)
class ImportReport:
    """What an import did.  `changed` counts rows whose derived columns (search, order) were made anew."""

    source: str
    provinces: int = 0
    communes: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    not_placed: list[Oddity] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """This function will return the report as plain data."""
        return asdict(self)


@transaction.atomic
def import_places(*, source: Source, by: Actor | None, at: datetime) -> ImportReport:
    """This function will add the units of `source` that are missing, and report what it could not place.

    A unit is known by its code in the source's code system on the source's first day.  A known unit keeps its
    name and its parent, even where the source says otherwise: the difference is reported, and changing it is
    an editor's decision.  A second run changes nothing.
    """
    lock_places()
    report = ImportReport(source=source.name, oddities=list(source.oddities))
    units = _usable(source.units, report)
    known = _known(source)
    nation = country()
    provinces = [unit for unit in units if unit.province_code is None]
    _bring(
        provinces,
        Kind.PROVINCE,
        dict.fromkeys((unit.code for unit in provinces), nation),
        known,
        source,
        report,
    )
    parents: dict[str, Place] = {}
    communes = []
    for unit in units:
        if unit.province_code is None:
            continue
        above = known.get(unit.province_code)
        if above is None or above.kind != Kind.PROVINCE:
            report.not_placed.append(Oddity("no-province", unit.code, f"{unit.name}: {unit.province_code}"))
            continue
        parents[unit.code] = above
        communes.append(unit)
    _bring(communes, Kind.COMMUNE, parents, known, source, report)
    report.provinces, report.communes = len(provinces), len(communes)
    report.oddities += _look_alikes(communes, parents) + _not_in_source(known, units)
    keep_oddities(system=source.system, source=source.name, found=[*report.not_placed, *report.oddities])
    if report.created or report.changed:
        measure_map()
        record(fact="places.imported", subject="place:vn", by=by, at=at, data=_summary(report))
    return report


def _summary(report: ImportReport) -> dict[str, Any]:
    data = report.as_json()
    data["not_placed"], data["oddities"] = len(report.not_placed), len(report.oddities)
    return data


def _usable(units: tuple[Unit, ...], report: ImportReport) -> list[Unit]:
    """The units with a code and a name, each code once; the others go to the report."""
    seen: set[str] = set()
    kept = []
    for unit in units:
        if not unit.code:
            report.not_placed.append(Oddity("no-code", "", f"{unit.designation} {unit.name}".strip()))
        elif not fold(unit.name) or len(unit.name) > MAX_NAME:
            report.not_placed.append(Oddity("no-name", unit.code, unit.name[:MAX_NAME]))
        elif unit.code in seen:
            report.not_placed.append(
                Oddity("code-twice", unit.code, f"{unit.designation} {unit.name}".strip())
            )
        else:
            seen.add(unit.code)
            kept.append(unit)
            if not unit.designation:
                report.oddities.append(Oddity("no-designation", unit.code, unit.name))
    return kept


def _known(source: Source) -> dict[str, Place]:
    """The places that bear a code of the source's system on its first day."""
    rows = PlaceCode.objects.filter(system=source.system, valid_from__lte=source.valid_from)
    rows = rows.exclude(valid_to__lt=source.valid_from).select_related("place__parent")
    return {row.code: row.place for row in rows}


def _bring(
    units: list[Unit],
    kind: Kind,
    parents: dict[str, Place],
    known: dict[str, Place],
    source: Source,
    report: ImportReport,
) -> None:
    """Create what is missing, make derived columns anew, and add the new places to `known`."""
    missing = [unit for unit in units if unit.code not in known]
    _refresh(
        [(unit, known[unit.code]) for unit in units if unit.code in known], parents, source.valid_from, report
    )
    made = {
        unit.code: build(
            pk=pk,
            kind=kind,
            parent=parents[unit.code],
            designation=unit.designation,
            name=tidy(unit.name),
            valid_from=source.valid_from,
        )
        for unit, pk in zip(missing, reserve_ids(len(missing)), strict=True)
    }
    keep_new(made.values())
    copy_in(
        PlaceCode,
        [
            PlaceCode(place=place, system=source.system, code=code, valid_from=source.valid_from)
            for code, place in made.items()
        ],
    )
    known.update(made)
    report.created += len(made)


def _refresh(
    pairs: list[tuple[Unit, Place]], parents: dict[str, Place], day: date, report: ImportReport
) -> None:
    """Hold known units against the source, as they were on its day; derive search text and order anew."""
    versions = PlaceVersion.objects.on(day).filter(place__in=[place.pk for _unit, place in pairs])
    then = {version.place_id: version for version in versions}
    stale = []
    for unit, place in pairs:
        was = then.get(place.pk, place)
        if (was.designation, was.name) != (unit.designation, tidy(unit.name)):
            report.oddities.append(
                Oddity("name-differs", unit.code, f"{was} / {unit.designation} {unit.name}")
            )
        if was.parent_id != parents[unit.code].pk:
            report.oddities.append(
                Oddity("parent-differs", unit.code, f"{was} / {unit.province_code or 'vn'}")
            )
        above = parents[unit.code] if place.parent_id == parents[unit.code].pk else place.parent
        search = search_text(place.name, place.designation, above)
        key = sort_key(place.name)
        if place.search != search or bytes(place.sort_key) != key:
            place.search, place.sort_key = search, key
            stale.append(place)
    Place.objects.bulk_update(stale, ["search", "sort_key"], batch_size=_BATCH)
    report.changed += len(stale)
    report.unchanged += len(pairs) - len(stale)


def _look_alikes(communes: list[Unit], parents: dict[str, Place]) -> list[Oddity]:
    """Communes of one province that only tone marks or the designation tell apart."""
    names = [(parents[unit.code].pk, fold(unit.name)) for unit in communes]
    often = Counter(names)
    return [
        Oddity("looks-alike", unit.code, f"{unit.designation} {unit.name}, {parents[unit.code]}")
        for unit, name in zip(communes, names, strict=True)
        if often[name] > 1
    ]


def _not_in_source(known: dict[str, Place], units: list[Unit]) -> list[Oddity]:
    listed = {unit.code for unit in units}
    return [Oddity("not-in-source", code, str(place)) for code, place in known.items() if code not in listed]
