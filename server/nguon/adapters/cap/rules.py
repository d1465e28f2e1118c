"""What the standard asks beyond its schema (OASIS CAP 1.2, section 3.2), with the path of the element.

Grave is what would make two readers understand different things; the rest is advice for its sender.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from nguon.adapters.cap.geometry import crosses
from nguon.adapters.cap.model import Area, Info, Kind, Message, Resource, Scope, Status

_SPOILT = re.compile(r"[\s,<&\x00-\x1f\x7f]")
_SHA1 = re.compile(r"[0-9a-f]{40}")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+(;.*)?", re.ASCII)
ANSWERING = frozenset({Kind.UPDATE, Kind.CANCEL, Kind.ACK, Kind.ERROR})
LONGEST_HEADLINE = 160
MOST_REFERENCES = 200
MOST_SHAPES = 200
MOST_POINTS = 20_000
LONGEST_NAME = 300
"""Characters of an identifier or a sender: ids are indexed."""
# The outermost corners of the country with its islands, for the one question whether a pair is swapped.
_HERE = ((6.0, 23.6), (102.0, 118.0))


class Wrong(NamedTuple):
    """A slug, the path of the element below `alert`, about what, and whether it is grave."""

    code: str
    path: str
    about: str = ""
    grave: bool = True


def wrongs(message: Message) -> list[Wrong]:
    """This function will return everything that is wrong with a message, or had better be otherwise."""
    found = [*_envelope(message), *_answering(message)]
    for number, info in enumerate(message.infos, 1):
        found += _info(message, info, f"info[{number}]")
    found += _shapes(message)
    languages = Counter((info.language.lower(), info.event, info.areas) for info in message.infos)
    found += [Wrong("twice", "info", words[0], False) for words, times in languages.items() if times > 1]
    return found


def _envelope(message: Message) -> Iterator[Wrong]:
    for name, value in (("identifier", message.identifier), ("sender", message.sender)):
        if not value or _SPOILT.search(value):
            yield Wrong("name", name, value[:80])
        elif len(value) > LONGEST_NAME:
            yield Wrong("name_long", name, str(LONGEST_NAME))
    if message.scope == Scope.RESTRICTED and not message.restriction:
        yield Wrong("restriction", "scope")
    if message.scope == Scope.PRIVATE and not message.addresses:
        yield Wrong("addresses", "scope")
    if message.scope != Scope.RESTRICTED and message.restriction:
        yield Wrong("restriction_idle", "restriction", grave=False)
    if message.status == Status.EXERCISE and not message.note:
        yield Wrong("exercise_note", "status", grave=False)
    if message.kind in {Kind.ALERT, Kind.UPDATE} and not message.infos:
        yield Wrong("no_info", "msgType", grave=False)


def _answering(message: Message) -> Iterator[Wrong]:
    if message.kind in ANSWERING and not message.references:
        yield Wrong("references", "msgType", message.kind)
    if message.kind == Kind.ALERT and message.references:
        yield Wrong("references_idle", "references", grave=False)
    if message.kind == Kind.ERROR and not message.note:
        yield Wrong("error_note", "msgType", grave=False)
    if len(message.references) > MOST_REFERENCES:
        yield Wrong("references_many", "references", str(MOST_REFERENCES))
    for one in message.references:
        if (one.sender, one.identifier) == (message.sender, message.identifier):
            yield Wrong("itself", "references", one.identifier[:80])
        elif one.sent > message.sent:
            yield Wrong("reference_later", "references", one.identifier[:80])


def _info(message: Message, info: Info, path: str) -> Iterator[Wrong]:
    if not info.event:
        yield Wrong("no_event", f"{path}/event")
    yield from _order(message.sent, info, path)
    if len(info.headline) > LONGEST_HEADLINE:
        yield Wrong("headline_long", f"{path}/headline", str(LONGEST_HEADLINE), False)
    yield from _sparse(message, info, path)
    named = [*((one, "eventCode") for one in info.codes), *((one, "parameter") for one in info.parameters)]
    yield from (Wrong("no_name", f"{path}/{name}") for one, name in named if not one.name)
    for number, resource in enumerate(info.resources, 1):
        yield from _resource(resource, f"{path}/resource[{number}]")
    for number, area in enumerate(info.areas, 1):
        yield from _area(area, f"{path}/area[{number}]")


def _sparse(message: Message, info: Info, path: str) -> Iterator[Wrong]:
    if not (info.headline or info.description or info.instruction):
        yield Wrong("no_words", path, grave=False)
    if message.kind in {Kind.ALERT, Kind.UPDATE}:
        if info.expires is None:
            yield Wrong("no_expires", path, grave=False)
        if not info.areas:
            yield Wrong("no_area", path, grave=False)


def _shapes(message: Message) -> Iterator[Wrong]:
    """Each is held against every commune: who draws so much would keep all others waiting."""
    areas = [area for info in message.infos for area in info.areas]
    points = sum(len(polygon) for area in areas for polygon in area.polygons)
    if sum(len(area.polygons) + len(area.circles) for area in areas) > MOST_SHAPES or points > MOST_POINTS:
        yield Wrong("shapes_many", "info", f"{MOST_SHAPES}, {MOST_POINTS}")


def _order(sent: datetime, info: Info, path: str) -> Iterator[Wrong]:
    effective = info.effective or sent
    if info.expires is not None:
        if info.expires <= effective or info.expires <= sent:
            yield Wrong("expires_early", f"{path}/expires", info.expires.isoformat())
        elif info.onset is not None and info.onset > info.expires:
            yield Wrong("onset_late", f"{path}/onset", info.onset.isoformat())
        elif info.expires - sent > timedelta(days=31):
            yield Wrong("expires_far", f"{path}/expires", info.expires.isoformat(), False)
    if info.effective is not None and info.effective < sent:
        yield Wrong("effective_early", f"{path}/effective", info.effective.isoformat(), False)


def _resource(resource: Resource, path: str) -> Iterator[Wrong]:
    if not _MIME.fullmatch(resource.mime):
        yield Wrong("mime", f"{path}/mimeType", resource.mime[:80])
    if resource.digest and not _SHA1.fullmatch(resource.digest):
        yield Wrong("digest", f"{path}/digest", resource.digest[:80])
    if resource.size is not None and resource.size < 0:
        yield Wrong("size", f"{path}/size", str(resource.size))
    if not resource.uri and not resource.inline:
        yield Wrong("no_uri", path, grave=False)
    elif not resource.digest:
        yield Wrong("no_digest", path, grave=False)


def _area(area: Area, path: str) -> Iterator[Wrong]:
    if not area.desc:
        yield Wrong("no_desc", f"{path}/areaDesc")
    if area.ceiling is not None and area.altitude is None:
        yield Wrong("ceiling", f"{path}/ceiling")
    if area.ceiling is not None and area.altitude is not None and area.ceiling < area.altitude:
        yield Wrong("ceiling_low", f"{path}/ceiling")
    for one in area.geocodes:
        if not one.name or not one.value:
            yield Wrong("no_name", f"{path}/geocode")
    if any(map(crosses, area.polygons)):
        yield Wrong("crossed", path, grave=False)
    points = [point for polygon in area.polygons for point in polygon]
    points += [circle.middle for circle in area.circles]
    if points and not _any_here(points) and _any_here((one[1], one[0]) for one in points):
        yield Wrong("swapped", path, grave=False)


def _any_here(points: Iterable[tuple[float, float]]) -> bool:
    (south, north), (west, east) = _HERE
    return any(south <= one <= north and west <= other <= east for one, other in points)
