"""Sounds and files for the tests, made here."""

import io
import math
import struct
import wave
from array import array
from pathlib import Path

import av

RATE = 48_000


def tone(seconds: float, *, hertz: float = 440, level: float = 0.3, rate: int = RATE) -> bytes:
    """This function will give a sine as mono 16-bit samples."""
    count = round(seconds * rate)
    step = 2 * math.pi * hertz / rate
    return array("h", [round(level * 32767 * math.sin(step * i)) for i in range(count)]).tobytes()


def wav(path: Path, pcm: bytes, *, rate: int = RATE, channels: int = 1) -> Path:
    """This function will write samples as a wav file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path


def encoded(
    path: Path, codec: str, container: str, *, seconds: float = 3, rate: int = 44100, **also: bool
) -> Path:
    """This function will write a stereo tone in a codec, with a moving picture beside it if `video`."""
    source = wav(path.with_suffix(".source.wav"), tone(seconds, rate=rate), rate=rate)
    with av.open(str(source)) as tape, av.open(str(path), "w", format=container) as out:
        stream = _stream(out, codec, rate) if also.get("sound", True) else None
        if also.get("video"):
            _picture(out)
        if stream:
            for frame in tape.decode(audio=0):
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return path


def _stream(out: av.container.OutputContainer, codec: str, rate: int) -> av.AudioStream:
    stream = out.add_stream(codec, rate=rate, layout="stereo")
    assert isinstance(stream, av.AudioStream)
    return stream


def _picture(out: av.container.OutputContainer) -> None:
    stream = out.add_stream("mpeg4", rate=25)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    for number in range(10):
        frame = av.VideoFrame(64, 64, "yuv420p")
        frame.pts = number
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def claims_ten_hours(path: Path) -> Path:
    """This function will write a sparse wav file of ten hours of 8-bit silence."""
    size = 8000 * 36_000
    head = (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    )
    with path.open("wb") as file:
        file.write(head + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
    return path


def seconds_of(data: bytes) -> float:
    """This function will decode an encoded sound and tell how long it is."""
    with av.open(io.BytesIO(data), mode="r") as container:
        return sum((frame.samples / frame.sample_rate for frame in container.decode(audio=0)), 0.0)
