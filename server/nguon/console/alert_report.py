"""The report of one alert as PDF: what was said where, by whom, what each place heard.

Drawn by Pillow, which draws our pictures already: pages of A4 as pictures, to print and to file. The words
are on the alert's page as well, where they can be searched and read aloud.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

import nguon.ui
from nguon.alerts.models import Alert
from nguon.console import alerts as shown
from nguon.kernel.clock import local

_DPI = 110
_PAGE = (round(8.27 * _DPI), round(11.69 * _DPI))
_MARGIN = round(0.8 * _DPI)
_FONTS = Path(nguon.ui.__path__[0]) / "static" / "ui" / "fonts"
_VIETNAMESE = frozenset(map(chr, (0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169)))
_HORNED = frozenset(map(chr, (0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x20AB)))


@dataclass(frozen=True)
class Line:
    """One paragraph; `size` in points."""

    text: str
    size: int = 10
    bold: bool = False


def report(alert: Alert, at: datetime) -> bytes:
    """This function will return the report of an alert as it stands at an instant."""
    return draw(_told(alert, at), title=alert.title)


def draw(lines: Iterable[Line], *, title: str) -> bytes:
    """This function will return paragraphs as pages of a PDF with a title."""
    pages: list[Image.Image] = []
    y = _PAGE[1]
    for line in lines:
        height = round(line.size * 1.5 * _DPI / 72)
        for words in _wrapped(line):
            if y + height > _PAGE[1] - _MARGIN:
                pages.append(Image.new("L", _PAGE, 255))
                y = _MARGIN
            _put(ImageDraw.Draw(pages[-1]), y, words, line)
            y += height
    file = io.BytesIO()
    first, *rest = pages or [Image.new("L", _PAGE, 255)]
    first.save(file, "PDF", resolution=_DPI, save_all=True, append_images=rest, title=title)
    return file.getvalue()


def _told(alert: Alert, at: datetime) -> Iterator[Line]:
    view, running, crowd = shown.view_of(alert), shown.running(alert, at), shown.crowd_of(alert)
    yield Line(_("Báo cáo: {title}").format(title=view.title), 18, bold=True)
    yield Line(f"{view.kind_label} · {view.hazard} · {view.level}", 11)
    yield Line(_("Lập lúc {when}").format(when=_when(at)), 9)
    yield Line(_("Nội dung"), 13, bold=True)
    yield Line(view.text, 11)
    yield Line(_("Nơi phát"), 13, bold=True)
    yield Line(", ".join(view.where))
    if crowd.people:
        said = _("Khoảng {people} người sống ở đó, theo {sources}.")
        yield Line(said.format(people=crowd.people, sources=crowd.sources or "–"))
    yield Line(
        _("Kết quả: đã tới {reached}/{total} cụm loa").format(reached=running.reached, total=running.total)
    )
    for count in running.counts:
        yield Line(f"{count.label}: {count.count}")
    for place in running.places:
        yield Line(f"{place.label}: {place.reached}/{place.total}")
    yield Line(_("Diễn biến"), 13, bold=True)
    for when, what in shown.timeline(alert):
        yield Line(f"{_when(when)}  {what}")
    if running.missing:
        yield Line(_("Nơi chưa nghe được"), 13, bold=True)
        for line in running.missing:
            yield Line(f"{line.name} ({line.where}): {line.heard}")


def _when(at: datetime) -> str:
    return f"{local(at):%H:%M:%S %d/%m/%Y}"


def _wrapped(line: Line) -> Iterator[str]:
    room, row = _PAGE[0] - 2 * _MARGIN, ""
    for word in line.text.split():
        longer = f"{row} {word}".strip()
        if row and _length(longer, line) > room:
            yield row
            row = word
        else:
            row = longer
    yield row


def _put(page: ImageDraw.ImageDraw, y: int, words: str, line: Line) -> None:
    x = float(_MARGIN)
    for sign in words:
        font = _font(_subset(sign), line)
        page.text((x, y + line.size * _DPI / 72), sign, font=font, fill=0, anchor="ls")
        x += font.getlength(sign)


def _length(words: str, line: Line) -> float:
    return sum(_font(_subset(sign), line).getlength(sign) for sign in words)


def _subset(sign: str) -> str:
    """Our letters come in three files, as pages fetch no more than they need."""
    if sign in _VIETNAMESE or sign in _HORNED or 0x1EA0 <= ord(sign) <= 0x1EF9:
        return "vietnamese"
    return "latin" if ord(sign) < 0x100 or 0x2000 <= ord(sign) <= 0x206F else "latin-ext"


def _font(subset: str, line: Line) -> ImageFont.FreeTypeFont:
    return _load(subset, 700 if line.bold else 400, round(line.size * _DPI / 72))


@lru_cache(maxsize=32)
def _load(subset: str, weight: int, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"be-vietnam-pro-{subset}-{weight}-normal.woff2", pixels)
