"""A bad mobile network between many loudspeakers and the broker: loss, delay and little room, in one process.

TCP hides loss: what is lost comes later, and all behind it waits. So a piece of up to 1,448 bytes that is
lost (each time with the same chance) comes after the time after which TCP sends again, doubled each time
(RFC 6298); each piece takes its own delay, and none overtakes another of its connection. The room is shared
by all connections, each way.
"""

import asyncio
import math
import threading
import time
from random import Random

PIECE = 1448
FIRST_AGAIN_S = 1.0
"""The retransmission time-out with a round trip of 600 ms that varies by 200 (RFC 6298, section 2)."""


class BadNetwork:
    """Carries connections to a port of this machine; perfect until `bad` is set."""

    def __init__(
        self, to: int, *, loss: float = 0.1, delay_s: float = 0.3, spread_s: float = 0.1, bits: float = 1e6
    ) -> None:
        """Begin to listen on a port of its own, in a thread."""
        self._to, self._loss, self._delay, self._spread = to, loss, delay_s, spread_s
        self._bytes_a_second = bits / 8
        self._rng = Random(1)
        self._free = [0.0, 0.0]
        self.bad = False
        self.port = 0
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait(10)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, limit=2**20, backlog=1000)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _take(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(
            self._carry(near, to_far, 0), self._carry(far, to_near, 1), return_exceptions=True
        )

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: int) -> None:
        try:
            await self._carry_on(source, sink, way)
        finally:
            sink.close()

    async def _carry_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: int) -> None:
        loop, last = asyncio.get_running_loop(), 0.0
        while data := await source.read(65_536):
            if not self.bad and last <= time.monotonic():
                sink.write(data)
                continue
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                # Two at one moment would come in any order: each a little after the one before.
                last = max(math.nextafter(last, math.inf), self._arrives(len(piece), way))
                loop.call_at(last, _put, sink, piece)

    def _arrives(self, size: int, way: int) -> float:
        """Give when (monotonic) a piece comes out at the other end."""
        begun = max(time.monotonic(), self._free[way])
        wait, again = 0.0, FIRST_AGAIN_S
        self._free[way] = begun + size / self._bytes_a_second
        while self._rng.random() < self._loss:
            wait, again = wait + again, 2 * again
            self._free[way] += size / self._bytes_a_second  # what is sent again takes its room again
        delay = self._delay + self._rng.uniform(-self._spread, self._spread)
        return self._free[way] + wait + delay


def _put(sink: asyncio.StreamWriter, piece: bytes) -> None:
    """What comes out after its connection has ended is for nobody."""
    if not sink.is_closing():
        sink.write(piece)
