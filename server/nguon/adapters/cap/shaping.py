"""From a tree of the schema to values; what the schema lets through and is no value is told with its line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from math import isfinite

from lxml import etree

from nguon.adapters.cap.faults import Fault
from nguon.adapters.cap.model import (
    NAMESPACE,
    Area,
    Circle,
    Info,
    Key,
    Kind,
    Message,
    Named,
    Point,
    Resource,
    Scope,
    Status,
)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
LONGEST_INLINE = 1 << 20  # characters of base64
YEARS = (1971, 2199)
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Shaper:
    """Collects the faults on the way."""

    def __init__(self) -> None:
        """This function will begin with no fault."""
        self.faults: list[Fault] = []

    def message(self, root: etree._Element) -> Message:
        """This function will give the values of the element `alert`."""
        return Message(
            identifier=_said(root, "identifier"),
            sender=_said(root, "sender"),
            sent=self._time(root, "sent") or _NEVER,
            status=Status(_said(root, "status")),
            kind=Kind(_said(root, "msgType")),
            scope=Scope(_said(root, "scope")),
            source=_said(root, "source"),
            restriction=_said(root, "restriction"),
            addresses=self._list(root, "addresses"),
            codes=_all(root, "code"),
            note=_said(root, "note"),
            references=self._references(root),
            incidents=self._list(root, "incidents"),
            infos=tuple(self._info(one) for one in _children(root, "info")),
        )

    def _info(self, info: etree._Element) -> Info:
        return Info(
            event=_said(info, "event"),
            categories=_all(info, "category"),
            urgency=_said(info, "urgency"),
            severity=_said(info, "severity"),
            certainty=_said(info, "certainty"),
            language=_said(info, "language") or "en-US",
            responses=_all(info, "responseType"),
            audience=_said(info, "audience"),
            codes=_named(info, "eventCode"),
            effective=self._time(info, "effective"),
            onset=self._time(info, "onset"),
            expires=self._time(info, "expires"),
            sender_name=_said(info, "senderName"),
            headline=_said(info, "headline"),
            description=_said(info, "description"),
            instruction=_said(info, "instruction"),
            web=_said(info, "web"),
            contact=_said(info, "contact"),
            parameters=_named(info, "parameter"),
            resources=tuple(self._resource(one) for one in _children(info, "resource")),
            areas=tuple(self._area(one) for one in _children(info, "area")),
        )

    def _resource(self, resource: etree._Element) -> Resource:
        size, inline = _said(resource, "size"), _said(resource, "derefUri")
        if len(inline) > LONGEST_INLINE:
            self._wrong("inline", resource)
            inline = ""
        return Resource(
            desc=_said(resource, "resourceDesc"),
            mime=_said(resource, "mimeType"),
            size=int(size) if size and len(size) < 16 else None,
            uri=_said(resource, "uri"),
            inline="".join(inline.split()),
            digest=_said(resource, "digest").lower(),
        )

    def _area(self, area: etree._Element) -> Area:
        polygons = (self._polygon(one) for one in _children(area, "polygon"))
        circles = (self._circle(one) for one in _children(area, "circle"))
        return Area(
            desc=_said(area, "areaDesc"),
            polygons=tuple(one for one in polygons if one is not None),
            circles=tuple(one for one in circles if one is not None),
            geocodes=_named(area, "geocode"),
            altitude=_number(area, "altitude"),
            ceiling=_number(area, "ceiling"),
        )

    def _polygon(self, element: etree._Element) -> tuple[Point, ...] | None:
        points = [_point(pair) for pair in _text(element).split()]
        whole = [point for point in points if point is not None]
        if not points or len(whole) != len(points):
            self._wrong("point", element)
            return None
        if len(whole) < 4:
            self._wrong("polygon_short", element, str(len(whole)))
        elif whole[0] != whole[-1]:
            self._wrong("polygon_open", element)
        else:
            return tuple(whole)
        return None

    def _circle(self, element: etree._Element) -> Circle | None:
        words = _text(element).split()
        middle = _point(words[0]) if len(words) == 2 else None
        km = _float(words[1]) if len(words) == 2 else None
        if middle is None or km is None or not 0 <= km <= 20_040:  # half way around the earth
            self._wrong("circle", element)
            return None
        return Circle(middle, km)

    def _references(self, root: etree._Element) -> tuple[Key, ...]:
        found: list[Key] = []
        for words in _said(root, "references").split():
            parts = words.split(",")
            sent = _instant(parts[2]) if len(parts) == 3 else None
            if sent is None or not parts[0] or not parts[1]:
                self._wrong("reference", _child(root, "references"), words[:200])
            else:
                found.append(Key(parts[0], parts[1], sent))
        return tuple(found)

    def _list(self, element: etree._Element, name: str) -> tuple[str, ...]:
        """Words apart by space; one with a space in it stands in double quotes (section 3.2.1)."""
        words = shlex.shlex(_said(element, name), posix=True, punctuation_chars=False)
        words.whitespace_split, words.commenters, words.quotes, words.escape = True, "", '"', ""
        try:
            return tuple(words)
        except ValueError:
            self._wrong("quotes", _child(element, name), name)
            return ()

    def _time(self, element: etree._Element, name: str) -> datetime | None:
        words = _said(element, name)
        instant = _instant(words)
        if words and instant is None:
            self._wrong("time", _child(element, name), f"{name} {words}")
        return instant

    def _wrong(self, code: str, element: etree._Element | None, about: str = "") -> None:
        line = 0 if element is None else element.sourceline or 0
        self.faults.append(Fault(code, line, about))


def _children(element: etree._Element, name: str) -> Iterable[etree._Element]:
    found: Iterable[etree._Element] = element.iterchildren(f"{{{NAMESPACE}}}{name}")
    return found


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _said(element: etree._Element, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else _text(child)


def _all(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(_text(one) for one in _children(element, name))


def _named(element: etree._Element, name: str) -> tuple[Named, ...]:
    return tuple(Named(_said(one, "valueName"), _said(one, "value")) for one in _children(element, name))


def _number(element: etree._Element, name: str) -> Decimal | None:
    words = _said(element, name)
    return Decimal(words) if words and len(words) < 40 else None


def _instant(words: str) -> datetime | None:
    """The standard has seconds and an offset in digits, never Z."""
    if not _TIME.fullmatch(words):
        return None
    try:
        instant = datetime.fromisoformat(words)
    except ValueError:
        return None
    # The first and the last days of the calendar are no day in another zone; nobody warns of them.
    return instant if YEARS[0] <= instant.year <= YEARS[1] else None


def _float(words: str) -> float | None:
    try:
        value = float(words) if re.fullmatch(r"[-+]?\d{1,9}(\.\d{1,20})?", words, re.ASCII) else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def _point(words: str) -> Point | None:
    parts = words.split(",")
    latitude = _float(parts[0]) if len(parts) == 2 else None
    longitude = _float(parts[1]) if len(parts) == 2 else None
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude
