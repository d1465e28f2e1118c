"""The law of areas: who lies within whom follows from the paths alone. Pure Python."""

import re
from collections.abc import Iterable

COUNTRY = "vn"
_AREA = re.compile(r"vn(\.[1-9][0-9]{0,18}){0,4}")


def is_area(text: str) -> bool:
    """This function will tell whether `text` has the form of an area; it may still name no place."""
    return _AREA.fullmatch(text) is not None


def covers(outer: str, inner: str) -> bool:
    """This function will tell whether `inner` is `outer` or lies in it.

    A label is never cut: "vn.5" covers "vn.5.120" and not "vn.50".
    """
    return inner == outer or inner.startswith(f"{outer}.")


def bounds(area: str) -> tuple[str, str]:
    """This function will return the first text within an area and the first one after it, byte by byte.

    "/" comes right after ".", and an area has no sign before ".": what lies between "vn.5" and "vn.5/" is
    "vn.5" and whatever begins with "vn.5.".
    """
    return area, f"{area}/"


def lineage(area: str) -> list[str]:
    """This function will return the area with all its ancestors, the country first."""
    labels = area.split(".")
    return [".".join(labels[:count]) for count in range(1, len(labels) + 1)]


def parent_of(area: str) -> str | None:
    """This function will return the area one step up, or None for the country."""
    return area.rpartition(".")[0] or None


def outermost(areas: Iterable[str]) -> list[str]:
    """This function will return the areas that no other one of them covers, each once, sorted."""
    kept: list[str] = []
    # In this order an area comes right after whatever covers it: "." sorts before every digit.
    for area in sorted(set(areas), key=lambda path: path.split(".")):
        if not (kept and covers(kept[-1], area)):
            kept.append(area)
    return sorted(kept)


def is_commune_or_narrower(area: str) -> bool:
    """This function will tell whether an area is no wider than one commune (districts are history)."""
    return area.count(".") >= 2
