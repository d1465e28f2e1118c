"""`say`: the main job from a terminal, through the same actions as the pages."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from nguon.accounts.queries import user_named
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.states import Timing
from nguon.console import saying
from nguon.console.management.commands.setup import area_named
from nguon.deliveries import queries
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError
from nguon.ui.outage import outage_of

ALL_PLAYED, FAILED, NOT_YET = 0, 1, 3
_LONGEST_FILE = 1_000_000


class Command(BaseCommand):
    """Write, approve and, with --wait, watch until every loudspeaker has proven what it did."""

    help = "Phát một bản tin từ dòng lệnh."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("--file", required=True, help="tệp văn bản hoặc âm thanh; - là đầu vào chuẩn")
        parser.add_argument("--to", required=True, action="append", help="địa bàn: mã, đường dẫn, g/…, d/…")
        parser.add_argument("--at", default="", help="HH:MM hôm nay, hoặc YYYY-MM-DD HH:MM")
        parser.add_argument("--writer", required=True)
        parser.add_argument("--approver", required=True)
        parser.add_argument("--title", default="")
        parser.add_argument("--voice", default="")
        parser.add_argument("--speed", type=int, default=saying.DEFAULT_SPEED)
        parser.add_argument("--priority", type=int, choices=(1, 2, 3), default=3)
        parser.add_argument("--wait", action="store_true", help="đợi đến khi mọi cụm loa có biên nhận")
        parser.add_argument("--seconds", type=float, default=0, help="đợi nhiều nhất bấy nhiêu giây")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will exit with 0 only if every loudspeaker played the whole."""
        self._json = bool(options["json"])
        try:
            revision = self._say(options)
            if options["wait"]:
                self._watch(revision, options["seconds"])
        except DomainError as error:
            self._fail(error.code, str(error))
        except OperationalError as error:
            outage = outage_of(error)
            if outage is None:
                raise
            self._fail("outage", f"{outage.title}. {outage.sentence}")
        except (OSError, UnicodeDecodeError) as error:
            self._fail("file", _("Không đọc được tệp: {error}").format(error=error))
        self._report(revision.bulletin, waited=options["wait"])

    def _say(self, options: dict[str, Any]) -> Revision:
        writer, approver = user_named(options["writer"]), user_named(options["approver"])
        path = Path(options["file"])
        sound = path if path.suffix.lower() in saying.SOUND_SUFFIXES else None
        text = "" if sound else read_text(options["file"])
        title = options["title"] or (path.stem if sound else first_line(text))
        words = saying.Words(
            title=title,
            text=text,
            sound=sound,
            targets=tuple(target_named(name) for name in options["to"]),
            starts_at=saying.parse_time(options["at"], now()) if options["at"] else None,
            voice=options["voice"],
            speed=options["speed"],
            priority=options["priority"],
        )
        saying.check_second_person(words.targets, writer, approver)
        revision = saying.write(words, writer)
        self._tell(_("Đã soạn: {title}").format(title=title))
        saying.approve(revision, approver)
        self._tell(_("Đã duyệt: {person}").format(person=approver))
        return revision

    def _watch(self, revision: Revision, seconds: float) -> None:
        wait = seconds
        if not wait:
            wait = saying.LONGEST_WAIT
            if revision.timing == Timing.AT and revision.starts_at:
                wait += max(0.0, (revision.starts_at - now()).total_seconds())
        for stage in saying.watch(revision.bulletin, wait):
            self._tell(f"{stage.text}: {stage.done}/{stage.total}")

    def _tell(self, text: str) -> None:
        if not self._json:
            self.stdout.write(text)
            self.stdout.flush()

    def _fail(self, code: str, text: str) -> NoReturn:
        if self._json:
            self.stdout.write(json.dumps({"ok": False, "error": code, "message": text}, ensure_ascii=False))
        else:
            self.stderr.write(text)
        sys.exit(FAILED)

    def _report(self, bulletin: Bulletin, *, waited: bool) -> None:
        deliveries = saying.deliveries_of(bulletin)
        played = sum(d.state == DeliveryState.PLAYED for d in deliveries)
        whole = bool(deliveries) and played == len(deliveries)
        if self._json:
            rows = [as_json(delivery) for delivery in deliveries]
            found = {"ok": whole, "bulletin": str(bulletin.pk), "played": played, "total": len(rows)}
            self.stdout.write(json.dumps({**found, "targets": rows}, ensure_ascii=False))
        else:
            for line in saying.as_lines(deliveries):
                self.stdout.write(line)
            done = _("Đã phát: {done}/{total} cụm loa").format(done=played, total=len(deliveries))
            self.stdout.write(done if waited else _("Đã gửi; xem kết quả ở trang bản tin."))
        self.stdout.flush()
        if not whole:
            sys.exit(FAILED if waited else NOT_YET)


def read_text(name: str) -> str:
    """This function will read a UTF-8 text of at most a million bytes from a file or, for "-", standard
    input.
    """
    data = sys.stdin.buffer.read(_LONGEST_FILE) if name == "-" else Path(name).read_bytes()[:_LONGEST_FILE]
    return data.decode("utf-8-sig")


def first_line(text: str) -> str:
    """This function will return the first line of a text as a title, cut at a word after 100 characters."""
    line = next((found.strip() for found in text.splitlines() if found.strip()), "")
    return line if len(line) <= 100 else line[:100].rsplit(" ", 1)[0] + "…"


def target_named(name: str) -> str:
    """This function will return the LSP-1 target of an area path, an official code, `g/<id>` or `d/<id>`."""
    return name if name[:2] in ("g/", "d/") else area_named(name).area


def as_json(delivery: Delivery) -> dict[str, object]:
    """This function will return one loudspeaker's proof for a program: ISO 8601 times, sound in seconds."""
    return {
        "device": str(delivery.device_id),
        "name": delivery.device.name,
        "area": delivery.device.area,
        "airing": str(delivery.airing_id),
        "state": delivery.state,
        "start": delivery.started_at.isoformat() if delivery.started_at else None,
        "seconds": delivery.seconds_ms / 1000,
        "of_seconds": delivery.airing.duration_ms / 1000,
        "reason": delivery.reason or None,
        "receipt": queries.proof_of(delivery),
    }
