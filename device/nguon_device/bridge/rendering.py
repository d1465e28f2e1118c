"""A verified sound as a file that old boxes can play: MP3 or WAV, at the signed loudness."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nguon_device.decoding import RATE, samples
from nguon_device.ports import Playing
from nguon_device.sinks.wav import wav_header

BIT_RATE = 64_000
MOST_MS = 3 * 3_600_000
"""A box is given three hours at a time at most: a wrong length is not to fill the disk."""
KINDS = {"mp3": "audio/mpeg", "wav": "audio/wav"}
_FRAME = 1152


def render(playing: Playing, path: Path, kind: str = "mp3") -> None:
    """Write the sound of `playing` into a file. Raises what decoding raises; a half file is never left."""
    fresh = path.with_suffix(".new")
    try:
        if kind == "wav":
            _wav(playing, fresh)
        else:
            _mp3(samples(playing), fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _wav(playing: Playing, path: Path) -> None:
    with path.open("wb") as file:
        file.write(wav_header(0))
        for block in samples(playing):
            file.write(block)
        size = file.tell() - 44
        file.seek(0)
        file.write(wav_header(size))


def _mp3(blocks: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        for data in encoded(blocks, "libmp3lame"):
            file.write(data)


def encoded(blocks: Iterator[bytes], codec: str, rate: int = RATE, frame: int = _FRAME) -> Iterator[bytes]:
    """Encode blocks of samples (16 bits, 48 kHz, mono) as they come; each packet of the codec by itself."""
    import av  # noqa: PLC0415  25 MB that a bridge needs only when it plays

    # av types each codec's context by its kind; this one is of sound.
    context: Any = av.CodecContext.create(codec, "w")
    context.sample_rate, context.layout, context.format = rate, "mono", "s16p"
    context.bit_rate = BIT_RATE
    context.open()
    shape = av.AudioResampler(format=context.format.name, layout="mono", rate=rate, frame_size=frame)
    at = 0
    for block in blocks:
        if not block:
            continue
        one = av.AudioFrame("s16", "mono", len(block) // 2)
        one.sample_rate, one.pts = RATE, at
        at += one.samples
        one.planes[0].update(block)
        for shaped in shape.resample(one):
            yield from (bytes(packet) for packet in context.encode(shaped))
    for shaped in shape.resample(None):
        yield from (bytes(packet) for packet in context.encode(shaped))
    yield from (bytes(packet) for packet in context.encode(None))
