"""Files beside a bulletin (tệp đính kèm): what may be one, kept by its hash, never run by us."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.adapters.apart.pictures import PictureFault, drawn_anew
from nguon.audio.actions import keep_file
from nguon.bulletins import errors
from nguon.bulletins.actions.drafting import draft_of
from nguon.bulletins.models import Attachment
from nguon.journal.actions import record
from nguon.kernel.text import clean, tidy

LARGEST = 10 * 1024 * 1024
"""Bytes of one file: portals show it to phones."""
MOST = 10
LONGEST_NAME = 120
_ENTRIES, _RELATIONS = 2000, 1024 * 1024
_TAIL = 2048
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


class Kept(NamedTuple):
    """A file that is kept: its name, media type, SHA-256 (hex) and bytes."""

    name: str
    mime: str
    sha256: str
    size: int


class SentFile(Protocol):
    """What a form hands us (django.core.files.uploadedfile.UploadedFile)."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """This function will yield the bytes piece by piece."""
        ...


@transaction.atomic
def attach(*, revision_id: UUID, file: SentFile, by: User, at: datetime) -> Attachment:
    """This function will put a file beside a draft; the same bytes a second time change nothing. A picture is
    drawn anew, so that nobody learns from it where it was taken.

    Raises what `draft_of` raises, AttachmentsTooMany, AttachmentTooLarge, AttachmentEmpty, AttachmentActive,
    DiskFull, or AttachmentTypeWrong for a name or content that is not PDF, DOCX, JPEG, PNG or WebP.
    """
    draft_of(revision_id, by)
    return attach_kept(revision_id=revision_id, kept=keep_sent(file), by=by, at=at)


def keep_sent(file: SentFile) -> Kept:
    """This function will keep a file by its hash, as `attach` does, beside no bulletin yet."""
    name, data = name_of(file.name or ""), _read(file)
    mime = type_of(name, data)
    if mime.startswith("image/"):
        data = _pixels(name, data)
    return Kept(name, mime, keep_file(data=data), len(data))


@transaction.atomic
def attach_kept(*, revision_id: UUID, kept: Kept, by: User, at: datetime) -> Attachment:
    """This function will put a file that is kept already beside a draft; the same a second time changes
    nothing. Raises what `draft_of` raises, or AttachmentsTooMany.
    """
    revision = draft_of(revision_id, by)
    there = revision.attachments.filter(sha256=kept.sha256).first()
    if there:
        return there
    if revision.attachments.count() >= MOST:
        raise errors.AttachmentsTooMany(limit=MOST)
    name = kept.name
    made = Attachment.objects.create(
        revision=revision, sha256=kept.sha256, filename=name, mime=kept.mime, size=kept.size, added_at=at
    )
    data_ = {"filename": name, "bytes": made.size, "area": revision.bulletin.area, "revision": revision.pk}
    record(fact="attachment.added", subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data_)
    return made


@transaction.atomic
def detach(*, revision_id: UUID, attachment_id: UUID, by: User, at: datetime) -> None:
    """This function will take a file away from a draft; one that is not there changes nothing. Raises what
    `draft_of` raises.
    """
    revision = draft_of(revision_id, by)
    found = revision.attachments.filter(pk=attachment_id).first()
    if found is None:
        return
    found.delete()
    data = {"filename": found.filename, "area": revision.bulletin.area, "revision": revision.pk}
    record(fact="attachment.removed", subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)


def name_of(text: str) -> str:
    """This function will return a file's name as it may be shown and saved: no folders, no controls, none of
    the marks that turn reading round, at most 120 characters with its ending.
    """
    plain = tidy(clean(text.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ").replace("\t", " "))
    found = _ENDING.search(plain)
    ending = found[0] if found else ""
    stem = plain[: len(plain) - len(ending)].strip(". ") or "tep"
    return stem[: LONGEST_NAME - len(ending)] + ending.lower()


def type_of(name: str, data: bytes) -> str:
    """This function will return the media type that both the name and the bytes say. Raises
    AttachmentTypeWrong, or AttachmentActive for what would run something where it is opened.
    """
    mime, fits = _TYPES.get(PurePosixPath(name).suffix.lower(), ("", None))
    if fits is None or not fits(data):
        raise errors.AttachmentTypeWrong(name=name)
    return mime


def _pixels(name: str, data: bytes) -> bytes:
    try:
        return drawn_anew(data).data
    except PictureFault as fault:
        raise errors.AttachmentTypeWrong(name=name) from fault


def _read(file: SentFile) -> bytes:
    whole = bytearray()
    for chunk in file.chunks():
        whole += chunk
        if len(whole) > LARGEST:
            raise errors.AttachmentTooLarge(limit=LARGEST // 1024 // 1024)
    if not whole:
        raise errors.AttachmentEmpty
    return bytes(whole)


def _is_pdf(data: bytes) -> bool:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-_TAIL:]:
        return False
    if any(word in data for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile")):
        raise errors.AttachmentActive
    return True


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = book.namelist()
            if len(names) > _ENTRIES or not {"[Content_Types].xml", "word/document.xml"} <= set(names):
                return False
            _refuse_active(book, names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return False
    return True


def _refuse_active(book: zipfile.ZipFile, names: list[str]) -> None:
    """Macros, things embedded, and a template that is fetched from elsewhere when the file is opened."""
    if any("vbaproject" in name.lower() or "/embeddings/" in name.lower() for name in names):
        raise errors.AttachmentActive
    for name in names:
        if name.endswith(".rels"):
            with book.open(name) as file:
                said = file.read(_RELATIONS)
            if b"attachedTemplate" in said or b"oleObject" in said:
                raise errors.AttachmentActive


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-_TAIL:]


def _is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in data[-_TAIL:]


def _is_webp(data: bytes) -> bool:
    return (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP" and int.from_bytes(data[4:8], "little") + 8 <= len(data)
    )


_TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".pdf": ("application/pdf", _is_pdf),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _is_docx),
    ".jpg": ("image/jpeg", _is_jpeg),
    ".jpeg": ("image/jpeg", _is_jpeg),
    ".png": ("image/png", _is_png),
    ".webp": ("image/webp", _is_webp),
}
ENDINGS = tuple(_TYPES)
