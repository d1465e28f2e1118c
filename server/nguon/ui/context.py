"""What every page knows: the mode, the reader's display settings, the present instant."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nguon.kernel import clock

COOKIE = "nguon_display"
THEMES = ("auto", "light", "dark")
SIZES = ("s", "m", "l", "xl")
CONTRASTS = ("normal", "high")


@dataclass(frozen=True)
class Display:
    """How one reader wants pages to look; kept in a cookie, so that no page flashes on its way in."""

    theme: str = "auto"
    size: str = "m"
    contrast: str = "normal"

    @classmethod
    def parse(cls, raw: str) -> "Display":
        """This function will read "dark.l.high"; whatever it does not know becomes the default."""
        theme, size, contrast, *_ = [*raw.split("."), "", "", ""]
        return cls(
            theme if theme in THEMES else "auto",
            size if size in SIZES else "m",
            contrast if contrast in CONTRASTS else "normal",
        )

    def __str__(self) -> str:
        return f"{self.theme}.{self.size}.{self.contrast}"


def page(request: HttpRequest) -> dict[str, Any]:
    """This function will return the variables that every template may use."""
    return {
        "demo": settings.NGUON_MODE == "demo",
        "display": Display.parse(request.COOKIES.get(COOKIE, "")),
        "now": clock.now(),
    }
