"""Comparing the map of today with an official list that a person brings: every difference is told."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.text import tidy
from nguon.organisations.actions.oddities import keep_oddities
from nguon.organisations.actions.sources import Oddity
from nguon.organisations.actions.table_kinds import TableReport
from nguon.organisations.actions.tables import Row, RowError, Table
from nguon.organisations.models import Place, PlaceCode
from nguon.organisations.rules import covers, outermost
from nguon.organisations.states import COUNTRY_AREA, SYSTEM_OFFICIAL, Kind, OddityKind

LIST_HEADINGS = ("Mã", "Tên", "Loại", "Mã cấp trên")
LIST_EXAMPLES = (("07444", "Lục Nam", "Xã", "24"), ("24", "Bắc Ninh", "Tỉnh", ""))
_PROVINCE_WIDTH, _COMMUNE_WIDTH = 2, 5
_TIERS = (Kind.PROVINCE.value, Kind.COMMUNE.value)


def compare_list(
    *,
    table: Table,
    areas: Collection[str] | None,
    by: Actor | None,
    at: datetime,
    dry_run: bool = False,
) -> TableReport:
    """This function will tell each difference between a list of codes and names and the map of today, in
    `notes`; unless `dry_run`, they are kept for the report of what sources disagree on, in the place of
    those of the last list for the same areas.

    Only the tiers that the list names are compared, within `areas` (None: the country). It changes no place.
    """
    kept = outermost(areas if areas is not None else [COUNTRY_AREA])
    report = TableReport(rows=len(table.rows), errors=table.errors)
    if report.errors:
        return report
    known = _known()
    rows = _with_codes(table.rows, known)
    found = [*_lines(rows, known, kept, report), *_left_out(rows, known, kept, report)]
    report.unchanged = report.rows - len({note.line for note in report.notes if note.line})
    if dry_run:
        return report
    report.created = len(report.notes)
    day = f"{local(at).date():%d/%m/%Y}"
    keep_oddities(system=f"own:{kept[0]}"[:40], source=_("Danh sách đối chiếu %s") % day, found=found)
    data = {"rows": report.rows, "differences": len(report.notes), "area": kept[0]}
    record(fact="places.compared", subject="place:vn", by=by, at=at, data=data)
    return report


def _known() -> dict[str, Place]:
    """Today's provinces and communes by their official code."""
    rows = PlaceCode.objects.filter(
        system=SYSTEM_OFFICIAL, valid_to__isnull=True, place__valid_to__isnull=True, place__kind__in=_TIERS
    )
    return {row.code: row.place for row in rows.select_related("place__parent")}


def _with_codes(rows: list[Row], known: dict[str, Place]) -> list[tuple[str, Row]]:
    """Each line with its code; Excel takes 07444 for a number and drops the first digit."""
    told = [row.cells["ma"] for row in rows]
    width = _COMMUNE_WIDTH if any(len(code) > _PROVINCE_WIDTH for code in told) else _PROVINCE_WIDTH
    return [(_full(code, width, known), row) for code, row in zip(told, rows, strict=True)]


def _full(code: str, width: int, known: dict[str, Place]) -> str:
    return code if code in known or not code.isdecimal() else code.zfill(width)


def _lines(
    rows: list[tuple[str, Row]], known: dict[str, Place], areas: list[str], report: TableReport
) -> list[Oddity]:
    times = Counter(code for code, _row in rows)
    found: list[Oddity] = []
    for code, row in rows:
        place = known.get(code)
        if place is not None and not any(covers(area, place.area) for area in areas):
            text = _("%(code)s %(place)s ngoài địa bàn bạn quản trị, không so.")
            report.notes.append(RowError(row.line, text % {"code": code, "place": place}))
            continue
        odd = [(OddityKind.CODE_TWICE, row.cells["ten"])] if code and times[code] > 1 else []
        odd += _differences(code, row, place, known)
        for kind, text in odd:
            report.notes.append(RowError(row.line, f"{kind.label}: {tidy(f'{code} {text}')}"))
            found.append(Oddity(kind.value, code, text))
    return found


def _differences(
    code: str, row: Row, place: Place | None, known: dict[str, Place]
) -> list[tuple[OddityKind, str]]:
    name, designation = row.cells["ten"], tidy(row.cells.get("loai", ""))
    if not code or not name:
        return [(OddityKind.NO_NAME if code else OddityKind.NO_CODE, name)]
    told = _told(name, designation)
    if place is None:
        return [(OddityKind.NOT_ON_MAP, told)]
    odd = []
    same = {str(place).casefold(), *(() if designation else (place.name.casefold(),))}
    if told.casefold() not in same:
        odd.append((OddityKind.NAME, f"{told} / {place}"))
    above = row.cells.get("ma cap tren", "")
    wanted = known.get(_full(above, _PROVINCE_WIDTH, known)) if above else None
    if above and (wanted is None or wanted.pk != place.parent_id):
        odd.append((OddityKind.PARENT, f"{wanted or above} / {place.parent}"))
    return odd


def _told(name: str, designation: str) -> str:
    """The name with its type once, however the list writes it: “Xã Lục Nam”, or “Lục Nam” and “Xã”."""
    has = name.casefold().startswith(f"{designation} ".casefold())
    return name if has or not designation else f"{designation} {name}"


def _left_out(
    rows: list[tuple[str, Row]], known: dict[str, Place], areas: list[str], report: TableReport
) -> list[Oddity]:
    """What the map has in the tiers of the list, and the list has not."""
    listed = {code for code, _row in rows}
    tiers = {known[code].kind for code in listed if code in known} or {Kind.COMMUNE.value}
    found = []
    for code, place in sorted(known.items()):
        inside = any(covers(area, place.area) for area in areas)
        if code not in listed and place.kind in tiers and inside:
            found.append(Oddity(OddityKind.NOT_IN_SOURCE.value, code, str(place)))
            told = f"{OddityKind.NOT_IN_SOURCE.label}: {code} {place}"
            report.notes.append(RowError(0, told))
    return found
