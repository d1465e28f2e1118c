"""Feeds of messages (Atom or RSS): which messages they name, fetched within the feed's own host alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from nguon.adapters.cap.faults import Fault, NotCap
from nguon.adapters.cap.reading import LARGEST, parsed
from nguon.adapters.radio.faults import RadioFault
from nguon.adapters.radio.rules import checked, further
from nguon.kernel.later import later

if TYPE_CHECKING:
    from nguon.adapters.radio import connecting
else:
    connecting = later("nguon.adapters.radio.connecting")

ATOM = "http://www.w3.org/2005/Atom"
MOST = 200
"""Messages of one feed that are looked at, in its order."""
_KINDS = {
    "",
    "application/cap+xml",
    "application/xml",
    "text/xml",
    "application/common-alerting-protocol+xml",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that a feed names: its address as the feed has it, and what changes when it does."""

    link: str
    mark: str


def entries(data: bytes) -> list[Entry]:
    """This function will return the messages that a feed names, at most MOST. Raises NotCap: feed, or what
    `parsed` raises."""
    root = parsed(data)
    name = etree.QName(root)
    if (name.namespace, name.localname) == (ATOM, "feed"):
        found = [_of_atom(one) for one in root.iterchildren(f"{{{ATOM}}}entry")]
    elif name.localname == "rss" and root.find("channel") is not None:
        found = [_of_rss(one) for one in root.iterfind("channel/item")]
    else:
        raise NotCap(Fault("feed"))
    return [one for one in found if one.link][:MOST]


def _of_atom(entry: etree._Element) -> Entry:
    links = list(entry.iterchildren(f"{{{ATOM}}}link"))
    fit = [
        one for one in links if one.get("rel", "alternate") == "alternate" and one.get("type", "") in _KINDS
    ]
    typed = [one for one in fit if one.get("type") == "application/cap+xml"]
    content = entry.find(f"{{{ATOM}}}content")
    link = next((one.get("href", "") for one in [*typed, *fit]), "")
    if not link and content is not None:
        link = content.get("src", "")
    return Entry(link.strip(), _text(entry, f"{{{ATOM}}}id") + " " + _text(entry, f"{{{ATOM}}}updated"))


def _of_rss(item: etree._Element) -> Entry:
    enclosure = item.find("enclosure")
    link = _text(item, "link")
    if enclosure is not None and enclosure.get("type", "") == "application/cap+xml":
        link = enclosure.get("url", "")
    return Entry(link.strip(), _text(item, "guid") + " " + _text(item, "pubDate"))


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def fetched(url: str, private: Collection[str] = ()) -> bytes:
    """This function will fetch a feed. Raises RadioFault."""
    with connecting.ask(url, checked(url), private) as answer:
        return _whole(answer.whole(LARGEST))


def message(feed: str, link: str, private: Collection[str] = ()) -> bytes:
    """This function will fetch a message that a feed names, from the feed's own host. Raises RadioFault."""
    home = checked(feed)
    with connecting.ask(further(feed, link, home), home, private) as answer:
        return _whole(answer.whole(LARGEST))


def _whole(data: bytes) -> bytes:
    if not data:
        raise RadioFault("ended")
    return data
