"""Paging by SIP (RFC 3261): a loudspeaker over IP is called, answers by itself, hears RTP, and is hung up on.

aiosipua speaks SIP, over TLS by `secure`; the sound goes out by `rtp`. A call lives as long as its sound:
there is no registration, nothing is answered here, and a box that calls the bridge is sent away.
"""

import asyncio
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.paging.callee import Callee, unless_known
from nguon_device.bridge.paging.rtp import PACKET_MS, Packets, RtpOutput
from nguon_device.ports import Playing

AGAIN_S = (0.5, 1.0, 2.0)
"""Between two askings over UDP (RFC 3261, 17.1.1.2); after the last one its seconds are waited out."""
BYE_S = 0.5


class Call(threading.Thread):
    """One call, on a loop of its own; `answered` waits for the box, `hang_up` ends it whatever it does."""

    def __init__(self, callee: Callee) -> None:
        """Begin to call."""
        super().__init__(name="sip call", daemon=True)
        self._callee = callee
        family = socket.AF_INET6 if ":" in callee.host else socket.AF_INET
        self.sound = socket.socket(family, socket.SOCK_DGRAM)
        self.sound.setblocking(False)
        self.sound.bind((_own_address(callee, family), 0))
        self._settled = threading.Event()
        self._fault: FarFault | None = None
        self._to: tuple[str, int] | None = None
        self._ending = threading.Event()
        self.gone = False
        self.start()

    def answered(self) -> tuple[str, int]:
        """Wait for the answer, and give where the sound goes. Raises FarFault."""
        if not self._settled.wait(self._callee.seconds + 2):
            raise FarFault("slow")
        if self._fault is not None or self._to is None:
            raise self._fault or FarFault("fault")
        return self._to

    def hang_up(self) -> None:
        """End the call; nobody waits for it."""
        self._ending.set()

    def run(self) -> None:
        """Call, wait for the end, hang up."""
        try:
            asyncio.run(self._call())
        except FarFault as fault:
            self._fault = fault
        except OSError:
            self._fault = FarFault("unreachable")
        except Exception as error:  # whatever the other side sent: the call is over, and no more than that
            self._fault = FarFault("rubbish", type(error).__name__)
        finally:
            self.gone = True
            self._settled.set()
            self.sound.close()

    async def _call(self) -> None:
        from aiosipua import SipDigestAuth, SipUAC, SipUAS, build_sdp  # noqa: PLC0415  60 ms on this thread

        asyncio.get_running_loop().set_exception_handler(unless_known)
        one, (own, port) = self._callee, self.sound.getsockname()[:2]
        transport = await self._line(own)
        uac = SipUAC(transport)
        uas = SipUAS(transport, uac=uac, user_agent="Nguon")
        uas.on_invite = lambda call: call.reject(486)
        uas.on_bye = lambda *_: self._over()
        await uas.start()
        codec = one.codec.encoding.partition("/")[0]
        offer = build_sdp(own, port, one.codec.payload_type, codec, dtmf_payload_type=0, ptime=PACKET_MS)
        login = SipDigestAuth(one.username, one.password) if one.username else None
        try:
            call = uac.send_invite(
                f"sip:nguon@{own}", one.uri, (one.host, one.port), offer, extra_headers=one.headers,
                user_agent="Nguon", auth=login,
            )  # fmt: skip
            try:
                await self._wait(call)
                self._to = self._where(call)
                self._settled.set()
                ended = getattr(transport, "ended", self._ending)
                while not self._ending.is_set() and not self.gone:
                    await asyncio.sleep(0.02)
                    self.gone |= ended is not self._ending and ended.is_set()
            finally:
                await self._end(call, uac)
        finally:
            await uas.stop()

    async def _line(self, own: str) -> Any:
        """Give what SIP is said over: datagrams, or a line of TLS that is open. Raises FarFault."""
        one = self._callee
        if one.tls is None:
            from aiosipua.transport import UdpSipTransport  # noqa: PLC0415

            return UdpSipTransport(local_addr=(own, _free_port(own, self.sound.family)))
        from nguon_device.bridge.paging import secure  # noqa: PLC0415

        try:
            async with asyncio.timeout(one.seconds):
                line = await secure.connected(one.host, one.port, one.name, one.tls)
        except TimeoutError:
            raise FarFault("slow") from None
        except ssl.SSLError:
            raise FarFault("tls", one.name) from None
        return secure.SecureTransport(*line)

    async def _wait(self, call: Any) -> None:
        """Ask again and again, as UDP may lose it. Raises FarFault."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._callee.seconds
        said: list[int] = []
        call.on_rejected = lambda _call, status, _reason: said.append(status)
        pauses = iter(AGAIN_S)
        again = loop.time() + next(pauses)
        while loop.time() < ends and not self._ending.is_set():
            with suppress(TimeoutError, RuntimeError):
                await call.wait_answered(0.05)
                return
            if said:
                raise _refused(said[0])
            if loop.time() >= again and self._callee.tls is None:
                call.transport.send(call.invite, (self._callee.host, self._callee.port))
                again = loop.time() + next(pauses, self._callee.seconds)
        raise FarFault("slow")

    def _where(self, call: Any) -> tuple[str, int]:
        """Give where the sound goes: to whom we called and nobody else, whatever the answer says."""
        found = call.sdp_answer.rtp_address if call.sdp_answer is not None else None
        audio = call.sdp_answer.audio if call.sdp_answer is not None else None
        if found is None or audio is None or not 0 < found[1] < 65536:
            raise FarFault("rubbish", "SDP")
        if found[0] != self._callee.host:
            raise FarFault("elsewhere", found[0])
        if str(self._callee.codec.payload_type) not in audio.formats:
            raise FarFault("refused", "codec")
        return found[0], found[1]

    async def _end(self, call: Any, uac: Any) -> None:
        """Hang up, twice where a datagram may be lost; a call that was not answered is cancelled, and hung up
        if it is answered after all.
        """
        call.cancel(uac)
        if call.sdp_answer is None and not self.gone:
            await asyncio.sleep(BYE_S)
        bye = None if self.gone else call.hangup(uac)
        if bye is not None:
            await asyncio.sleep(BYE_S)
            if self._callee.tls is not None:
                return
            call.transport.send(bye, (self._callee.host, self._callee.port))

    def _over(self) -> None:
        self.gone = True


def _refused(status: int) -> FarFault:
    if status in {401, 403, 407}:
        return FarFault("password")
    return FarFault("elsewhere", status) if 300 <= status < 400 else FarFault("refused", status)


def _own_address(callee: Callee, family: int) -> str:
    """The address of ours that the box sees; nothing is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.connect((callee.host, callee.port))
        return str(line.getsockname()[0])


