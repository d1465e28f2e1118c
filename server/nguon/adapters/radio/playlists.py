"""Playlists of stations: HLS (RFC 8216), and the short lists that name one stream (m3u, pls)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nguon.adapters.radio.faults import RadioFault

LARGEST = 256 * 1024
KINDS = frozenset(
    {
        "application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl",
        "audio/x-scpls", "application/pls+xml",
    }
)  # fmt: skip
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)')


@dataclass(frozen=True)
class Playlist:
    """What a media playlist says now: the segments by their numbers, from `first` on."""

    first: int
    segments: tuple[str, ...]
    seconds: float
    start: str | None
    ended: bool


def is_playlist(kind: str, url: str) -> bool:
    """This function will say whether an answer is a playlist, by its kind or its name."""
    return kind in KINDS or url.partition("?")[0].lower().endswith((".m3u8", ".m3u", ".pls"))


def choice(text: str) -> str | None:
    """This function will give the one address that a list of streams leads to: of variants the one that needs
    least of the line, which is enough for a horn; None for a media playlist."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: list[tuple[int, str]] = []
    for at, line in enumerate(lines[:-1]):
        if line.startswith("#EXT-X-STREAM-INF:") and not lines[at + 1].startswith("#"):
            width = attributes(line).get("BANDWIDTH", "")
            found.append((int(width) if width.isdigit() else 0, lines[at + 1]))
    if found:
        return min(found)[1]
    if any(line.startswith(("#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE")) for line in lines):
        return None
    if named := re.search(r"^File1=(.+)$", text, re.M | re.I):
        return named.group(1).strip()
    return next((line for line in lines if not line.startswith(("#", "["))), None)


def read(text: str) -> Playlist:
    """This function will read a media playlist. Raises RadioFault: playlist, encrypted."""
    first, seconds, start, ended, segments = 0, 6.0, None, False, []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#EXT-X-MEDIA-SEQUENCE:"):
            first = _number(line)
        elif line.startswith("#EXT-X-TARGETDURATION:"):
            seconds = max(1.0, min(float(_number(line)), 30.0))
        elif line.startswith("#EXT-X-KEY:") and attributes(line).get("METHOD") != "NONE":
            raise RadioFault("encrypted")
        elif line.startswith("#EXT-X-MAP:"):
            start = attributes(line).get("URI", "").strip('"')
        elif line.startswith("#EXT-X-ENDLIST"):
            ended = True
        elif line and not line.startswith("#"):
            segments.append(line)
    if "#EXTM3U" not in text[:100]:
        raise RadioFault("playlist")
    return Playlist(first, tuple(segments), seconds, start, ended)


def attributes(line: str) -> dict[str, str]:
    """This function will give what stands behind the colon of a tag."""
    return dict(_ATTRIBUTE.findall(line.partition(":")[2]))


def _number(line: str) -> int:
    value = line.partition(":")[2].strip().partition(".")[0]
    if not value.isdigit() or len(value) > 15:
        raise RadioFault("playlist")
    return int(value)
