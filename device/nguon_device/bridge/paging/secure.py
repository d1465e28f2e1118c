"""SIP over TLS (RFC 3261, 26): one line, opened to the box that is called, on which all of a call is said.

The library speaks TCP and UDP; what it writes is sent here over the one line, with the way named as it is.
"""

import asyncio
import ssl
from contextlib import suppress

from aiosipua import SipMessage, SipRequest, SipResponse
from aiosipua.transport import SipTransport

MOST_HEAD = 16 * 1024
MOST_BODY = 64 * 1024


class SecureTransport(SipTransport):
    """A transport of the library over one line that is open already."""

    reliable = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the line over."""
        own, peer = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
        super().__init__(local_addr=(own[0], own[1]))
        self._peer = (str(peer[0]), int(peer[1]))
        self._reader, self._writer = reader, writer
        self._task: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()
        """The other side has hung up on the line itself."""

    async def start(self) -> None:
        """Begin to hear."""
        self._task = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
        self._writer.close()

    def send(self, message: SipRequest | SipResponse, addr: tuple[str, int]) -> None:
        """Say something, to the one who is there, whatever address the library worked out."""
        if isinstance(message, SipRequest):
            _name_the_way(message, self.local_addr)
        with suppress(OSError, RuntimeError):
            self._writer.write(bytes(message))

    def send_reply(self, response: SipResponse) -> None:
        """Answer on the line on which was asked."""
        self.send(response, self._peer)

    async def _hear(self) -> None:
        try:
            while True:
                message = SipMessage.parse(await _whole(self._reader))
                if self.on_message is not None:
                    self.on_message(message, self._peer)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # it has hung up, or says what is no SIP: with either the line is at its end
        finally:
            self.ended.set()


async def connected(
    host: str, port: int, name: str, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open the line. Raises OSError, of which ssl.SSLError is one."""
    return await asyncio.open_connection(host, port, ssl=context, server_hostname=name, limit=MOST_HEAD)


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """Read one message (RFC 3261, 18.3). Raises ValueError for one without a length, or beyond bounds."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.strip().lower() in {"content-length", "l"}:
            length = int(value.strip())
            break
    else:
        raise ValueError("no length")
    if not 0 <= length <= MOST_BODY:
        raise ValueError("too long")
    return head + await reader.readexactly(length)


def _name_the_way(message: SipRequest, own: tuple[str, int]) -> None:
    vias = message.via
    if vias:
        vias[0].transport = "TLS"
        message.via = vias
    if message.get_header("contact"):
        host = f"[{own[0]}]" if ":" in own[0] else own[0]
        message.set_header("Contact", f"<sip:nguon@{host}:{own[1]};transport=tls>")
