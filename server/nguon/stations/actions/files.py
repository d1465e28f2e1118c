"""The register of stations from a table, and as one: nothing half imported, a second run changes nothing."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.journal.actions import Actor, record
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import LineProblem, RowError, Table, TableKind, TableReport, register_table
from nguon.organisations.rules import lineage
from nguon.stations.actions.keeping import rewrite, write
from nguon.stations.actions.lines import EXAMPLES, HEADINGS, REQUIRED, Told, read_known, read_line

SLUG = "stations"


@transaction.atomic
def import_stations(
    *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool = False
) -> TableReport:
    """This function will add the stations of a table and set right those that are there: all, or with an
    error none.
    """
    report = TableReport(rows=len(table.rows), errors=list(table.errors), notes=table.notes[:1000])
    known = read_known(table.rows, areas, at)
    told: list[Told] = []
    seen: dict[int, int] = {}
    for row in table.rows:
        try:
            one = read_line(row, known)
            if first := seen.get(one.station.place_id):
                raise LineProblem(_("Xã này đã có ở dòng %(line)s. Mỗi xã một đài.") % {"line": first})
        except DomainError as error:
            report.errors.append(RowError(row.line, str(error)))
            continue
        seen[one.station.place_id] = row.line
        told.append(one)
    report.errors.sort(key=lambda error: error.line)
    if report.errors or dry_run:
        return report
    changed: list[str] = []
    for one in told:
        there = known.there.get(one.station.place_id)
        if there is None:
            write(one)
        if there is None or rewrite(there, one):
            changed.append(one.station.area)
    report.created, report.unchanged = len(changed), len(told) - len(changed)
    if changed:
        paths = [lineage(area) for area in changed]
        around = max(set(paths[0]).intersection(*paths), key=len)
        data = {"area": around, "count": len(changed)}
        record(fact="stations.imported", subject="station:file", by=by, at=at, data=data)
    return report


def register_stations_table() -> None:
    """This function will let people bring tables of stations."""
    label = gettext_lazy("Đài truyền thanh")
    register_table(TableKind(SLUG, label, HEADINGS, REQUIRED, EXAMPLES, import_stations))
