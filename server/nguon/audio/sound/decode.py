"""Decoding what somebody sent: only containers and codecs of sound, only the bytes we were handed.

Runs inside the sandboxed child.  FFmpeg's own lists close the known ways out of a file (a playlist that names
other files or addresses, a concat script, data references in a movie); the child's limits close the unknown.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer

from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import RATE, SAMPLE, through

FORMATS = "mp3,wav,mov,mp4,m4a,3gp,3g2,mj2,ogg,flac,matroska,webm"
CODECS = (
    "mp3,mp3float,aac,aac_fixed,alac,flac,opus,libopus,vorbis,libvorbis,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,"
    "pcm_f64le,pcm_u8,pcm_s16be,pcm_s24be,pcm_alaw,pcm_mulaw,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,mp2,mp2float"
)
CLEANED = [("highpass", "frequency=20")]  # what a cheap sound card adds and nobody hears: a constant
OVER_FULL = 100.0  # times full scale; above it a decoder's numbers mean nothing
LONGEST = 60 * 60  # seconds
MOST_BROKEN = 0.01  # share of packets that may be unreadable
STREAMED = 0x7FFFFFFF  # and above: a wav written without knowing its length
LEAST_PRESENT = 0.97  # share of the declared duration that must be there


def decode(source: BinaryIO, pcm: BinaryIO) -> float:
    """This function will write the sound as mono 16-bit 48 kHz to `pcm` and return its seconds.

    Raises SoundFault: unreadable, no_sound, too_long, broken, truncated.
    """
    declared_whole = _has_trustworthy_duration(source)
    if _ends_early(source):
        raise SoundFault("truncated")
    try:
        container = av.open(
            source,
            mode="r",
            options={"format_whitelist": FORMATS, "codec_whitelist": CODECS, "protocol_whitelist": "none"},
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SoundFault("unreadable") from error
    with container:
        if not container.streams.audio:
            raise SoundFault("no_sound")
        declared = (container.duration or 0) / 1_000_000
        if declared > LONGEST:
            raise SoundFault("too_long")
        samples = _copy(container, pcm)
        if container.format.name.startswith("mov"):
            samples = _without_padding(pcm, samples, declared)
    seconds = samples / RATE
    if not samples:
        raise SoundFault("unreadable")
    if declared_whole and declared - seconds > max(0.5, declared * (1 - LEAST_PRESENT)):
        raise SoundFault("truncated")
    return seconds


def _has_trustworthy_duration(source: BinaryIO) -> bool:
    """Without a Xing header FFmpeg guesses an mp3's duration from its first frames."""
    head = source.read(1 << 16)
    source.seek(0)
    is_mp3 = head[:3] == b"ID3" or head[:1] == b"\xff"
    return not is_mp3 or b"Xing" in head or b"Info" in head


def _ends_early(source: BinaryIO) -> bool:
    """A wav or ogg file that says how long it is, and is shorter: FFmpeg would go by what is there."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    head = source.read(12)
    source.seek(max(0, size - (1 << 17)))
    tail = source.read()
    source.seek(0)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        told = int.from_bytes(head[4:8], "little") + 8
        return size + 1 < told < STREAMED
    last = tail.rfind(b"OggS")
    if head[:4] != b"OggS" or last < 0:
        return False
    page = tail[last:]
    table = page[27 : 27 + page[26]] if len(page) > 27 else b""
    return len(page) < 28 or len(page) < 27 + page[26] + sum(table)


def _without_padding(pcm: BinaryIO, samples: int, declared: float) -> int:
    """AAC fills its last frame; the movie's edit list knows where the sound really ends."""
    end = round(declared * RATE)
    if 0 < samples - end < RATE // 10:
        pcm.seek(end * SAMPLE)
        pcm.truncate()
        return end
    return samples


def _copy(container: InputContainer, pcm: BinaryIO) -> int:
    samples = 0
    for plain in through(CLEANED, _plain(container), RATE):
        pcm.write(bytes(plain.planes[0])[: plain.samples * SAMPLE])
        samples += plain.samples
        if samples > LONGEST * RATE:
            raise SoundFault("too_long")
    return samples


def _plain(container: InputContainer) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    at = 0
    for frame in chain(map(_finite, _frames(container)), [None]):
        if frame is not None:
            frame.pts = None
        for plain in resampler.resample(frame):
            plain.pts, plain.time_base = at, Fraction(1, RATE)
            at += plain.samples
            yield plain


def _finite(frame: av.AudioFrame) -> av.AudioFrame:
    """Numbers that are none, and numbers far above full scale, would become one loud constant."""
    if frame.format.name.removesuffix("p") not in {"flt", "dbl"}:
        return frame
    samples = frame.to_ndarray()
    if np.isfinite(samples).all() and np.abs(samples).max(initial=0) < OVER_FULL:
        return frame
    held = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    made = av.AudioFrame.from_ndarray(held, format=frame.format.name, layout=frame.layout.name)
    made.sample_rate = frame.sample_rate
    return made


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    stream = container.streams.audio[0]
    packets = broken = 0
    demuxed = container.demux(stream)
    while True:
        try:
            packet = next(demuxed, None)
        except (av.FFmpegError, OSError) as error:
            raise SoundFault("broken") from error
        if packet is None:
            break
        packets += 1
        try:
            yield from packet.decode()
        except av.FFmpegError:
            broken += 1
    if broken > max(2, packets * MOST_BROKEN):
        raise SoundFault("broken")
