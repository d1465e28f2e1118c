"""`manage.py journal`: whether the chain of facts is whole, and its signed heads as files."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.journal import store
from nguon.journal.actions import export_heads
from nguon.journal.queries import HeadsRead, Verified, read_heads, verify
from nguon_signer.client import SignerClient, SignerRefused, SignerUnavailable


class Command(BaseCommand):
    """Follow the chain from its first row to its head; show or copy the heads that the signer has signed."""

    help = "Kiểm tra chuỗi nhật ký."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name what may be asked."""
        parts = parser.add_subparsers(dest="what", required=True)
        for name in ("verify", "heads", "export"):
            part = parts.add_parser(name)
            part.add_argument("--json", action="store_true")
            part.add_argument("--heads", "--to", dest="folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will do one of the three; status 1 when something is not as it was signed."""
        told = {"verify": _verify, "heads": _heads, "export": _export}[options["what"]](options["folder"])
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            say = {"verify": _say_verified, "heads": _say_heads, "export": _say_exported}[options["what"]]
            self.stdout.write("\n".join(say(told)))
        if not told.get("ok", True):
            sys.exit(1)


def _say_verified(told: dict[str, Any]) -> list[str]:
    """What was found, for people: one sentence a finding."""
    bad, heads, lines = told["first_bad"], told["heads"], []
    if bad:
        reason = {
            "link": _("không nối với dòng trước"),
            "content": _("nội dung không như lúc ghi"),
            "rewritten": _("khác với đầu chuỗi đã ký; bị viết lại sau dòng %(after)s"),
            "lost": _("đã mất; đầu chuỗi đã ký có nó"),
            "cut": _("đã mất; các bộ xử lý đã đọc đến đó"),
        }[bad["reason"]] % bad
        what = f"{bad['fact']} {bad['subject']}".strip() or "—"
        said = _("Dòng sai đầu tiên: %(sequence)s (%(what)s), %(reason)s.")
        lines.append(said % {"sequence": bad["sequence"], "what": what, "reason": reason})
    lines += [_("Đầu chuỗi %(name)s không tin được (%(reason)s).") % fault for fault in heads["faults"]]
    if heads["forgotten"]:
        lines.append(_("Bộ ký đã ký đầu chuỗi %(n)s mà ở đây không còn.") % heads["signer"])
    if not lines:
        lines.append(_("Nhật ký nguyên vẹn."))
    if head := told["head"]:
        lines.append(_("Đã đọc %(rows)s dòng, tới dòng %(sequence)s: %(hash)s") % {**told, **head})
    lines.append(_("Đầu chuỗi đã ký: %(signed)s, mới nhất số %(last)s.") % heads)
    return lines


def _say_heads(told: dict[str, Any]) -> list[str]:
    faults = [_("Đầu chuỗi %(name)s không tin được (%(reason)s).") % fault for fault in told["faults"]]
    return [
        str(told["folder"]),
        *(f"{row['n']}  {row['sequence']}  {row['hash']}" for row in told["heads"]),
        *faults,
    ]


def _say_exported(told: dict[str, Any]) -> list[str]:
    return [_("Đã chép %(new)s tệp mới vào %(folder)s.") % told]


def _own() -> Path:
    return Path(settings.NGUON_DATA) / "journal" / "heads"


def _read(folder: Path | None) -> HeadsRead:
    if folder is not None and not store.heads(folder):
        told = _("Trong {folder} không có đầu chuỗi nào. Hãy chỉ đúng thư mục đã chép bằng journal export.")
        raise CommandError(told.format(folder=folder))
    return read_heads(folder or _own(), Path(settings.NGUON_DATA) / "signer" / "public" / "root.json")


def _verify(folder: Path | None) -> dict[str, Any]:
    read, signer = _read(folder), _signers_own()
    found = verify(read.heads.values())
    forgotten = signer is not None and signer["n"] > max(read.heads, default=0)
    return {
        "ok": found.bad is None and not read.faults and not forgotten,
        **_told(found),
        "heads": {
            "signed": len(read.heads),
            "last": max(read.heads, default=0),
            "faults": [asdict(fault) for fault in read.faults],
            "signer": signer,
            "forgotten": forgotten,
            "root": {"v": read.root.v, "sha256": read.root.sha256} if read.root else None,
        },
    }


def _told(found: Verified) -> dict[str, Any]:
    return {
        "rows": found.rows,
        "head": asdict(found.head) if found.head else None,
        "first_bad": asdict(found.bad) if found.bad else None,
    }


def _signers_own() -> dict[str, Any] | None:
    """The last head by the signer's own log; None when the signer is not there or has signed none."""
    try:
        last = SignerClient(settings.NGUON_SIGNER_SOCKET, timeout=5).call("status").get("journal")
    except (SignerUnavailable, SignerRefused):
        return None
    return dict(last) if last else None


def _heads(folder: Path | None) -> dict[str, Any]:
    read = _read(folder)
    return {
        "folder": str(folder or _own()),
        "heads": [
            {"n": n, "sequence": one.sequence, "hash": one.hash} for n, one in sorted(read.heads.items())
        ],
        "faults": [asdict(fault) for fault in read.faults],
    }


def _export(folder: Path | None) -> dict[str, Any]:
    target = folder or _own()
    try:
        new = export_heads(folder=target, roots=store.roots(_own()))
    except OSError as error:
        told = _("Không ghi được vào {folder}: {why}. Hãy chọn thư mục khác.")
        raise CommandError(told.format(folder=target, why=error.strerror)) from error
    return {"folder": str(target), "new": new}
