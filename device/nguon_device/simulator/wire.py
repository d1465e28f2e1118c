"""MQTT 3.1.1 at QoS 0, as bytes: what a loudspeaker says and hears, without a thread or a library for each.

Source: OASIS MQTT 3.1.1, sections 2.2.3 (remaining length), 3.1, 3.3, 3.8, 3.12.
"""

import asyncio
import struct
from collections.abc import Callable, Iterable, Iterator

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK, PINGREQ = 1, 2, 3, 8, 9, 12
MOST_BYTES = 2_000_000
_PING = b"\xc0\x00"
_GOODBYE = b"\xe0\x00"


class Malformed(Exception):
    """The other side does not speak MQTT 3.1.1."""


def packet(kind: int, body: bytes, flags: int = 0) -> bytes:
    """Frame one packet."""
    length, left = bytearray(), len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length.append(digit | 0x80 if left else digit)
        if not left:
            return bytes((kind << 4 | flags,)) + bytes(length) + body


def text(value: str | bytes) -> bytes:
    """Give a length-prefixed string."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(data)) + data


def connect(
    name: str, username: str, password: str, keepalive_s: int, will: tuple[str, bytes] | None = None
) -> bytes:
    """Ask to enter with a clean session; an empty username means that none is given."""
    flags = 0x02 | (0xC0 if username else 0) | (0x04 if will else 0)
    body = text("MQTT") + bytes((4, flags)) + struct.pack(">H", keepalive_s) + text(name)
    if will:
        body += text(will[0]) + text(will[1])
    if username:
        body += text(username) + text(password)
    return packet(CONNECT, body)


def subscribe(topics: Iterable[str]) -> bytes:
    """Ask to hear these topics."""
    return packet(SUBSCRIBE, b"\x00\x01" + b"".join(text(topic) + b"\x00" for topic in topics), 2)


def publish(topic: str, payload: bytes) -> bytes:
    """Say something once."""
    return packet(PUBLISH, text(topic) + payload)


def packets(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the whole packets (kind, body) off the front of the buffer; Malformed when it is no MQTT."""
    while len(buffer) >= 2:
        length = shift = 0
        at = 1
        while True:
            if at >= len(buffer):
                return
            digit = buffer[at]
            length |= (digit & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not digit & 0x80:
                break
            if shift > 21:
                raise Malformed("length")
        if length > MOST_BYTES:
            raise Malformed("length")
        if len(buffer) < at + length:
            return
        kind, body = buffer[0] >> 4, bytes(buffer[at : at + length])
        del buffer[: at + length]
        yield kind, body


def message(body: bytes) -> bytes:
    """Give the payload of a QoS 0 publication."""
    return body[2 + int.from_bytes(body[:2], "big") :]


class Connection(asyncio.Protocol):
    """One connection: enters, subscribes, and calls back. `on_down` comes once, whatever the end is."""

    def __init__(
        self,
        hello: bytes,
        topics: Iterable[str],
        on_up: Callable[[], None],
        on_message: Callable[[bytes], None],
        on_down: Callable[[], None],
    ) -> None:
        self._hello = hello
        self._topics = list(topics)
        self._on_up, self._on_message, self._on_down = on_up, on_message, on_down
        self._buffer = bytearray()
        self._held: list[bytes] | None = None
        self.transport: asyncio.Transport | None = None
        self.up = False
        self._unanswered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._unanswered = False
        self._buffer += data
        try:
            for kind, body in packets(self._buffer):
                self._take(kind, body)
        except Malformed:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self.up, self.transport = False, None
        self._on_down()

    def send(self, data: bytes) -> bool:
        """Hand bytes to the socket; False when there is none that is up."""
        if self.transport is None or not self.up or self.transport.is_closing():
            return False
        if self._held is None:
            self.transport.write(data)
        else:
            self._held.append(data)
        return True

    def hold(self) -> None:
        """Keep what is sent from now on until `let_go`: a few messages cost the socket no more than one."""
        self._held = []

    def let_go(self) -> None:
        """Hand over what was kept."""
        held, self._held = self._held, None
        if held and self.transport is not None:
            self.transport.write(b"".join(held))

    def ping(self) -> None:
        """Say that this end lives; where nothing came back since the last time the other one does not."""
        if self._unanswered:
            self.abort()
        elif self.send(_PING):
            self._unanswered = True

    def goodbye(self) -> None:
        """End cleanly, without the last will."""
        if self.send(_GOODBYE) and self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """End as a power cut does."""
        if self.transport is not None:
            self.transport.abort()

    def _take(self, kind: int, body: bytes) -> None:
        if kind == PUBLISH:
            self._on_message(message(body))
        elif kind == CONNACK:
            if len(body) < 2 or body[1] != 0 or self.transport is None:
                self.abort()
            else:
                self.transport.write(subscribe(self._topics))
        elif kind == SUBACK:
            if 0x80 in body[2:]:
                self.abort()
            elif not self.up:
                self.up = True
                self._on_up()
