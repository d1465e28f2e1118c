"""A message as XML: the elements in the order of the schema, times with an offset, -00:00 for UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from nguon.adapters.cap.model import NAMESPACE, Area, Info, Key, Message, Named, Point, Resource


def element(message: Message) -> etree._Element:
    """This function will return the element `alert` of a message; reading it gives the same message again."""
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", message.sender)
    _add(alert, "sent", instant(message.sent))
    _add(alert, "status", message.status)
    _add(alert, "msgType", message.kind)
    _maybe(alert, "source", message.source)
    _add(alert, "scope", message.scope)
    _maybe(alert, "restriction", message.restriction)
    _maybe(alert, "addresses", _words(message.addresses))
    _each(alert, "code", message.codes)
    _maybe(alert, "note", message.note)
    _maybe(alert, "references", " ".join(map(triple, message.references)))
    _maybe(alert, "incidents", _words(message.incidents))
    for info in message.infos:
        _info(alert, info)
    etree.indent(alert)
    return alert


def written(message: Message) -> bytes:
    """This function will return a message as XML in UTF-8."""
    text: bytes = etree.tostring(element(message), xml_declaration=True, encoding="UTF-8")
    return text


def instant(at: datetime) -> str:
    """This function will write an instant as the standard asks (section 3.3.2)."""
    text = at.isoformat(timespec="seconds")
    return text[:-6] + "-00:00" if at.utcoffset() == timedelta(0) else text


def triple(key: Key) -> str:
    """This function will write one of `references`."""
    return f"{key.sender},{key.identifier},{instant(key.sent)}"


def _info(alert: etree._Element, info: Info) -> None:
    into = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(into, "language", info.language)
    _each(into, "category", info.categories)
    _add(into, "event", info.event)
    _each(into, "responseType", info.responses)
    _add(into, "urgency", info.urgency)
    _add(into, "severity", info.severity)
    _add(into, "certainty", info.certainty)
    _maybe(into, "audience", info.audience)
    _named(into, "eventCode", info.codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _maybe(into, name, instant(at) if at else "")
    _maybe(into, "senderName", info.sender_name)
    _maybe(into, "headline", info.headline)
    _maybe(into, "description", info.description)
    _maybe(into, "instruction", info.instruction)
    _maybe(into, "web", info.web)
    _maybe(into, "contact", info.contact)
    _named(into, "parameter", info.parameters)
    for resource in info.resources:
        _resource(into, resource)
    for area in info.areas:
        _area(into, area)


def _resource(info: etree._Element, resource: Resource) -> None:
    into = etree.SubElement(info, f"{{{NAMESPACE}}}resource")
    _add(into, "resourceDesc", resource.desc)
    _add(into, "mimeType", resource.mime)
    _maybe(into, "size", "" if resource.size is None else str(resource.size))
    _maybe(into, "uri", resource.uri)
    _maybe(into, "derefUri", resource.inline)
    _maybe(into, "digest", resource.digest)


def _area(info: etree._Element, area: Area) -> None:
    into = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(into, "areaDesc", area.desc)
    _each(into, "polygon", (" ".join(map(_pair, polygon)) for polygon in area.polygons))
    _each(into, "circle", (f"{_pair(one.middle)} {_digits(one.km)}" for one in area.circles))
    _named(into, "geocode", area.geocodes)
    for name, height in (("altitude", area.altitude), ("ceiling", area.ceiling)):
        _maybe(into, name, "" if height is None else f"{height:f}")


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = str(text)


def _maybe(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _each(parent: etree._Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        _add(parent, name, text)


def _named(parent: etree._Element, name: str, rows: Iterable[Named]) -> None:
    for one in rows:
        into = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        _add(into, "valueName", one.name)
        _add(into, "value", one.value)


def _words(words: Iterable[str]) -> str:
    return " ".join(f'"{word}"' if not word or any(map(str.isspace, word)) else word for word in words)


def _pair(point: Point) -> str:
    return f"{_digits(point[0])},{_digits(point[1])}"


def _digits(number: float) -> str:
    return f"{Decimal(repr(number)):f}"
