"""From an office's document to words that a loudspeaker should say.

The layout of official documents is that of Decree 30/2020/NĐ-CP: the national motto, office, number and date
above; the heading and what it is about; below, who receives it and who signed.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.adapters.apart.papers import PaperFault, words_of_file
from nguon.kernel.errors import DomainError
from nguon.kernel.text import clean, fold

LARGEST = 10 * 1024 * 1024  # bytes
LONGEST_TITLE = 200
_HEAD_LINES = 25  # within which the heading stands
_MOTTO = "cong hoa xa hoi chu nghia viet nam"
_HEADINGS = (
    "thong bao", "ke hoach", "giay moi", "loi keu goi", "cong dien", "bao cao", "quyet dinh", "chi thi",
    "thu ngo", "bai tuyen truyen", "ban tin", "huong dan", "thong cao", "thu keu goi",
)  # fmt: skip
_ABOUT = re.compile(r"^\s*(?:V/v|Về việc)\s*:?\s*", re.IGNORECASE)
_REASONS: dict[str, Promise] = {
    "empty": gettext_lazy("Tệp rỗng (0 byte). Hãy kiểm tra lại tệp."),
    "large": gettext_lazy("Tệp lớn hơn 10 MB. Hãy chép chữ rồi dán vào ô văn bản."),
    "unreadable": gettext_lazy(
        "Không đọc được chữ trong tệp này. Hãy dùng tệp Word (.docx, .rtf), OpenDocument (.odt) hoặc .txt, "
        "hoặc chép chữ rồi dán vào ô văn bản."
    ),
    "old_word": gettext_lazy("Đây là tệp Word đời cũ. Hãy mở bằng Word, lưu thành .docx rồi thử lại."),
    "pdf": gettext_lazy("Đây là tệp PDF. Hãy lấy tệp Word gốc, hoặc chép chữ rồi dán vào ô văn bản."),
    "locked": gettext_lazy("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi thử lại."),
    "unsafe": gettext_lazy("Tệp có phần không an toàn nên không mở. Hãy chép chữ rồi dán vào ô văn bản."),
    "too_long": gettext_lazy("Văn bản quá dài. Hãy chép phần cần đọc rồi dán vào ô văn bản."),
    "no_words": gettext_lazy("Tệp không có chữ, có lẽ là ảnh chụp. Hãy gõ hoặc dán chữ vào ô văn bản."),
    "old_font": gettext_lazy(
        "Chữ trong tệp dùng một phông cũ mà hệ thống không đổi được. Hãy mở bằng Word, đổi sang phông "
        "Unicode (ví dụ Times New Roman), rồi thử lại."
    ),
    "too_slow": gettext_lazy("Đọc tệp này mất quá lâu. Hãy chép chữ rồi dán vào ô văn bản."),
}


class PaperRefused(DomainError):
    code = "paper-refused"
    message = gettext_lazy("{reason}")

    @classmethod
    def of(cls, fault: str) -> PaperRefused:
        """This function will return the failure with the sentence of a slug."""
        return cls(reason=_REASONS[fault])


class Sent(Protocol):
    """A file of a form."""

    @property
    def size(self) -> int | None:
        """This property will tell how many bytes it has."""
        ...

    def chunks(self) -> Iterable[bytes]:
        """This function will yield the bytes piece by piece."""
        ...


@dataclass(frozen=True)
class Paper:
    """What a document says: its title, what to read aloud, and a sentence about what was left out."""

    title: str
    text: str
    note: str


def read_paper(file: Sent) -> Paper:
    """This function will take the words out of a document that somebody sent.  Raises PaperRefused."""
    if (file.size or 0) > LARGEST:
        raise PaperRefused.of("large")
    with tempfile.NamedTemporaryFile() as held:
        for chunk in file.chunks():
            held.write(chunk)
        held.flush()
        try:
            return sayable(clean(words_of_file(Path(held.name))))
        except PaperFault as fault:
            raise PaperRefused.of(fault.code) from fault


def sayable(words: str) -> Paper:
    """This function will leave out what stands on an official document and nobody says aloud.

    Only of a document that carries the national motto; any other is read as it is.
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    body, left_out, title = lines, False, ""
    if any(_MOTTO in fold(line) for line in lines[:_HEAD_LINES]):
        begin = next((at for at, line in enumerate(lines[:_HEAD_LINES]) if _opens(line)), 0)
        end = next((at for at, line in enumerate(lines) if at > begin and _closes(line)), len(lines))
        body, left_out = lines[begin:end], begin > 0 or end < len(lines)
    if body and _is_heading(body[0]):
        title, body = _titled(body)
        body = [f"{title}.", *body]
    title = title or _short(body[0] if body else "")
    note = ""
    if left_out:
        note = _(
            "Đã bỏ phần đầu (quốc hiệu, cơ quan, số, ngày) và phần cuối (nơi nhận, chữ ký) "
            "vì loa không cần đọc. Hãy xem lại trước khi gửi."
        )
    return Paper(title, "\n".join(body), note)


def _opens(line: str) -> bool:
    return _is_heading(line) or fold(line).startswith("kinh gui")


def _closes(line: str) -> bool:
    return fold(line).startswith(("noi nhan", "tm uy ban nhan dan", "tm ubnd", "kt chu tich"))


def _is_heading(line: str) -> bool:
    return line == line.upper() and fold(line).startswith(_HEADINGS)


def _titled(body: list[str]) -> tuple[str, list[str]]:
    """The heading with what it is about, as one title, and the lines below it."""
    heading, rest = body[0].capitalize().rstrip("."), body[1:]
    if rest and _ABOUT.match(rest[0]):
        about = _ABOUT.sub("", rest[0]).strip().rstrip(".")
        about = about[:1].lower() + about[1:] if about != about.upper() else about.lower()
        heading, rest = f"{heading} về việc {about}", rest[1:]
    return _short(heading), rest


def _short(line: str) -> str:
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
