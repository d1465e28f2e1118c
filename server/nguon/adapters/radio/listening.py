"""The sound of a station as its bytes come, whatever kind of station it is; titles never get among them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from nguon.adapters.radio import playlists
from nguon.adapters.radio.faults import RadioFault
from nguon.adapters.radio.rules import checked, further
from nguon.kernel.later import later

if TYPE_CHECKING:
    from nguon.adapters.radio import connecting
else:
    connecting = later("nguon.adapters.radio.connecting")

MOST_LISTS = 4
"""So many lists may lead to one another before there is a sound."""
LARGEST_SEGMENT = 24 << 20
BEHIND = 3
"""Segments: who begins to listen begins so far behind the newest (RFC 8216, 6.3.3)."""


def listen(url: str, stop: threading.Event, private: Collection[str] = ()) -> Iterator[bytes]:
    """This function will give the encoded sound of a station until `stop` is set, as fast as it is taken.

    Raises RadioFault; `ended` when the station itself stops sending.
    """
    home = checked(url)
    for _ in range(MOST_LISTS):
        with connecting.ask(url, home, private) as answer:
            if not playlists.is_playlist(answer.kind, answer.url):
                yield from _stream(answer, stop)
                raise RadioFault("ended")
            text = _text(answer)
            said = playlists.choice(text)
            if said is None:
                last = answer.url
                break
            url = further(answer.url, said, home)
    else:
        raise RadioFault("playlist")
    yield from _segments(last, text, home, stop, private)
    raise RadioFault("ended")


def _text(answer: connecting.Answer) -> str:
    return answer.whole(playlists.LARGEST).decode("utf-8", "replace")


def _stream(answer: connecting.Answer, stop: threading.Event) -> Iterator[bytes]:
    every = answer.headers.get("icy-metaint", "")
    blocks = answer.blocks()
    if every.isdigit() and 0 < int(every) < 1 << 24:
        blocks = without_titles(blocks, int(every))
    for block in blocks:
        if stop.is_set():
            return
        yield block


def without_titles(blocks: Iterator[bytes], every: int) -> Iterator[bytes]:
    """This function will take out what Icecast puts in after each `every` bytes of sound: a length in
    sixteens and a title. Also where nobody asked for it."""
    sound, title = every, -1  # bytes of sound to come; bytes of title to come, -1: none begun
    for block in blocks:
        at, clean = 0, bytearray()
        while at < len(block):
            if sound:
                part = block[at : at + sound]
                clean += part
                sound -= len(part)
                at += len(part)
            elif title < 0:
                title = 16 * block[at]
                at += 1
            else:
                skipped = min(title, len(block) - at)
                title -= skipped
                at += skipped
            if not sound and title == 0:
                sound, title = every, -1
        if clean:
            yield bytes(clean)


def _segments(
    url: str, text: str, home: SplitResult, stop: threading.Event, private: Collection[str]
) -> Iterator[bytes]:
    """Follow a live playlist: each segment once, in its order."""
    following: int | None = None
    start: str | None = None
    unchanged = 0
    while not stop.is_set():
        now = playlists.read(text)
        if following is None or not now.first <= following <= now.first + len(now.segments):
            following = now.first + (0 if now.ended else max(0, len(now.segments) - BEHIND))
        fresh = now.segments[following - now.first :]
        unchanged = 0 if fresh else unchanged + 1
        for said in fresh:
            if now.start and now.start != start:
                start = now.start
                yield _whole(further(url, start, home), home, private)
            following += 1
            yield _whole(further(url, said, home), home, private)
            if stop.is_set():
                return
        if now.ended or unchanged > 20:
            return
        stop.wait(now.seconds / 2)
        with connecting.ask(url, home, private) as answer:
            text = _text(answer)


def _whole(url: str, home: SplitResult, private: Collection[str]) -> bytes:
    with connecting.ask(url, home, private) as answer:
        return answer.whole(LARGEST_SEGMENT)
