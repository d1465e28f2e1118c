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
_SAMPLES = {"libmp3lame": "s16p"}


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
    encoder = Encoder("libmp3lame")
    with path.open("wb") as file:
        for block in blocks:
            file.writelines(encoder.put(block))
        file.writelines(encoder.finish())


class Encoder:
    """Encodes samples (16 bits, 48 kHz, mono) as they come; gives each packet of the codec by itself."""

    def __init__(self, codec: str, rate: int = RATE, frame: int = _FRAME) -> None:
        """Begin: `rate` in Hz and `frame` in samples are those of the packets."""
        import av  # noqa: PLC0415  25 MB that a bridge needs only when it plays

        self._av: Any = av
        # av types each codec's context by its kind; this one is of sound.
        self._context: Any = self._av.CodecContext.create(codec, "w")
        self._context.sample_rate, self._context.layout = rate, "mono"
        self._context.format = _SAMPLES.get(codec, "s16")
        if codec.startswith("lib"):
            self._context.bit_rate = BIT_RATE
        self._context.open()
        self._shape: Any = self._av.AudioResampler(
            format=self._context.format.name, layout="mono", rate=rate, frame_size=frame
        )
        self._at = 0

    def put(self, block: bytes) -> Iterator[bytes]:
        """Give the packets that are complete with this block."""
        if not block:
            return
        one = self._av.AudioFrame("s16", "mono", len(block) // 2)
        one.sample_rate, one.pts = RATE, self._at
        self._at += one.samples
        one.planes[0].update(block)
        for shaped in self._shape.resample(one):
            yield from (bytes(packet) for packet in self._context.encode(shaped))

    def finish(self) -> Iterator[bytes]:
        """Give what is left."""
        for shaped in self._shape.resample(None):
            yield from (bytes(packet) for packet in self._context.encode(shaped))
        yield from (bytes(packet) for packet in self._context.encode(None))
