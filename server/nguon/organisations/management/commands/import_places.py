"""`manage.py import_places [--demo] [--json]`: the map of 1/7/2025, and the demo's villages."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import (
    ImportReport,
    TableReport,
    demo_villages_csv,
    import_places,
    import_villages,
    read_units_2025,
    seed_agencies,
)
from nguon.organisations.states import SYSTEM_OFFICIAL


class Command(BaseCommand):
    help = "Import the 34 provinces and 3,321 communes of 1/7/2025; a second run changes nothing."
    requires_system_checks = []  # an import needs no pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--demo", action="store_true", help="also add the made-up villages of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            report = import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=at)
            seed_agencies(at=at)
            villages = import_villages(text=demo_villages_csv(), by=None, at=at) if options["demo"] else None
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            data = report.as_json() | {"villages": villages.as_json() if villages else None}
            self.stdout.write(json.dumps(data, ensure_ascii=False))
        else:
            self._tell(report, villages)

    def _tell(self, report: ImportReport, villages: TableReport | None) -> None:
        self.stdout.write(
            f"{report.source}: {report.provinces} + {report.communes}; "
            f"+{report.created} ~{report.changed} ={report.unchanged}"
        )
        for mark, rows in (("!", report.not_placed), ("?", report.oddities)):
            for row in rows:
                self.stdout.write(f"{mark} {row.kind} {row.code} {row.text}")
        for error in villages.errors if villages else []:
            self.stdout.write(f"! demo_villages.csv:{error.line} {error.text}")
