"""From the microphone's samples to the Opus packets of LSP-1, and from them to a file for any player."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nguon.kernel.later import later
from nguon_protocol.live import Packet, unpack

if TYPE_CHECKING:
    import av
else:
    av = later("av")

RATE = 48_000
RATES = range(8_000, 192_001)
FRAME = 960
"""Samples of one packet: 20 ms."""
BIT_RATE = 32_000
PACKETS_A_SEGMENT = 50
"""One second; loudspeakers take two."""


class Encoder:
    """Makes packets of 20 ms from samples of one rate as they come; what is left over waits for the next."""

    def __init__(self, rate: int) -> None:
        """This function will begin for mono samples of 16 bits at `rate` Hz."""
        self.rate = rate
        self._in = 0
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        self._fifo = av.AudioFifo()
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate, self._codec.layout, self._codec.format = RATE, "mono", "s16"
        self._codec.bit_rate = BIT_RATE
        self._codec.time_base = Fraction(1, RATE)
        self._codec.options = {"application": "voip", "frame_duration": "20", "compression_level": "5"}
        self._codec.open()

    def packets(self, pcm: bytes) -> list[bytes]:
        """This function will give the packets that are whole now."""
        if pcm:
            frame = av.AudioFrame("s16", "mono", len(pcm) // 2)
            frame.sample_rate, frame.pts, frame.time_base = self.rate, self._in, Fraction(1, self.rate)
            frame.planes[0].update(pcm)
            self._in += frame.samples
            for plain in self._resampler.resample(frame):
                plain.pts = None
                self._fifo.write(plain)
        found: list[bytes] = []
        while (part := self._fifo.read(FRAME)) is not None:
            found += [bytes(packet) for packet in self._codec.encode(part)]
        return found


def groups(packets: list[bytes]) -> Iterator[bytes]:
    """This function will give the audio of segments: each packet behind its length as u16, a second each."""
    for at in range(0, len(packets), PACKETS_A_SEGMENT):
        yield b"".join(len(one).to_bytes(2) + one for one in packets[at : at + PACKETS_A_SEGMENT])


def ogg_of(audio: Iterable[bytes]) -> tuple[bytes, int]:
    """This function will put the audio of segments into an Ogg file, sample for sample as it was sent, and
    give it with its length in ms. Nothing is encoded anew."""
    packets = [packet for one in audio for packet in unpack(one)]
    out = io.BytesIO()
    with av.open(out, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        container.start_encoding()
        at = 0
        for one in packets:
            container.mux(_packet(one, stream, at))
            at += one.us * RATE // 1_000_000
    return out.getvalue(), at * 1000 // RATE


def _packet(one: Packet, stream: av.AudioStream, at: int) -> av.Packet[Any]:
    packet = av.Packet(one.data)
    packet.stream, packet.pts, packet.dts = stream, at, at
    packet.time_base = Fraction(1, RATE)
    packet.duration = one.us * RATE // 1_000_000
    return packet
