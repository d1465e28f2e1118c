"""Words of documents: what stands on the page is read, what is hostile is refused, without doors."""

import zipfile
from pathlib import Path

import pytest

from nguon.adapters.apart.paper_child import Unreadable, words_of
from nguon.adapters.apart.papers import FAULTS, PaperFault, modern, words_of_file
from nguon.adapters.apart.tests.papers import docx

BODY = (
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>ỦY BAN NHÂN DÂN</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "<w:p><w:r><w:t>Họp </w:t></w:r><w:r><w:t>thôn</w:t><w:tab/><w:t>lúc 7h30</w:t>"
    "<w:br/><w:t>tại nhà</w:t></w:r>"
    "<w:del><w:r><w:delText>đã xóa</w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t> văn hóa.</w:t></w:r></w:ins></w:p>"
    "<w:p><w:r><w:instrText>HYPERLINK</w:instrText></w:r>\n<w:r><w:t>Hết</w:t></w:r></w:p>"
)


def test_a_word_document_gives_what_a_reader_sees(tmp_path: Path) -> None:
    read = words_of_file(docx(tmp_path / "x.docx", body=BODY))
    assert read.split("\n") == [
        "", "ỦY BAN NHÂN DÂN", "", "Họp thôn lúc 7h30", "tại nhà văn hóa.", "", "Hết"
    ]  # fmt: skip


def test_an_opendocument_and_plain_text_are_read_too(tmp_path: Path) -> None:
    odt = tmp_path / "x.odt"
    with zipfile.ZipFile(odt, "w") as file:
        namespace = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        file.writestr(
            "content.xml",
            f"<d {namespace}><text:h>Tin</text:h><text:p>Họp <text:span>thôn</text:span></text:p></d>",
        )
    assert words_of_file(odt).split() == ["Tin", "Họp", "thôn"]
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        text = tmp_path / f"{encoding}.txt"
        text.write_bytes("Họp thôn".encode(encoding))
        assert words_of_file(text) == "Họp thôn"


def bad_papers(folder: Path) -> dict[str, str]:
    """Name of the file -> the slug it must be refused with."""
    entity = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    docx(folder / "laughs.docx", body="<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", declared=entity)
    docx(folder / "outside.docx", body="<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", declared=outside)
    docx(folder / "bomb.docx", body="<w:p>" * 10 + " " * (31 << 20) + "</w:p>" * 10)
    docx(folder / "long.docx", *["chữ " * 30_000] * 2)
    docx(folder / "bare.docx", " ", "…")
    docx(folder / "torn.docx", body="<w:p><w:r>")
    for name, data in {
        "empty.docx": b"",
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        "tin.pdf": b"%PDF-1.7\n" + bytes(100),
        "cut.docx": docx(folder / "whole.docx", "Họp").read_bytes()[:-60],
        "picture.docx": b"\x89PNG\r\n\x1a\n" + bytes(500),
    }.items():
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "sheet.docx", "w") as file:
        file.writestr("xl/workbook.xml", "<x/>")
    return {
        "laughs.docx": "unsafe", "outside.docx": "unsafe", "bomb.docx": "too_long", "long.docx": "too_long",
        "bare.docx": "no_words", "torn.docx": "unreadable", "empty.docx": "no_words", "old.doc": "old_word",
        "tin.pdf": "pdf", "cut.docx": "unreadable", "picture.docx": "unreadable", "sheet.docx": "unreadable",
    }  # fmt: skip


def test_bad_documents_are_refused_with_their_reason(tmp_path: Path) -> None:
    for name, code in bad_papers(tmp_path).items():
        with (tmp_path / name).open("rb") as file, pytest.raises(Unreadable) as caught:
            words_of(file)
        assert (name, str(caught.value)) == (name, code)
        assert code in FAULTS
    for name, code in (("laughs.docx", "unsafe"), ("bomb.docx", "too_long"), ("empty.docx", "empty")):
        with pytest.raises(PaperFault, match=f"^{code}$"):
            words_of_file(tmp_path / name)


def test_text_of_the_old_fonts_becomes_unicode_and_no_other_changes() -> None:
    old = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
    assert modern(old) == "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
    for other in ("Cộng hòa xã hội", "Ủy ban nhân dân", "20°C ± 1, © 2026", "déjà vu à la carte"):
        assert modern(other) == other
