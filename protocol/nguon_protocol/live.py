"""Rule 7: the voice of a live session, cut into segments that are signed one by one.

    seq u64 | len u32 | audio (len bytes) | sig (64 bytes, Ed25519)        integers big-endian

sig is the session key's over "LOALIVE1" | order id (36 letters) | seq | audio. The audio of a segment is Opus
packets (RFC 6716) of 48 kHz, each behind its length as u16, of 2 s together at most. A segment without audio
is the signed end of the session. Nothing here does I/O: bytes in, segments out.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey, Signer

CONTEXT = b"LOALIVE1"
MAX_AUDIO = 65_536
MAX_SEGMENT_US = 2_000_000
_HEAD = struct.Struct(">QI")
_SIGNATURE = 64
_MAX_SEQ = 2**53 - 1
_MAX_PACKET_US = 120_000
_SILK_US = (10_000, 20_000, 40_000, 60_000)
_CELT_US = (2_500, 5_000, 10_000, 20_000)


@dataclass(frozen=True, slots=True)
class Packet:
    """One Opus packet and how long it sounds, in microseconds."""

    data: bytes
    us: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A good segment; `missing` says how many before it never came. Without packets it is the end."""

    seq: int
    packets: tuple[Packet, ...]
    missing: int = 0

    @property
    def is_end(self) -> bool:
        """Say whether the speaker has finished."""
        return not self.packets


@dataclass(frozen=True, slots=True)
class Dropped:
    """What is not heard, and why: replay, signature, audio, ended; long ends the stream itself."""

    seq: int
    reason: str


def length_us(packet: bytes) -> int:
    """Give how long an Opus packet sounds, in microseconds (RFC 6716, 3.1); ProtocolError when it is none."""
    if not packet:
        raise ProtocolError("an empty packet")
    kind, code = packet[0] >> 3, packet[0] & 3
    frame = _SILK_US[kind & (3 if kind < 12 else 1)] if kind < 16 else _CELT_US[kind & 3]
    if code == 3 and len(packet) < 2:
        raise ProtocolError("a packet without its count of frames")
    whole = frame * (1, 2, 2, packet[1] & 63 if code == 3 else 0)[code]
    if not 0 < whole <= _MAX_PACKET_US:
        raise ProtocolError("a packet sounds for up to 120 ms")
    return whole


def unpack(audio: bytes) -> tuple[Packet, ...]:
    """Give the packets of a segment's audio; ProtocolError when it is not whole or longer than 2 s."""
    found, at, us = [], 0, 0
    while at < len(audio):
        size = int.from_bytes(audio[at : at + 2])
        data = audio[at + 2 : at + 2 + size]
        if at + 2 + size > len(audio):
            raise ProtocolError("a packet reaches beyond its segment")
        found.append(Packet(data, length_us(data)))
        us += found[-1].us
        at += 2 + size
    if us > MAX_SEGMENT_US:
        raise ProtocolError("a segment sounds for 2 s at most")
    return tuple(found)


def message(order: str, seq: int, audio: bytes) -> bytes:
    """Give what a segment's signature is over."""
    return CONTEXT + order.encode("ascii") + seq.to_bytes(8) + audio


class SegmentWriter:
    """Signs the segments of one session in their order; `last` is the number of the last one, if any."""

    def __init__(self, order: str, signer: Signer, last: int = 0) -> None:
        self._order = order
        self._signer = signer
        self._seq = last

    def write(self, packets: Sequence[bytes]) -> bytes:
        """Give the next segment of at least one packet; ProtocolError when it is too long."""
        audio = b"".join(len(one).to_bytes(2) + one for one in packets if len(one) < 65_536)
        if len(unpack(audio)) != len(packets) or not packets or len(audio) > MAX_AUDIO:
            raise ProtocolError("a segment has packets, and is of 64 KiB at most")
        return self._sign(audio)

    def end(self) -> bytes:
        """Give the segment that says that the speaker has finished."""
        return self._sign(b"")

    def _sign(self, audio: bytes) -> bytes:
        self._seq += 1
        signature = self._signer.sign(message(self._order, self._seq, audio))
        return _HEAD.pack(self._seq, len(audio)) + audio + signature


class SegmentReader:
    """Reads one session's stream, whoever carried it. Holds one segment in memory at most, and what is fed.

    After a stream has broken off, `begin_again` and feed the next one: what was heard is not heard again.
    """

    def __init__(self, order: str, session: PublicKey) -> None:
        self._order = order
        self._session = session
        self._pending = bytearray()
        self.last = 0
        """The number of the last good segment."""
        self.ended = False
        """The speaker has finished."""
        self.broken = False
        """Nothing more can be read from this stream."""

    def begin_again(self) -> None:
        """Read another stream of the same session from its beginning."""
        self._pending.clear()
        self.broken = False

    def feed(self, data: bytes) -> Iterator[Segment | Dropped]:
        """Take bytes as they come and give what they complete, in order."""
        self._pending += data
        while len(self._pending) >= _HEAD.size and not self.broken:
            seq, size = _HEAD.unpack_from(self._pending)
            whole = _HEAD.size + size + _SIGNATURE
            if size > MAX_AUDIO:
                self.broken = True
                yield Dropped(seq, "long")
            elif len(self._pending) < whole:
                return
            else:
                audio = bytes(self._pending[_HEAD.size : _HEAD.size + size])
                signature = bytes(self._pending[_HEAD.size + size : whole])
                del self._pending[:whole]
                yield self._judge(seq, audio, signature)
        if self.broken:
            self._pending.clear()

    def _judge(self, seq: int, audio: bytes, signature: bytes) -> Segment | Dropped:
        if self.ended:
            return Dropped(seq, "ended")
        if not self.last < seq <= _MAX_SEQ:
            return Dropped(seq, "replay")
        if not self._session.verify(signature, message(self._order, seq, audio)):
            return Dropped(seq, "signature")
        try:
            packets = unpack(audio)
        except ProtocolError:
            return Dropped(seq, "audio")
        missing, self.last = max(0, seq - self.last - 1) if self.last else 0, seq
        self.ended = not packets
        return Segment(seq, packets, missing)
