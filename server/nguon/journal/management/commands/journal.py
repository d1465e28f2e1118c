"""`manage.py journal verify`: whether the chain of facts is whole, or which row breaks it first."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from nguon.journal.queries import verify


class Command(BaseCommand):
    """Follow the chain from its first row to its head."""

    help = "Kiểm tra chuỗi nhật ký."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name what may be asked."""
        parts = parser.add_subparsers(dest="what", required=True)
        parts.add_parser("verify").add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will tell the head (status 0) or the first bad row (status 1)."""
        found = verify()
        told: dict[str, Any] = {
            "ok": found.bad is None,
            "rows": found.rows,
            "head": asdict(found.head) if found.head else None,
            "first_bad": asdict(found.bad) if found.bad else None,
        }
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            self.stdout.write("\n".join(f"{key}: {value}" for key, value in told.items()))
        if found.bad:
            sys.exit(1)
