"""Whom a document is for: an area `vn.5.120`, a group `g/<uuid>` or one device `d/<uuid>`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from nguon_protocol.errors import ProtocolError

COMMUNE_LABELS = 3
_AREA = re.compile(r"vn(\.[1-9][0-9]{0,17}){0,7}")
_MEMBER = re.compile(r"[gd]/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed target; `name` is the area path, or the id of the group or device."""

    kind: Literal["area", "group", "device"]
    name: str

    def __str__(self) -> str:
        """Give the target's text as documents carry it."""
        return self.name if self.kind == "area" else f"{self.kind[0]}/{self.name}"


def parse(text: str) -> Target:
    """Read a target's text; ProtocolError when it is none."""
    if _AREA.fullmatch(text):
        return Target("area", text)
    if _MEMBER.fullmatch(text):
        return Target("group" if text[0] == "g" else "device", text[2:])
    raise ProtocolError(f"no target: {text[:60]!r}")


def is_area(text: str) -> bool:
    """Say whether the text is an area path."""
    return _AREA.fullmatch(text) is not None


def contains(outer: str, inner: str) -> bool:
    """Say whether area `outer` is `inner` or a prefix of it that ends at a dot."""
    return inner == outer or inner.startswith(outer + ".")


def covers(target: Target | str, area: str, groups: Collection[str], device: str) -> bool:
    """Say whether a target means the device that stands in `area`, is in `groups` and has the id `device`."""
    one = parse(target) if isinstance(target, str) else target
    if one.kind == "area":
        return contains(one.name, area)
    return one.name in groups if one.kind == "group" else one.name == device


def is_commune_or_narrower(target: Target | str) -> bool:
    """Say whether a target reaches one commune at most; a group or device is taken as inside one."""
    one = parse(target) if isinstance(target, str) else target
    return one.kind != "area" or one.name.count(".") + 1 >= COMMUNE_LABELS


def ancestors(area: str) -> list[str]:
    """Give the area and what holds it, province first (the country is left out)."""
    labels = area.split(".")
    return [".".join(labels[:count]) for count in range(2, len(labels) + 1)]


def of_device(area: str, groups: Collection[str], device: str) -> list[str]:
    """Give every target whose plan a device obeys: commune and narrower areas, its groups, itself."""
    areas = [one for one in ancestors(area) if one.count(".") + 1 >= COMMUNE_LABELS]
    return [*areas, *(f"g/{group}" for group in sorted(groups)), f"d/{device}"]
