"""From a verified file to sound: PyAV, 48 kHz, one channel, 16 bits, at a volume."""

import sys
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nguon_device.feed import Feed
from nguon_device.ports import Playing

RATE = 48_000
BYTES_PER_MS = RATE * 2 // 1000
SILENCE_MS = 10
_FORMATS = {
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
}

SUFFIXES = {
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
}


class WordsMissing(Exception):
    """Of an alert only the stored sounds could be heard; its own words never came."""


def samples(playing: Playing) -> Iterator[bytes]:
    """Decode all that is to be heard: one file, or stored sounds and a file, repeated, for dur_ms at most.

    While the file is still on its way the stored sounds are heard again; that costs no repetition. Raises
    what `pcm` raises, and WordsMissing at the end when the file never came.
    """
    if playing.feed is not None:
        yield from voice(playing.feed, playing.volume)
        return
    if not playing.before:
        yield from pcm(playing.path, playing.mime, playing.offset_ms, playing.volume)
        return
    skip, end, at, words = playing.offset_ms * BYTES_PER_MS, playing.dur_ms * BYTES_PER_MS, 0, False
    for block, is_words in _rounds(playing):
        words = words or is_words
        heard = block[: end - at]
        unheard = max(0, skip - at)
        at += len(heard)
        if unheard < len(heard):
            yield heard[unheard:]
        if at >= end:
            break
    if playing.has_file and not words:
        raise WordsMissing


def voice(feed: Feed, volume: int) -> Iterator[bytes]:
    """Decode a live session as it comes, with silence where there is nothing or what cannot be decoded."""
    import av  # noqa: PLC0415
    from av.error import FFmpegError  # noqa: PLC0415

    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"
    feed.silence_ms = 0
    while not feed.over:
        packet, found = feed.take(), b""
        if packet is not None:
            with suppress(FFmpegError):
                frames = decoder.decode(av.Packet(packet.data))
                found = b"".join(bytes(one.planes[0])[: one.samples * 2] for one in frames)
        if not found:
            feed.silence_ms += SILENCE_MS
        yield _at_volume(found, volume) if found else bytes(SILENCE_MS * BYTES_PER_MS)


def _at_volume(block: bytes, volume: int) -> bytes:
    """Make samples (16 bits, little-endian) quieter; array is native, so a big-endian machine swaps."""
    samples = array("h", block)
    if sys.byteorder == "big":
        samples.byteswap()
    quieter = array("h", (one * volume // 100 for one in samples))
    if sys.byteorder == "big":
        quieter.byteswap()
    return quieter.tobytes()


def _rounds(playing: Playing) -> Iterator[tuple[bytes, bool]]:
    """Give the blocks of every repetition, and whether they are of the file itself."""
    done, some = 0, True
    while done < playing.repeat and some:
        some = False
        words = playing.path if playing.has_file and playing.path.exists() else None
        for path, mime in [(one, SUFFIXES[one.suffix]) for one in playing.before]:
            try:
                for block in pcm(path, mime, 0, playing.volume):
                    some = True
                    yield block, False
            except Exception:  # av raises many kinds; a spoiled siren must not keep the words away
                if playing.strict:
                    raise
        if words is not None:
            for block in pcm(words, playing.mime, 0, playing.volume):
                some = True
                yield block, True
        done += words is not None or not playing.has_file


def pcm(path: Path, mime: str, offset_ms: int, volume: int) -> Iterator[bytes]:
    """Decode a file from offset_ms on into blocks of 16-bit samples (little-endian) at volume/100 of full.

    Reads the container that the signed document names and nothing else: no playlist, no address. Raises
    av.FFmpegError for a file that cannot be decoded.
    """
    import av  # noqa: PLC0415  25 MB and 70 ms that a loudspeaker needs only when it plays
    from av.filter import Graph  # noqa: PLC0415

    kind = _FORMATS.get(mime.partition(";")[0].strip())
    skip = offset_ms * BYTES_PER_MS
    with av.open(str(path), format=kind, options={"protocol_whitelist": "file"}) as container:
        stream = container.streams.audio[0]
        graph = Graph()
        source = graph.add_abuffer(template=stream)
        loudness = graph.add("volume", f"volume={volume / 100:.4f}")
        shape = graph.add("aformat", f"sample_fmts=s16:sample_rates={RATE}:channel_layouts=mono")
        sink = graph.add("abuffersink")
        source.link_to(loudness)
        loudness.link_to(shape)
        shape.link_to(sink)
        graph.configure()
        for block in _pulled(container.decode(stream), graph):
            if skip >= len(block):
                skip -= len(block)
            else:
                yield block[skip:]
                skip = 0


def _pulled(frames: Iterator[object], graph: object) -> Iterator[bytes]:
    from av.error import BlockingIOError as NothingYet  # noqa: PLC0415
    from av.error import EOFError as NothingMore  # noqa: PLC0415

    def drain() -> Iterator[bytes]:
        while True:
            try:
                frame = graph.pull()  # type: ignore[attr-defined]
            except (NothingYet, NothingMore):
                return
            yield bytes(frame.planes[0])[: frame.samples * 2]

    for frame in frames:
        graph.push(frame)  # type: ignore[attr-defined]
        yield from drain()
    graph.push(None)  # type: ignore[attr-defined]
    yield from drain()
