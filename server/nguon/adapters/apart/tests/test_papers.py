"""Words of documents: what stands on the page is read, what is hostile is refused, without doors."""

import contextlib
import zipfile
from pathlib import Path

import pytest

from nguon.adapters.apart.paper_child import Unreadable, words_of
from nguon.adapters.apart.papers import FAULTS, PaperFault, words_of_file
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


RTF = (
    r"{\rtf1\ansi\ansicpg1258\deff0{\fonttbl{\f0 Times New Roman;}}{\*\generator Word}{\info{\author A}}"
    r"{\pict\pngblip 89504e470d0a}\pard Kính m\u7901?i bà con h\u7885?p thôn"
    r"\par Lúc 7h30 \'ab n\'e3m \'bb\cell\row}"
)


def test_rich_text_gives_its_words_and_no_pictures(tmp_path: Path) -> None:
    file = tmp_path / "x.rtf"
    file.write_bytes(RTF.encode("latin-1"))
    assert words_of_file(file).split("\n")[:2] == ["Kính mời bà con họp thôn", "Lúc 7h30 « năm »"]
    old = "".join(f"\\'{byte:02x}" for byte in "Céng hßa x· héi, §éc lËp, H¹nh phóc".encode("latin-1"))
    file.write_bytes(rf"{{\rtf1\ansi {old}}}".encode())
    assert words_of_file(file) == "Cộng hòa xã hội, Độc lập, Hạnh phúc"
    bad = rb"{\rtf1", b"{" * 100_000, rb"\u99999999999?x}", rb"\ansicpg99999 \'e1b}"
    for data in bad:
        file.write_bytes(rb"{\rtf1" + data)
        with contextlib.suppress(PaperFault):  # whatever it says, it comes back
            words_of_file(file)
    file.write_text("ïîãîâîðèì î ïîãîäå, ëþäè øëè äîìîé", encoding="utf-8")
    with pytest.raises(PaperFault, match=r"^old_font$"):
        words_of_file(file)


def test_a_row_of_a_table_is_one_line_and_what_is_hidden_is_not_said(tmp_path: Path) -> None:
    def cells(*texts: str) -> str:
        return "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts)

    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ghi chú</w:t></w:r><w:r><w:t>Tái</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:noBreakHyphen/><w:t>định cư</w:t></w:r></w:p>'
    head = f"<w:tr>{cells('XÃ LỤC NAM', 'CỘNG HÒA')}</w:tr>"
    body = f"<w:tbl>{head}<w:tr>{cells('Bãi Đá', '7 giờ.')}</w:tr></w:tbl>{hidden}{shown}"
    read = words_of_file(docx(tmp_path / "x.docx", body=body))
    lines = [line for line in read.split("\n") if line]
    assert lines == ["XÃ LỤC NAM", "CỘNG HÒA", "Bãi Đá, 7 giờ", "Tái-định cư"]


def test_old_fonts_are_read_below_a_head_of_today_and_in_plain_text(tmp_path: Path) -> None:
    old = "Th«ng b¸o: Mêi bµ con ®Õn häp th«n lóc 7 giê tèi nay t¹i nhµ v¨n hãa."  # noqa: RUF001
    new = "Thông báo: Mời bà con đến họp thôn lúc 7 giờ tối nay tại nhà văn hóa."
    assert words_of_file(docx(tmp_path / "x.docx", "XÃ LỤC NAM", old)).endswith(new)
    (tmp_path / "x.txt").write_bytes(old.encode("cp1252"))
    assert words_of_file(tmp_path / "x.txt") == new
    (tmp_path / "x.doc").write_text("<html><p>Họp</p></html>")
    with pytest.raises(PaperFault, match="unreadable"):
        words_of_file(tmp_path / "x.doc")
