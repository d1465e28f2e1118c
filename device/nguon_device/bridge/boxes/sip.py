"""A made-up loudspeaker over IP that is paged by SIP: it answers by itself, and hears RTP."""

import asyncio
import socket
import ssl
import threading
from typing import Any

from nguon_device.bridge.boxes.listener import RtpBox
from nguon_device.bridge.paging.callee import unless_known


def free_port() -> int:
    """Give a port that nobody has at this moment."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


async def _carried(
    inner: tuple[str, int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Carry what is said over TLS to the library, which speaks TCP, and back."""
    there, back = await asyncio.open_connection(*inner)
    await asyncio.gather(_pumped(reader, back), _pumped(there, writer))


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(4096):
            writer.write(data)
    except OSError:
        pass
    finally:
        writer.close()


class SipBox:
    """A box at a UDP port of 127.0.0.1.

    What it does wrong: `refuses` (a status), `deaf` (no answer), `points` (where it wants the sound).
    """

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Switch it on; with `tls` it speaks SIP over that alone."""
        self._tls = tls
        self.rtp = RtpBox()
        self.calls: list[Any] = []
        self.byes = 0
        self.refuses, self.deaf, self.points = 0, False, "127.0.0.1"
        self.port = port or free_port()
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(unless_known)
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._run(),), daemon=True
        )
        self._thread.start()
        self._ready.wait(10)

    async def _run(self) -> None:
        from aiosipua import SipUAC, SipUAS  # noqa: PLC0415
        from aiosipua.transport import TcpSipTransport, UdpSipTransport  # noqa: PLC0415

        transport: Any = UdpSipTransport(local_addr=("127.0.0.1", self.port))
        front = None
        if self._tls is not None:
            transport = TcpSipTransport(local_addr=("127.0.0.1", free_port()))
            front = await asyncio.start_server(
                lambda *line: _carried(transport.local_addr, *line), "127.0.0.1", self.port, ssl=self._tls
            )
        uas = SipUAS(transport, uac=SipUAC(transport))
        uas.on_invite = self._called
        uas.on_bye = lambda *_: self._hung_up()
        await uas.start()
        self._ready.set()
        await self._over.wait()
        if front is not None:
            front.close()
        await uas.stop()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0.05)  # in which the lines are closed

    def _called(self, call: Any) -> None:
        from aiosipua import build_sdp  # noqa: PLC0415

        self.calls.append(call)
        if self.refuses:
            call.reject(self.refuses)
        elif not self.deaf:
            kind = int(call.sdp_offer.audio.formats[0])
            call.accept(build_sdp(self.points, self.rtp.port, kind, {0: "PCMU", 8: "PCMA"}[kind]))

    def _hung_up(self) -> None:
        self.byes += 1

    def close(self) -> None:
        """Switch it off."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)
        self._loop.close()
        self.rtp.close()
