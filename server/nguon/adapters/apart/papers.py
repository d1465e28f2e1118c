"""The words of a document that somebody sent (.docx, .odt, .rtf, .txt), taken out by a sandboxed child."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nguon.adapters.apart.asking import ask
from nguon.adapters.apart.old_fonts import garbled, modern

TIMEOUT = 30.0
FAULTS = {
    "empty", "unreadable", "old_word", "pdf", "locked", "unsafe", "too_long", "no_words", "too_slow",
    "old_font",
}  # fmt: skip


class PaperFault(Exception):
    """A document cannot be read; `code` is one of FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def words_of_file(path: Path, *, timeout: float = TIMEOUT) -> str:
    """This function will return the words of a document, a paragraph a line; old fonts become Unicode.

    Raises PaperFault.
    """
    if path.stat().st_size == 0:
        raise PaperFault("empty")
    with path.open("rb") as source, tempfile.TemporaryFile() as out:
        answer = ask("nguon.adapters.apart.paper_child", source.fileno(), out.fileno(), timeout=timeout)
        if not answer.get("ok"):
            code = str(answer.get("code"))
            raise PaperFault(code if code in FAULTS else "unreadable")
        out.seek(0)
        words = modern(out.read().decode())
        if garbled(words):
            raise PaperFault("old_font")
        return words
