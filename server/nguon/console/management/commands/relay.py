"""`manage.py relay FILE`: what duty officers signed themselves, carried to its loudspeakers word for word."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.deliveries.actions import relay
from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError
from nguon_protocol.relay import MAX_BYTES
from nguon_signer.client import SignerClient


class Command(BaseCommand):
    """Verify a signed file and queue it for the dispatcher."""

    help = "Chuyển tới loa một lệnh mà người trực ban đã tự ký."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will tell what was queued, or why not in one sentence with status 1."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                text = file.read(MAX_BYTES + 1).decode("utf-8", "replace")
        except OSError as error:
            told = _("Không đọc được tệp {path}: {why}. Hãy kiểm tra tên tệp.")
            raise CommandError(told.format(path=path, why=error.strerror)) from error
        signer = SignerClient(settings.NGUON_SIGNER_SOCKET)
        try:
            row = relay(text=text, signer=signer, by=None, at=now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"ok": True, "sha256": row.pk, "target": row.target}))
        else:
            told = _("Chữ ký đúng; lệnh đang được gửi tới loa ở {target}.")
            self.stdout.write(told.format(target=row.target))
