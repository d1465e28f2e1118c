"""Entering how many people live in a place, one by one or from a table, CSV or Excel."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.kernel.text import fold, tidy
from nguon.organisations import errors
from nguon.organisations.actions.table_kinds import TableReport
from nguon.organisations.actions.tables import Row, RowError, Table, as_date
from nguon.organisations.models import Headcount, Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers

SLUG = "headcounts"
LABEL = gettext_lazy("Dân số")
HEADINGS = ("Mã", "Thôn", "Số người", "Số hộ", "Ngày", "Nguồn")
REQUIRED = ("Mã", "Số người", "Nguồn")
EXAMPLES = (
    ("07444", "", "8450", "2110", "01/04/2026", "Công an xã"),
    ("07444", "Thôn Đông Thịnh", "640", "158", "01/04/2026", "Trưởng thôn"),
)
MOST_PEOPLE = 20_000_000
"""No province has so many."""


@transaction.atomic
def add_headcount(
    *,
    place: Place,
    people: int,
    households: int | None,
    counted_on: date,
    source: str,
    by: Actor | None,
    at: datetime,
) -> Headcount:
    """This function will keep a figure of a place. Raises BadHeadcount for what cannot be."""
    fault = _fault(place, people, households, counted_on, source, at)
    if fault:
        raise errors.BadHeadcount(why=fault)
    row = _row(place, people, households, counted_on, source, by, at)
    row.save()
    data = {"place": place.pk, "area": place.area, "people": people, "source": row.source}
    record(fact="place.counted", subject=f"place:{place.pk}", by=by, at=at, data=data)
    return row


@transaction.atomic
def import_headcounts(
    *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool
) -> TableReport:
    """This function will take the figures of a table: all, or with an error none. A figure that is known
    already is left as it is."""
    report = TableReport(errors=[*table.errors], notes=[*table.notes], rows=len(table.rows))
    communes = by_codes({_code(row.cells["ma"]) for row in table.rows}, at=at)
    villages = _villages(communes, at)
    found = [_read(row, communes, villages, areas, by, at) for row in table.rows]
    report.errors += [one for one in found if isinstance(one, RowError)]
    report.errors.sort(key=lambda error: error.line)
    rows = [one for one in found if isinstance(one, Headcount)]
    known = set(
        Headcount.objects.filter(place__in=[row.place_id for row in rows]).values_list(
            "place", "counted_on", "people", "households", "source"
        )
    )
    fresh = list({_key(row): row for row in rows if _key(row) not in known}.values())
    report.unchanged = len(rows) - len(fresh)
    if report.errors or dry_run or not fresh:
        return report
    Headcount.objects.bulk_create(fresh)
    report.created = len(fresh)
    record(fact="places.counted", subject="place:vn", by=by, at=at, data={"created": len(fresh)})
    return report


def _key(row: Headcount) -> tuple[int, date, int, int | None, str]:
    return row.place_id, row.counted_on, row.people, row.households, row.source


def _row(
    place: Place, people: int, households: int | None, day: date, source: str, by: Actor | None, at: datetime
) -> Headcount:
    return Headcount(
        place=place, people=people, households=households, counted_on=day, source=tidy(source)[:200],
        by_id=by.pk if by else None, by_name=by.get_username()[:150] if by else "", at=at,
    )  # fmt: skip


def _fault(
    place: Place, people: int, households: int | None, day: date, source: str, at: datetime
) -> str | None:
    if not 0 <= people <= MOST_PEOPLE:
        return _("Số người phải từ 0 đến 20 triệu.")
    if households is not None and not 0 <= households <= people:
        return _("Số hộ không thể nhiều hơn số người.")
    if day > local(at).date() or day < date(1945, 9, 2):
        return _("Ngày đếm phải là ngày đã qua.")
    if not tidy(source):
        return _("Hãy ghi nguồn của con số: ai đếm, theo văn bản nào.")
    if place.valid_to is not None and day > place.valid_to:
        return _("Ngày ấy nơi này không còn.")
    return None


def _read(
    row: Row,
    communes: dict[str, Place],
    villages: dict[tuple[str, str], Place],
    areas: Collection[str] | None,
    by: Actor | None,
    at: datetime,
) -> Headcount | RowError:
    cells = row.cells
    code, village = _code(cells["ma"]), cells.get("thon", "")
    place = villages.get((code, fold(village))) if village else communes.get(code)
    if place is None:
        text = _("Không có nơi nào mang mã “%(code)s” với tên thôn “%(village)s”.")
        return RowError(row.line, text % {"code": code[:30], "village": village[:50]})
    if areas is not None and not any(covers(area, place.area) for area in areas):
        return RowError(row.line, _("Nơi này ngoài địa bàn bạn quản trị."))
    people, households = _figure(cells["so nguoi"]), _figure(cells.get("so ho", ""))
    day = as_date(cells.get("ngay", ""))
    if people is None or day is None or (households is None and cells.get("so ho", "")):
        return RowError(row.line, _("Số người, số hộ phải là số, ngày viết như 01/04/2026."))
    fault = _fault(place, people, households, day, cells["nguon"], at)
    return (
        RowError(row.line, fault) if fault else _row(place, people, households, day, cells["nguon"], by, at)
    )


def _code(text: str) -> str:
    return (
        text.zfill(2 if len(text) <= 2 else 5) if text.isdigit() else text
    )  # Excel takes 07444 for a number


def _figure(text: str) -> int | None:
    """8450, 8.450, 8,450 and 8 450 are one number; 8450.0 comes from Excel."""
    plain = text.removesuffix(".0").replace(" ", "").replace("\u00a0", "")
    groups = plain.replace(",", ".").split(".")
    grouped = len(groups) == 1 or all(len(one) == 3 for one in groups[1:])
    joined = "".join(groups)
    return int(joined) if grouped and joined.isascii() and joined.isdigit() and len(joined) <= 9 else None


def _villages(communes: dict[str, Place], at: datetime) -> dict[tuple[str, str], Place]:
    by_id = {place.pk: code for code, place in communes.items()}
    rows = Place.objects.on(local(at).date()).filter(parent__in=by_id)
    return {(by_id[row.parent_id or 0], fold(str(row))): row for row in rows}
