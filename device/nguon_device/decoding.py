"""From a verified file to sound: PyAV, 48 kHz, one channel, 16 bits, at a volume."""

from collections.abc import Iterator
from pathlib import Path

RATE = 48_000
BYTES_PER_MS = RATE * 2 // 1000
_FORMATS = {
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
}


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
