"""Two versions of a bulletin side by side: what went, what came, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins import queries
from nguon.bulletins.models import Revision
from nguon.bulletins.states import Origin
from nguon.console import wording

AROUND = 6
"""Words shown before and after a change; what lies further away is left out."""
LONGEST = 6000
"""Words of one field that are compared; beyond that the whole field counts as changed."""


@dataclass(frozen=True)
class Piece:
    """Some words: the same in both, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One field that is not as it was."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Differences:
    """Everything that changed since another version."""

    heading: str
    fields: tuple[Difference, ...]


def of(revision: Revision, user: User, at: datetime) -> Differences | None:
    """This function will compare a revision with the one before it: the returned one, or its origin where
    this person may read that.
    """
    before = queries.revision_before(revision, user, at)
    if before is None:
        return None
    found = tuple(
        Difference(name, tuple(pieces(old, new)))
        for (name, old), (_name, new) in zip(_fields(before), _fields(revision), strict=True)
        if old != new
    )
    return Differences(_heading(before, revision), found)


def pieces(old: str, new: str) -> Iterator[Piece]:
    """This function will tell two texts apart in pieces: without the gone ones they give the new text,
    without the new ones the old text, but for what is left out between two changes (…).
    """
    one, other = _words(old), _words(new)
    if max(len(one), len(other)) > LONGEST:
        yield from (Piece(kind, text) for kind, text in (("gone", old), ("new", new)) if text)
        return
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            yield Piece("same", _shortened(one[a:b], number == 0, number == len(steps) - 1))
            continue
        if a < b:
            yield Piece("gone", "".join(one[a:b]))
        if c < d:
            yield Piece("new", "".join(other[c:d]))


def _words(text: str) -> list[str]:
    """Words, each with the space before it: what is added at the end then changes no word."""
    return re.findall(r"\s*\S+|\s+", text)


def _shortened(words: list[str], first: bool, last: bool) -> str:
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(words) <= head + tail + 2:
        return "".join(words)
    return "".join(words[:head]) + " … " + "".join(words[len(words) - tail :] if tail else [])


def _fields(revision: Revision) -> list[tuple[str, str]]:
    targets = revision.targets.select_related("place", "group", "device").order_by("area", "pk")
    told_by = (revision.source, revision.author_name, revision.pen_name)
    return [
        (_("Tiêu đề"), revision.title),
        (_("Tóm tắt"), revision.summary),
        (_("Văn bản"), revision.text),
        (_("Lời đọc"), revision.spoken_text),
        (_("Giọng đọc"), _manner(revision)),
        (_("Nguồn tin"), revision.source),
        (_("Nơi phát"), ", ".join(str(target.named) for target in targets)),
        (_("Giờ phát"), wording.when(revision)),
        (_("Lĩnh vực"), str(revision.get_topic_display())),
        (_("Thông tin thiết yếu"), str(revision.get_essential_display())),
        (_("Mức độ ưu tiên"), str(revision.get_priority_display())),
        (_("Loại bản tin"), str(revision.get_content_type_display())),
        (_("Nguồn tin, tác giả"), ", ".join(filter(None, told_by))),
        (_("Chiến dịch"), str(revision.campaign or "")),
        (_("Chi tiết khác"), "; ".join(f"{name}: {value}" for name, value in revision.details)),
    ]


def _manner(revision: Revision) -> str:
    """How it sounds: the recording's file, or the voice with its speed, pauses and tune."""
    if revision.upload:
        return str(revision.upload.filename)
    parts = (revision.voice, revision.speed, f"{revision.pause_ms} ms", revision.jingle)
    return ", ".join(str(part) for part in parts if part)


def _heading(before: Revision, revision: Revision) -> str:
    if before.bulletin_id == revision.bulletin_id:
        return _("Đã sửa so với bản trước")
    if revision.bulletin.origin_kind == Origin.CORRECTION:
        return _("Đính chính so với bản đã phát")
    return _("Khác với bản tin được chép")
