"""The sandboxed process that takes the words out of a text document (`python -I -m ...paper_child OUT`).

Rich text (.rtf) is read by striprtf.
Word (.docx) and OpenDocument (.odt) are XML in a zip file; only the one part with the words is read, a
document type declaration (and with it every entity) is refused, macros and all else are never looked at.
Plain text is read in the encodings of our officers' machines.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from striprtf.striprtf import rtf_to_text

from nguon.adapters.apart import doors
from nguon.adapters.apart.old_fonts import modern

MEMORY = 512 << 20
CPU_SECONDS = 20
LARGEST_PART = 30 << 20  # bytes of XML once unpacked; a thousand pages have about ten million
MOST_FILES = 20_000
ENCODINGS = ("cp437", "cp850", "utf-16", "utf-8-sig", *(f"cp{number}" for number in range(1250, 1259)))
LARGEST_RTF = 10 << 20  # bytes, of which pictures are the most
LONGEST = 200_000  # characters
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
# What stands in the file and not on the page: what was deleted, field codes, a second copy for old programs.
_UNSEEN = {"del", "moveFrom", "instrText", "delText", "Fallback", "annotation", "tracked-changes", "note"}
_BREAKS = {"br", "cr", "line-break"}
_ROWS, _CELLS = {"tr", "table-row"}, {"tc", "table-cell"}
# Rich text that is hidden or was deleted.
_RTF_UNSEEN = re.compile(r"\{\\(?:v|deleted)(?![a-z0-9])[^{}]*\}")
_PAGES = re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|mime-version:)", re.IGNORECASE)
_PARTS = {"word/document.xml": "docx", "content.xml": "odt"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(Exception):
    """What is wrong, as a slug."""


class Words:
    """Collects the lines that a reader of the page would see."""

    def __init__(self, most: int) -> None:
        """This function will collect at most so many characters."""
        self.lines: list[str] = []
        self.now: list[str] = []
        self.hidden = self.inside = self.length = 0
        self.most = most
        self.rows: list[list[int]] = []  # of each open table's row, where its cells begin
        self.run_hidden: bool | None = None  # None: between two runs of letters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """This function will hear of a tag that opens."""
        tag = name.rpartition(" ")[2]
        if tag in _UNSEEN:
            self.hidden += 1
        elif tag in {"p", "h"}:
            self._line()
        elif tag in {"t", "span", "a"}:
            self.inside += 1
        elif tag in {"tab", "s"}:
            self._add(" ")
        elif tag == "noBreakHyphen":
            self._add("-")
        elif tag in _BREAKS:
            self._line()
        elif tag in _ROWS:
            self.rows.append([])
        elif tag in _CELLS and self.rows:
            self.rows[-1].append(len(self.lines))
        else:
            self._look(tag, attributes)

    def _look(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "r":
            self.run_hidden = False
        elif tag == "vanish" and self.run_hidden is False:
            value = next((value for name, value in attributes.items() if name.endswith("val")), "1")
            if value not in {"0", "false", "off"}:
                self.run_hidden = True
                self.hidden += 1

    def end(self, name: str) -> None:
        """This function will hear of a tag that closes."""
        tag = name.rpartition(" ")[2]
        if tag in _UNSEEN:
            self.hidden -= 1
        elif tag in {"p", "h"}:
            self._line()
        elif tag in {"t", "span", "a"}:
            self.inside -= 1
        elif tag == "r":
            self.hidden -= self.run_hidden is True
            self.run_hidden = None
        elif tag in _ROWS and self.rows:
            self._row(self.rows.pop())

    def text(self, data: str) -> None:
        """This function will hear of characters."""
        self._add(data)

    def _add(self, data: str) -> None:
        if self.hidden:
            return
        self.length += len(data)
        if self.length > self.most:
            raise Unreadable("too_long")
        self.now.append(data)

    def _line(self) -> None:
        if not self.hidden:
            self.lines.append("".join(self.now))
            self.now = []

    def _row(self, cells: list[int]) -> None:
        """A row of short cells is one line, so that "Bãi Đá, 7 giờ" is said in one breath; the two columns
        above an official document, in capitals and of several lines, stay what they are."""
        if not cells:
            return
        parts = [
            [line.strip() for line in self.lines[begin:end] if line.strip()]
            for begin, end in zip(cells, [*cells[1:], len(self.lines)], strict=True)
        ]
        if any(len(lines) > 1 or (lines and lines[0].isupper()) for lines in parts):
            return
        del self.lines[cells[0] :]
        self.lines.append(", ".join(lines[0].rstrip(".,;") for lines in parts if lines))


def words_of(source: BinaryIO) -> str:
    """This function will return the words of a document, a paragraph a line.

    Raises Unreadable: unreadable, old_word, pdf, locked, unsafe, too_long, no_words.
    """
    head = source.read(8)
    source.seek(0)
    if head[:4] == b"PK\x03\x04":
        text = _from_zip(source)
    elif head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("old_word")
    elif head[:5] == b"%PDF-":
        raise Unreadable("pdf")
    elif head[:5] == b"{\\rtf":
        text = _from_rtf(source.read(LARGEST_RTF + 1))
    else:
        text = _plain(source.read(4 * LONGEST + 1))
    text = "\n".join(" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    if not any(character.isalnum() for character in text):
        raise Unreadable("no_words")
    return text


def _from_zip(source: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(source) as file:
            if len(file.infolist()) > MOST_FILES:
                raise Unreadable("unsafe")
            name = next((one for one in _PARTS if one in file.NameToInfo), "")
            if not name:
                raise Unreadable("unreadable")
            if file.getinfo(name).flag_bits & 1:
                raise Unreadable("locked")
            with file.open(name) as part:
                data = part.read(LARGEST_PART + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("unreadable") from error
    if len(data) > LARGEST_PART:
        raise Unreadable("too_long")
    return _from_xml(data, _PARTS[name])


def _from_xml(data: bytes, kind: str) -> str:
    words = Words(LONGEST)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = words.start
    parser.EndElementHandler = words.end
    parser.CharacterDataHandler = words.text if kind == "odt" else _only_inside(words)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable("unreadable") from error
    return "\n".join(words.lines)


def _from_rtf(data: bytes) -> str:
    """Rich text: what is no control word and no picture. Letters beyond ASCII are escaped in it, so that the
    bytes are read as they are, and each escape by the code page that the file names."""
    if len(data) > LARGEST_RTF:
        raise Unreadable("too_long")
    try:
        shown = _RTF_UNSEEN.sub("", data.decode("latin-1"))
        text = str(rtf_to_text(shown, encoding="cp1252", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("unreadable") from error
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    return text.replace("|", " ")  # between the cells of a table


def _only_inside(words: Words) -> Callable[[str], None]:
    """Word puts the characters into w:t alone; what is between other tags is layout of the file."""

    def hear(data: str) -> None:
        if words.inside:
            words.text(data)

    return hear


def _refuse(*_declared: object) -> None:
    raise Unreadable("unsafe")


def _plain(data: bytes) -> str:
    if _PAGES.match(data):
        raise Unreadable("unreadable")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeError:
        western = data.decode("cp1252", "replace")
        old = modern(western) != western
        text = western if old else data.decode("cp1258", "replace")
    if "\0" in text or text.count("\ufffd") > len(text) / 100:
        raise Unreadable("unreadable")
    return text


def main() -> int:
    """This function will write the words to the descriptor that its argument numbers, as UTF-8."""
    source, out = os.fdopen(0, "rb"), os.fdopen(int(sys.argv[1]), "wb")
    for encoding in ENCODINGS:
        codecs.lookup(encoding)  # loaded while something can still be opened
    doors.close(memory=MEMORY, seconds=CPU_SECONDS, largest_file=8 * LONGEST)
    try:
        out.write(words_of(source).encode("utf-8", "replace"))
        out.flush()
        answer: dict[str, object] = {"ok": True}
    except Unreadable as fault:
        answer = {"ok": False, "code": str(fault)}
    except MemoryError:
        answer = {"ok": False, "code": "unreadable"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
