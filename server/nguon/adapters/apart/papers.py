"""The words of a text document that somebody sent (.docx, .odt, .txt), taken out by a sandboxed child."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nguon.adapters.apart.asking import ask

TIMEOUT = 30.0
FAULTS = {
    "empty", "unreadable", "old_word", "pdf", "locked", "unsafe", "too_long", "no_words", "too_slow"
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
        return modern(out.read().decode())


# TCVN 5712 (fonts named .VnTime): one byte a letter, which a modern program shows as Western letters.
_OLD = (  # pairs: what it looks like, what it is
    "µàu¸áu¶ảu·ãu¹ạu¨ău»ằu¾ắu¼ẳu½ẵuÆặu©âuÇầuÊấuÈẩuÉẫuËậu®đuÌèuÐéuÎẻuÏẽuÑẹuªêuÒềuÕếuÓểuÔễuÖệu×ìuÝíuØỉuÜĩuÞịu"  # noqa: RUF001
    "ßòuãóuáỏuâõuäọu«ôuåồuèốuæổuçỗuéộu¬ơuêờuíớuëởuìỡuîợuïùuóúuñủuòũuôụu\xadưuõừuøứuöửu÷ữuùựuúỳuýýuûỷuüỹuþỵu"
    "¡Ău¢Âu£Êu¤Ôu¥Ơu¦Ưu§Đ"
)
_TO_UNICODE = {ord(pair[0]): pair[1] for pair in _OLD.split("u")}
_SURELY_OLD = set("µ¸¶·¹¨»¾¼½Æ©Ç®ªÒÕÖ×«¬¦§\xad")  # noqa: RUF001


def modern(text: str) -> str:
    """This function will return text of the old fonts (TCVN 5712) as Unicode, and any other as it is."""
    modern_letters = sum("\u1ea0" <= character <= "\u1ef9" for character in text)
    old = sum(character in _SURELY_OLD for character in text)
    if modern_letters or old < max(3, len(text) / 50):
        return text
    return text.translate(_TO_UNICODE)
