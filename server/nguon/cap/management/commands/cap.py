"""`manage.py cap check FILE`: whether a message is valid, and why not; what it would mean here."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.adapters.cap.checking import Reading, read
from nguon.adapters.cap.model import Message
from nguon.adapters.cap.reading import LARGEST
from nguon.adapters.cap.writing import instant, triple
from nguon.cap.errors import sentence
from nguon.cap.queries import Meaning, fate_of, meaning_of, standing_of
from nguon.cap.rules import hazard, nature, weight
from nguon.kernel.clock import now

_SHOWN = 20


class Command(BaseCommand):
    """Looks at one CAP file and changes nothing."""

    help = "Kiểm tra một tệp CAP 1.2."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the file."""
        check = parser.add_subparsers(dest="what", required=True).add_parser("check")
        check.add_argument("file", type=Path)
        check.add_argument("--json", action="store_true")
        check.add_argument("--no-map", action="store_true", help="không có cơ sở dữ liệu")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will print the judgement; status 1 when the message is not valid."""
        data, at = _bytes(options["file"]), now()
        reading = read(data)
        message = reading.message
        known = not options["no_map"]
        meant = meaning_of(message, at=at) if message and known else None
        stands: tuple[str, ...] = ()
        fate = ("", "")
        if message and meant and reading.valid:
            fate = fate_of(message, here=bool(meant.ours or meant.unknown), at=at)
            stands = (*standing_of(message, data, at=at), fate[1])
        elif message and not known:
            stands = (_("Ở đây chưa có cài đặt nào: không biết tin chạm nơi nào và ai quyết định."),)
        if options["json"]:
            self.stdout.write(
                json.dumps(told(reading, meant, stands, fate[0]), ensure_ascii=False, default=str)
            )
        else:
            self.stdout.write("\n".join(lines(reading, meant, stands)))
        if not reading.valid:
            sys.exit(1)


def told(
    reading: Reading, meant: Meaning | None, stands: Sequence[str] = (), fate: str = ""
) -> dict[str, Any]:
    """This function will give the judgement for programs."""
    faults = [
        {"code": one.code, "line": one.line, "grave": one.grave, "text": sentence(one)}
        for one in reading.faults
    ]
    found: dict[str, Any] = {"valid": reading.valid, "faults": faults}
    message = reading.message
    if message is None:
        return found
    found |= {
        "identifier": message.identifier,
        "sender": message.sender,
        "sent": instant(message.sent),
        "status": message.status,
        "msgType": message.kind,
        "scope": message.scope,
        "references": [triple(one) for one in message.references],
        "languages": [info.language for info in message.infos],
        "hazard": hazard(message).value,
        "weight": weight(message).value,
        "nature": nature(message).value,
    }
    if meant is not None:
        found["here"] = {
            "expired": meant.expired,
            "becomes": fate,
            "sender": list(stands),
            "areas": [
                {"area": one.area, "name": one.label, "sure": one.sure, "why": one.why} for one in meant.ours
            ],
            "elsewhere": meant.elsewhere,
            "unknown": list(meant.unknown),
            "decide": [{"area": one.area, "name": one.label, "people": one.people} for one in meant.deciders],
        }
    return found


def lines(reading: Reading, meant: Meaning | None, stands: Sequence[str] = ()) -> list[str]:
    """This function will give the judgement for people."""
    said = [_("Hợp lệ.") if reading.valid else _("Không hợp lệ.")]
    for fault in reading.faults:
        at = _("dòng {line}: ").format(line=fault.line) if fault.line else ""
        said.append(f"{'!' if fault.grave else '-'} {at}{sentence(fault)}")
    if reading.message is not None:
        said += [*_about(reading.message), *stands]
    if meant is not None:
        said += _here(meant)
    return said


def _about(message: Message) -> list[str]:
    return [
        _("Tin: {identifier}, {sender} gửi lúc {sent}, {kind}, {scope}.").format(
            identifier=message.identifier,
            sender=message.sender,
            sent=instant(message.sent),
            kind=message.kind,
            scope=message.scope,
        ),
        _("Tính chất: {nature}.").format(nature=nature(message).label),
        _("Hiểm họa: {hazard}. Mức độ: {weight}.").format(
            hazard=hazard(message).label, weight=weight(message).label
        ),
    ]


def _here(meant: Meaning) -> list[str]:
    said = [_("Địa bàn ở đây: {count}.").format(count=len(meant.ours))]
    for one in meant.ours[:_SHOWN]:
        sure = "" if one.sure else _(" (có thể)")
        said.append(f"  {one.label}{sure}: {one.why}")
    if len(meant.ours) > _SHOWN:
        said.append(f"  … +{len(meant.ours) - _SHOWN} (--json)")
    if meant.elsewhere:
        said.append(_("Nơi khác, không thuộc hệ thống này: {count}.").format(count=meant.elsewhere))
    said += [f"? {words}" for words in meant.unknown[:_SHOWN]]
    for who in meant.deciders[:_SHOWN]:
        said.append(
            _("Người quyết định: trực ban của {place} ({count} người).").format(
                place=who.label, count=who.people
            )
        )
    if meant.ours and not meant.deciders:
        said.append(_("Chưa có trực ban nào ở địa bàn này: hãy phân vai trực ban."))
    return said


def _bytes(file: Path) -> bytes:
    """One byte more than is read at all tells that it is too large."""
    try:
        with file.open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(
            _("Không đọc được {file}: {reason}.").format(file=file, reason=error.strerror or error)
        ) from error
