"""Files beside a bulletin: the right ones are kept by their hash, hostile ones are refused in a sentence."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nguon.audio.queries import file_path
from nguon.bulletins import actions, errors
from nguon.bulletins.actions.attaching import LARGEST, LONGEST_NAME, MOST, name_of, type_of
from nguon.bulletins.models import Attachment
from nguon.bulletins.tests.cast import Newsroom, draft, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind: str) -> bytes:
    """A small picture that says with which phone it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0110] = "phone of Lan"
    Image.new("RGB", (4, 4)).save(out, format=kind, exif=exif)
    return out.getvalue()


PNG, JPEG, WEBP = picture("PNG"), picture("JPEG"), picture("WEBP")


def docx(**more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, data in {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", **more}.items():
            book.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", PDF), ("a.PNG", PNG), ("a.jpeg", JPEG), ("a.webp", WEBP), ("a.docx", docx())],
)
def test_what_may_stand_beside_a_bulletin(name: str, data: bytes) -> None:
    assert "/" in type_of(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", PDF),
        ("a.pdf.exe", PDF),
        ("a", PDF),
        ("a.pdf", PNG),
        ("a.png", PDF),
        ("a.pdf", PDF[:-7]),  # cut off
        ("a.png", PNG[:-8]),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.html", b"<script>"),
        ("a.docx", b"PK\x03\x04 rubbish"),
        ("a.docx", docx()[:-10]),
        ("a.webp", WEBP[:12]),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(errors.AttachmentTypeWrong):
        type_of(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PDF[:9] + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>" + PDF[9:]),
        ("a.pdf", PDF[:9] + b"/S /Launch" + PDF[9:]),
        ("a.docx", docx(**{"word/vbaProject.bin": b"x"})),
        ("a.docx", docx(**{"word/embeddings/oleObject1.bin": b"x"})),
        ("a.docx", docx(**{"word/_rels/settings.xml.rels": b"<Relationship Type='.../attachedTemplate'/>"})),
    ],
)
def test_what_would_run_something_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(errors.AttachmentActive):
        type_of(name, data)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\Users\\x\\Kế hoạch.PDF", "Kế hoạch.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("bao\u202efdp.exe.pdf", "baofdp.exe.pdf"),
        ("a\r\nContent-Type: x.pdf", "a Content-Type: x.pdf"),
        ("...pdf", "tep.pdf"),
    ],
)
def test_a_hostile_name_is_made_plain(given_name: str, kept: str) -> None:
    assert name_of(given_name) == kept


@given(st.text(max_size=300))
def test_a_kept_name_is_one_short_line_without_folders(text: str) -> None:
    kept = name_of(text + ".pdf")
    assert kept.endswith(".pdf")
    assert len(kept) <= LONGEST_NAME
    assert not set(kept) & set("/\\\n\r\t\0")
    assert name_of(kept) == kept


@given(st.binary(max_size=200))
def test_no_bytes_make_the_check_fall_over(data: bytes) -> None:
    for name in ("a.pdf", "a.docx", "a.jpg", "a.png", "a.webp"):
        try:
            type_of(name, data)
        except (errors.AttachmentTypeWrong, errors.AttachmentActive):
            continue


def test_it_is_kept_by_its_hash_and_once(room: Newsroom) -> None:
    made = draft(room)
    for name in ("Kế hoạch.pdf", "bản khác.pdf"):
        actions.attach(revision_id=made.pk, file=sent(name, PDF), by=room.people.lan, at=AT)
    kept = Attachment.objects.get()
    assert (kept.filename, kept.mime, kept.size) == ("Kế hoạch.pdf", "application/pdf", len(PDF))
    assert file_path(kept.sha256).read_bytes() == PDF
    assert Entry.objects.get(fact="attachment.added").data["area"] == made.bulletin.area
    actions.detach(revision_id=made.pk, attachment_id=kept.pk, by=room.people.lan, at=AT)
    assert not Attachment.objects.exists()


def test_a_picture_tells_nothing_but_itself(room: Newsroom) -> None:
    made = draft(room)
    kept = actions.attach(revision_id=made.pk, file=sent("a.jpg", JPEG), by=room.people.lan, at=AT)
    assert b"phone of Lan" in JPEG
    assert b"phone of Lan" not in file_path(kept.sha256).read_bytes()
    hollow = JPEG[:30] + JPEG[-2:]
    with pytest.raises(errors.AttachmentTypeWrong):
        actions.attach(revision_id=made.pk, file=sent("b.jpg", hollow), by=room.people.lan, at=AT)


def test_sizes_and_numbers_have_their_ends(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft(room)
    with pytest.raises(errors.AttachmentEmpty):
        actions.attach(revision_id=made.pk, file=sent("a.pdf", b""), by=room.people.lan, at=AT)
    with pytest.raises(errors.AttachmentTooLarge):
        actions.attach(
            revision_id=made.pk, file=sent("a.pdf", b"%" * (LARGEST + 1)), by=room.people.lan, at=AT
        )
    for number in range(MOST):
        actions.attach(
            revision_id=made.pk, file=sent("a.pdf", PDF + b"\n" * number), by=room.people.lan, at=AT
        )
    with pytest.raises(errors.AttachmentsTooMany):
        actions.attach(revision_id=made.pk, file=sent("a.png", PNG), by=room.people.lan, at=AT)


def test_only_the_author_and_only_before_it_is_sent(room: Newsroom) -> None:
    with pytest.raises(errors.NotYourDraft):
        actions.attach(revision_id=draft(room).pk, file=sent("a.pdf", PDF), by=room.people.hue, at=AT)
    fixed = submitted(room)
    with pytest.raises(errors.AlreadySubmitted):
        actions.attach(revision_id=fixed.pk, file=sent("a.pdf", PDF), by=room.people.lan, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.create(
            revision=fixed, sha256="ab" * 32, filename="a.pdf", mime="application/pdf", size=1, added_at=AT
        )
