"""`manage.py media check`: whether every sound and every file beside a bulletin is what its name says."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from nguon.audio.models import Media
from nguon.audio.queries import damaged
from nguon.audio.store import fault_of, kept
from nguon.bulletins.models import Attachment


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
        beside = {row.sha256: row.filename for row in Attachment.objects.order_by("sha256", "added_at")}
        bad += [
            {"sha256": sha256, "fault": fault, "file": name}
            for sha256, name in beside.items()
            if (fault := fault_of(sha256))
        ]
        others = [sha256 for sha256 in kept() if sha256 not in beside and not Media.objects.filter(pk=sha256)]
        bad += [{"sha256": sha256, "fault": "rotten"} for sha256 in others if fault_of(sha256)]
        files = Media.objects.count() + len(beside) + len(others)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not bad, "files": files, "bad": bad}))
        else:
            for one in bad:
                self.stdout.write(f"{one['sha256']} {one['fault']} {one.get('file', '')}".strip())
            told = _("Kho tệp nguyên vẹn: {files} tệp.") if not bad else _(
                "Kho tệp hỏng {bad}/{files} tệp. Hãy chép các tệp đó từ bản sao lưu vào thư mục media, "
                "rồi kiểm tra lại; loa không phát tệp hỏng."
            )  # fmt: skip
            self.stdout.write(told.format(bad=len(bad), files=files))
        if bad:
            sys.exit(1)