def _free_port(own: str, family: int) -> int:
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.bind((own, 0))
        return int(line.getsockname()[1])


class _Sender:
    """Sends the packets of one call; a call that the box has ended takes no more."""

    def __init__(self, call: Call, to: tuple[str, int]) -> None:
        self._call, self._to = call, to

    def send(self, packet: bytes) -> None:
        if self._call.gone:
            raise OSError("the box has hung up")
        with suppress(BlockingIOError):
            self._call.sound.sendto(packet, self._to)


class SipPager:
    """Makes an output of each sound, and knows how the last call went."""

    def __init__(self, callee: Callee, packets: Packets) -> None:
        """Begin with no call."""
        self._callee, self._packets = callee, packets
        self.fault: FarFault | None = None
        self.calling = False
        self._dialling: Call | None = None

    def __call__(self, _playing: Playing) -> "SipOutput":
        """Call the box. Raises OSError when it does not answer; `fault` says why."""
        call = self._dialling = Call(self._callee)
        try:
            to = call.answered()
        except FarFault as fault:
            call.hang_up()
            self.fault = fault if self._dialling is call else None
            raise OSError(str(fault)) from None
        finally:
            self._dialling = None
        self.fault, self.calling = None, True
        return SipOutput(self, call, RtpOutput(_Sender(call, to), self._packets, self._callee.codec))

    def abandon(self) -> None:
        """Give up a call that nobody has answered yet: whoever wants silence does not wait for it."""
        call, self._dialling = self._dialling, None
        if call is not None:
            call.hang_up()


class SipOutput:
    """Takes samples in real time, and hangs up at the end."""

    paced = False

    def __init__(self, pager: SipPager, call: Call, inner: RtpOutput) -> None:
        """Begin a sound in a call that was answered."""
        self._pager, self._call, self._inner = pager, call, inner

    def begin(self, at: float) -> None:
        """The sound begins."""

    def write(self, samples: bytes) -> None:
        """Take one block. Raises OSError when the box has hung up."""
        try:
            self._inner.write(samples)
        except OSError:
            self._pager.fault = FarFault("silent")
            raise

    def close(self, complete: bool) -> None:
        """Send the end of a sound, and hang up."""
        self._pager.calling = False
        with suppress(OSError):
            self._inner.close(complete)
        self._call.hang_up()
