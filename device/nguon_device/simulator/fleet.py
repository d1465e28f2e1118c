"""Many boxes in one event loop: each gets its turn, and what people ask about is counted."""

import asyncio
import heapq
import ssl
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from nguon_device.agent import Agent
from nguon_device.ports import Reply, Shelf
from nguon_device.shelf import FolderShelf
from nguon_device.simulator.box import DOCUMENT, KEEPALIVE_S, Box
from nguon_device.simulator.pool import Pool
from nguon_device.simulator.sharing import SharedJudge

SLICE_S = 0.01
BEACONS_A_SECOND = 40
AT_THE_DOOR = 100
"""So many enter at a time; a broker that is asked by all at once serves nobody in time."""


@dataclass(frozen=True, slots=True)
class Models:
    """How unkind the world is. Rates are events an hour for one device; lengths are means in seconds."""

    drift_ppm: float = 20.0
    outages_per_hour: float = 0.0
    outage_s: float = 20.0
    power_cuts_per_hour: float = 0.0
    power_cut_s: float = 30.0


class SharedShelf(FolderShelf):
    """One folder for all; a file is hashed again once a minute, not once for every device."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._whole_until: dict[str, float] = {}

    def still_whole(self, sha256: str) -> bool:
        """Say whether a file was whole within the last minute."""
        if self._whole_until.get(sha256, 0.0) < time.monotonic():
            if not super().still_whole(sha256):
                return False
            self._whole_until[sha256] = time.monotonic() + 60
        return True


@dataclass
class Figures:
    """What happened, in seconds since `began` (monotonic)."""

    began: float = field(default_factory=time.monotonic)
    up: int = 0
    most_up: int = 0
    connected_s: float | None = None
    heard: Counter[bytes] = field(default_factory=Counter)
    first_heard: dict[bytes, float] = field(default_factory=dict)
    last_heard: dict[bytes, float] = field(default_factory=dict)


class Fleet:
    """The boxes and their turns. Make it inside the event loop that it is to run in."""

    def __init__(
        self,
        url: str,
        folder: Path,
        models: Models,
        tls: ssl.SSLContext,
        *,
        count: int,
        poll_s: float,
        rng: Random,
    ) -> None:
        self.models = models
        self.poll_s = poll_s
        self.rng = rng
        self.files = SharedShelf(folder / "media")
        self.tls = tls
        self.pool = Pool(url, self.files, tls)
        self.judge = SharedJudge()
        self.door = asyncio.Semaphore(AT_THE_DOOR)
        self.ready: deque[Box] = deque()
        self.came: deque[tuple[Box, bytes]] = deque()
        self.obeyed: deque[Box] = deque()
        self.more = asyncio.Event()
        self.boxes: Sequence[Box] = []
        self.figures = Figures()
        # One core steps 10,000 boxes about once a second; asked more often, it would do nothing else.
        self.shortest_wait_s = max(0.05, count / 10_000)
        # Thousands that are switched on in one second would ask for the time faster than one server answers.
        self.spread_s = count / BEACONS_A_SECOND
        self._later: list[tuple[float, int]] = []
        self._loop = asyncio.get_running_loop()

    @property
    def shelf(self) -> Shelf:
        """Give the files that all share."""
        return self.files

    def later(self, box: Box) -> None:
        """Wake a box when it is due."""
        heapq.heappush(self._later, (box.due, box.number))

    def from_thread(self, box: Box, agent: Agent | None, reply: Reply) -> None:
        """Take an answer of the pool, unless the box was switched off since it asked."""

        def take() -> None:
            if box.agent is agent and not box.cut:
                box.post(reply)

        with suppress(RuntimeError):  # an answer that comes after the end of the loop
            self._loop.call_soon_threadsafe(take)

    def entered(self) -> None:
        """Count a connection."""
        figures = self.figures
        figures.up += 1
        figures.most_up = max(figures.most_up, figures.up)
        if figures.up == len(self.boxes) and figures.connected_s is None:
            figures.connected_s = time.monotonic() - figures.began

    def left(self) -> None:
        """Count a connection that ended after it was up."""
        self.figures.up = max(0, self.figures.up - 1)

    def heard(self, payload: bytes) -> None:
        """Note when a message that many hear came to its first and to its last."""
        if payload.startswith(DOCUMENT):
            now = time.monotonic()
            self.figures.heard[payload] += 1
            self.figures.first_heard.setdefault(payload, now)
            self.figures.last_heard[payload] = now

    async def run(self, until: asyncio.Event) -> None:
        """Give turns until told to stop.

        Each real loudspeaker has a processor of its own, so what one still has to write about a document does
        not keep another from judging it: what came goes first, then what is to sound, then all the rest, and
        that only when nothing has come since the sockets were looked at.
        """
        helpers = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._be_unkind())]
        try:
            while not until.is_set():
                self._collect_due()
                if not self._take_what_came():
                    end = time.monotonic() + SLICE_S
                    while self.ready and time.monotonic() < end:
                        self.ready.popleft().turn()
                if self.came or self.obeyed or self.ready:
                    await asyncio.sleep(0)
                else:
                    await self._rest()
        finally:
            for helper in helpers:
                helper.cancel()
            for box in self.boxes:
                box.link.close()
            self.pool.close()

    def _take_what_came(self) -> bool:
        """Judge what came, or have sound what was judged, for a while; False when there is neither."""
        end = time.monotonic() + SLICE_S
        found = bool(self.came or self.obeyed)
        while self.came and time.monotonic() < end:
            box, payload = self.came.popleft()
            box.take(payload)
        while self.obeyed and not self.came and time.monotonic() < end:
            self.obeyed.popleft().sound()
        return found

    def _collect_due(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            due, number = heapq.heappop(self._later)
            box = self.boxes[number]
            if box.due == due and not box.queued:
                box.queued = True
                self.ready.append(box)

    async def _rest(self) -> None:
        self.more.clear()
        wait = self._later[0][0] - time.monotonic() if self._later else 0.5
        with suppress(TimeoutError):
            await asyncio.wait_for(self.more.wait(), min(0.5, max(0.001, wait)))

    async def _keep_alive(self) -> None:
        while True:
            for box in list(self.boxes):
                box.link.ping()
                if box.number % 200 == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(KEEPALIVE_S / 2)

    async def _be_unkind(self) -> None:
        """Cut networks and power at random moments, seeded."""
        models = self.models
        while True:
            await asyncio.sleep(1.0)
            for rate, length, cut, mend in (
                (models.outages_per_hour, models.outage_s, _cut_off, _mend),
                (models.power_cuts_per_hour, models.power_cut_s, Box.switch_off, _switch_on),
            ):
                for _ in range(_how_many(self.rng, rate * len(self.boxes) / 3600)):
                    box = self.rng.choice(self.boxes)
                    if box.agent is not None and not box.cut:
                        cut(box)
                        self._loop.call_later(self.rng.expovariate(1 / length), mend, box)


def _cut_off(box: Box) -> None:
    box.cut = True
    box.link.drop()


def _mend(box: Box) -> None:
    box.cut = False
    box.link.restore()


def _switch_on(box: Box) -> None:
    if box.agent is None:
        box.switch_on()


def _how_many(rng: Random, mean: float) -> int:
    """Draw from a Poisson distribution by adding waiting times."""
    count, at = 0, rng.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + rng.expovariate(1.0)
    return count
