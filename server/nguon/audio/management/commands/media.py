"""`manage.py media check`: whether every sound of the store is still what its name says."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from nguon.audio.models import Media
from nguon.audio.queries import damaged


class Command(BaseCommand):
    """Read every file of the store; name those that are missing or rotten."""

    help = "Kiểm tra kho âm thanh."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name what may be asked."""
        parts = parser.add_subparsers(dest="what", required=True)
        parts.add_parser("check").add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will end with status 0 only if every file is whole."""
        bad = [{"sha256": media.sha256, "fault": fault} for media, fault in damaged()]
        files = Media.objects.count()
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not bad, "files": files, "bad": bad}))
        else:
            for one in bad:
                self.stdout.write(f"{one['sha256']} {one['fault']}")
            told = _("Kho âm thanh nguyên vẹn: {files} tệp.") if not bad else _(
                "Kho âm thanh hỏng {bad}/{files} tệp. Hãy chép các tệp đó từ bản sao lưu vào thư mục media, "
                "rồi kiểm tra lại; loa không phát tệp hỏng."
            )  # fmt: skip
            self.stdout.write(told.format(bad=len(bad), files=files))
        if bad:
            sys.exit(1)
