"""A picture that somebody sent, drawn anew by a sandboxed child: pixels alone are left of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

from nguon.adapters.apart.asking import ask

TIMEOUT = 30.0


class PictureFault(Exception):
    """A picture cannot be used; `code` is unreadable, too_large or too_slow."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture without anything hidden: JPEG, PNG or WebP, at most 2048 pixels long."""

    data: bytes
    mime: str
    width: int
    height: int


def drawn_anew(data: bytes, *, timeout: float = TIMEOUT) -> Picture:
    """This function will return the picture upright and without what its file told beside it (where and when
    it was taken, by which phone).  Raises PictureFault.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out:
        source.write(data)
        source.flush()
        source.seek(0)
        answer = ask("nguon.adapters.apart.picture_child", source.fileno(), out.fileno(), timeout=timeout)
        if not answer.get("ok"):
            raise PictureFault(str(answer.get("code")))
        out.seek(0)
        return Picture(out.read(), str(answer["mime"]), int(answer["width"]), int(answer["height"]))
