"""RTP (RFC 3550) as loudspeakers over IP listen to it: G.711, L16 or Opus, by unicast or multicast.

Written here, as a packet is twelve bytes and a sound; PyAV encodes. No RTCP is sent: receivers of paging ask
for none. `sip` calls who must be called first.
"""

import ipaddress
import random
import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.reaching import Address, Reach
from nguon_device.bridge.rendering import Encoder

PACKET_MS = 20


@dataclass(frozen=True, slots=True)
class Codec:
    """How a sound is written into packets (RFC 3551; Opus: RFC 7587). `step`: ticks of 20 ms."""

    payload_type: int
    name: str
    rate: int
    step: int
    encoding: str


CODECS = {
    "pcmu": Codec(0, "pcm_mulaw", 8000, 160, "PCMU/8000"),
    "pcma": Codec(8, "pcm_alaw", 8000, 160, "PCMA/8000"),
    "l16": Codec(97, "pcm_s16be", 48_000, 960, "L16/48000/1"),
    "opus": Codec(96, "libopus", 48_000, 960, "opus/48000/2"),
}


class Packets:
    """Numbers what is sent: sequence and time begin at random, and go on from sound to sound."""

    def __init__(self, codec: Codec, rng: random.Random) -> None:
        """Choose who we are."""
        self._codec = codec
        self._sequence = rng.getrandbits(16)
        self._time = rng.getrandbits(32)
        self._source = rng.getrandbits(32)

    def next(self, payload: bytes, *, first: bool) -> bytes:
        """Give one packet; `first` of a sound after silence carries the marker (RFC 3551, 4.1)."""
        kind = self._codec.payload_type | (0x80 if first else 0)
        header = struct.pack("!BBHII", 0x80, kind, self._sequence, self._time, self._source)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._time = (self._time + self._codec.step) & 0xFFFFFFFF
        return header + payload


class Sender:
    """A UDP socket to one address; ours may be reached only where the operator named the network."""

    def __init__(self, address: Address, reach: Reach, ttl: int, interface: str = "") -> None:
        """Open it; a group is spoken to by the `interface` with this address of ours, else by the usual one.
        Raises FarFault: address, private, unreachable, settings."""
        if not address.port:
            raise FarFault("address")
        self._to = (reach.resolve(address.host, address.port), address.port)
        family = socket.AF_INET6 if ":" in self._to[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        if ipaddress.ip_address(self._to[0]).is_multicast and family == socket.AF_INET:
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
            self._speak_by(interface)

    def _speak_by(self, interface: str) -> None:
        if not interface:
            return
        try:
            own = socket.inet_pton(socket.AF_INET, interface)
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        except OSError:
            self._socket.close()
            raise FarFault("settings", f"interface {interface}") from None

    def send(self, packet: bytes) -> None:
        """Send one packet. Raises OSError when the network is gone."""
        try:
            self._socket.sendto(packet, self._to)
        except BlockingIOError:
            return  # the machine's own buffer is full: a packet is lost, as on any network

    def close(self) -> None:
        """Close it."""
        self._socket.close()


class Sends(Protocol):
    """Where packets go."""

    def send(self, packet: bytes) -> None:
        """Send one packet. Raises OSError when nobody can hear it any more."""


class RtpOutput:
    """Takes samples in real time and sends packets of 20 ms."""

    paced = False

    def __init__(self, sender: Sends, packets: Packets, codec: Codec) -> None:
        """Begin a sound."""
        self._sender, self._packets = sender, packets
        self._encoder = Encoder(codec.name, codec.rate, codec.rate * PACKET_MS // 1000)
        self._first = True

    def begin(self, at: float) -> None:
        """The sound begins."""

    def write(self, samples: bytes) -> None:
        """Take one block."""
        for payload in self._encoder.put(samples):
            self._sender.send(self._packets.next(payload, first=self._first))
            self._first = False

    def close(self, complete: bool) -> None:
        """Send the end of a sound that came to its end."""
        if complete:
            for payload in self._encoder.finish():
                self._sender.send(self._packets.next(payload, first=False))


def describe(address: Address, codec: Codec) -> str:
    """Give the session description (SDP, RFC 8866) that a receiver is configured with."""
    kind = "IP6" if ":" in address.host else "IP4"
    return (
        f"v=0\r\no=- 0 0 IN {kind} {address.host}\r\ns=Nguon\r\nc=IN {kind} {address.host}\r\nt=0 0\r\n"
        f"m=audio {address.port} RTP/AVP {codec.payload_type}\r\n"
        f"a=rtpmap:{codec.payload_type} {codec.encoding}\r\na=ptime:{PACKET_MS}\r\n"
    )
