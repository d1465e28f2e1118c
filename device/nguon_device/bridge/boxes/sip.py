"""A made-up loudspeaker over IP that is paged by SIP: it answers by itself, and hears RTP."""

import asyncio
import socket
import threading
from typing import Any

from nguon_device.bridge.boxes.listener import RtpBox


class SipBox:
    """A box at a UDP port of 127.0.0.1.

    What it does wrong: `refuses` (a status), `deaf` (no answer), `points` (where it wants the sound).
    """

    def __init__(self) -> None:
        """Switch it on."""
        self.rtp = RtpBox()
        self.calls: list[Any] = []
        self.byes = 0
        self.refuses, self.deaf, self.points = 0, False, "127.0.0.1"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind(("127.0.0.1", 0))
            self.port: int = line.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._run(),), daemon=True
        )
        self._thread.start()
        self._ready.wait(10)

    async def _run(self) -> None:
        from aiosipua import SipUAC, SipUAS  # noqa: PLC0415
        from aiosipua.transport import UdpSipTransport  # noqa: PLC0415

        transport = UdpSipTransport(local_addr=("127.0.0.1", self.port))
        uas = SipUAS(transport, uac=SipUAC(transport))
        uas.on_invite = self._called
        uas.on_bye = lambda *_: self._hung_up()
        await uas.start()
        self._ready.set()
        await self._over.wait()
        await uas.stop()

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
