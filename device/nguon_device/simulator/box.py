"""One simulated loudspeaker: the real agent's core on simulated doors, switched on and off at will."""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

from nguon_device.agent import Agent, read_message
from nguon_device.backoff import Backoff
from nguon_device.identity import DeviceKey
from nguon_device.kept import read_document
from nguon_device.ports import (
    Broker,
    BrokerAddress,
    BrokerDown,
    BrokerUp,
    Event,
    Message,
    Ports,
    Reply,
    Request,
    Settings,
    Shelf,
)
from nguon_device.simulator import wire
from nguon_device.simulator.machine import CountedSensors, CountingSink, DriftingTimer, MakersSounds
from nguon_device.simulator.pool import Answer, Sign
from nguon_device.simulator.programs import Programs
from nguon_device.simulator.sharing import SharedJudge
from nguon_device.store import Store
from nguon_protocol import http_auth
from nguon_protocol.acceptance import first_root

KEEPALIVE_S = 120
DOCUMENT = b'{"doc"'
"""How a message of the broker begins that is a document complete in itself."""
_MAKERS = MakersSounds()
shared_root = lru_cache(maxsize=4)(first_root)
"""One root is checked once for all who keep the same bytes."""
shared_message = lru_cache(maxsize=200)(read_message)
"""One message is taken apart once for all who hear the same bytes."""
shared_reading = lru_cache(maxsize=2000)(read_document)
"""One document is read once for all who keep the same bytes."""


class Asked(Protocol):
    """Whoever asks the server for many boxes."""

    @property
    def is_full(self) -> bool:
        """Say whether so many wait that an answer would come too late to be of use."""

    def ask(self, request: Request, sign: Sign, post: Answer) -> None:
        """Begin to ask."""


class Radio(Broker, Protocol):
    """The broker's port of a box, and what the world does to it."""

    def drop(self) -> None:
        """The line is cut."""

    def ping(self) -> None:
        """Keep the connection alive."""

    def restore(self) -> None:
        """The mobile network is back."""

    def together(self) -> AbstractContextManager[None]:
        """Send all that is published meanwhile in one piece."""


class Surroundings(Protocol):
    """What a box needs of the fleet that it is one of."""

    tls: ssl.SSLContext
    judge: SharedJudge
    door: asyncio.Semaphore
    ready: "deque[Box]"
    came: "deque[tuple[Box, bytes]]"
    obeyed: "deque[Box]"
    more: asyncio.Event
    poll_s: float
    shortest_wait_s: float
    spread_s: float

    @property
    def pool(self) -> Asked:
        """Give who asks the server."""

    @property
    def shelf(self) -> Shelf:
        """Give the files that all share."""

    def later(self, box: "Box") -> None:
        """Wake a box when it is due."""

    def from_thread(self, box: "Box", agent: Agent | None, reply: Reply) -> None:
        """Take an answer of the pool."""

    def entered(self) -> None:
        """Count a connection."""

    def left(self) -> None:
        """Count a connection that ended."""

    def heard(self, payload: bytes) -> None:
        """Note a message."""


class Box:
    """What survives a power cut: key, journal, clock. `agent` is None while it is off."""

    def __init__(
        self,
        fleet: Surroundings,
        number: int,
        key: DeviceKey,
        store: Store,
        rng: Random,
        timer: DriftingTimer,
    ) -> None:
        self.fleet = fleet
        self.number = number
        self.key = key
        self.store = store
        self.rng = rng
        self.timer = timer
        self.events: deque[Event] = deque()
        self.agent: Agent | None = None
        self.cut = False  # the mobile network is away
        self.queued = False
        self.due = 0.0
        self.programs = Programs()
        self.link: Radio = Link(self)

    def switch_on(self) -> None:
        """Boot from the journal, with the program that the launcher would start."""
        fleet = self.fleet
        self.programs.start()
        sensors = CountedSensors(self.number)
        sink = CountingSink(self.timer)
        ports = Ports(
            self.timer,
            self,
            self.link,
            sink,
            fleet.shelf,
            self.programs,
            phrases=_MAKERS,
            sensors=sensors,
        )
        settings = Settings(
            fleet.poll_s,
            60.0,
            model="simulated",
            serial=str(self.number),
            version=self.programs.version,
            diary=20,
        )
        self.agent = Agent(ports, self.store, self.key, settings, Path(), self.rng, lambda _sentence: None)
        self.agent.read = shared_message
        self.agent.desk.accept = fleet.judge
        self.agent.desk.read_root = shared_root
        self.agent.desk.read_with(shared_reading)
        self.agent.boot()
        self.agent.desk.first_beacon_within(fleet.spread_s)
        self.wake()

    def switch_off(self) -> None:
        """The power is cut: no goodbye, nothing is written."""
        self.agent = None
        self.events.clear()
        self.link.drop()

    def _begin_anew(self) -> None:
        """The program has ended by itself; its launcher starts it again at once, or a newer one."""
        if self.agent is not None:
            self.agent.close()
        self.switch_off()
        self.switch_on()

    def ask(self, request: Request) -> None:
        """Take a question of the core to the server, or lose it when the network or the server is."""
        if self.cut or self.fleet.pool.is_full:
            self.post(Reply(request, 0, error="network"))
        else:
            agent = self.agent
            self.fleet.pool.ask(request, self._sign, lambda reply: self.fleet.from_thread(self, agent, reply))

    def _sign(self, request: Request) -> str | None:
        agent = self.agent
        if not request.auth or agent is None:
            return None
        now = max(0, int(agent.clock.now()))
        return http_auth.header(
            self.key, agent.reports.device, request.method, request.path, now, request.body
        )

    def post(self, event: Event) -> None:
        """Hand an event to the core, in its turn."""
        if self.agent is not None:
            self.events.append(event)
            self.wake()

    def hear(self, payload: bytes) -> None:
        """Take a document in before what others have to do, as each real one has a processor of its own; a
        bell and an acknowledgement in the own turn."""
        if self.agent is not None and payload.startswith(DOCUMENT):
            self.fleet.came.append((self, payload))
            self.fleet.more.set()
        else:
            self.post(Message(payload))

    def take(self, payload: bytes) -> None:
        """Judge a document that came."""
        if self.agent is not None:
            self.agent.handle(Message(payload))
            self.fleet.obeyed.append(self)

    def sound(self) -> None:
        """Have sound what was judged, and do the rest in the own turn."""
        if self.agent is not None:
            self.agent.sound()
            self.wake()

    def wake(self) -> None:
        """Take the next free turn."""
        if not self.queued:
            self.queued = True
            self.fleet.ready.append(self)
            self.fleet.more.set()

    def turn(self) -> None:
        """Take in what came, step, and be called again when the core asks for it."""
        self.queued = False
        if self.agent is None:
            return
        with self.link.together():
            while self.events:
                self.agent.handle(self.events.popleft())
            wait = max(self.fleet.shortest_wait_s, self.agent.step())
        if self.agent.updater.leaving:
            self._begin_anew()
            return
        self.due = time.monotonic() + wait
        self.fleet.later(self)


class Link:
    """The Broker port over one plain socket; connects again for ever, with back-off and jitter."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._backoff = Backoff(box.rng, cap_s=30.0)
        self._address: BrokerAddress | None = None
        self._connection: wire.Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._entered = self._at_the_door = False
        self._suffix = f"{box.rng.getrandbits(64):016x}"

    def connect(self, address: BrokerAddress) -> None:
        """Begin to connect, and to connect again for ever, with this address from now on."""
        before, self._address = self._address, address
        if self._connection is None and self._task is None:
            self._begin(0.0)
        elif before is not None and before.topics != address.topics:
            self.drop()

    def publish(self, topic: str, payload: bytes) -> bool:
        """Hand over a message; False when there is no connection."""
        return self._connection is not None and self._connection.send(wire.publish(topic, payload))

    def close(self) -> None:
        """Say goodbye."""
        self._address = None
        if self._connection is not None:
            self._connection.goodbye()

    def drop(self) -> None:
        """The line is cut."""
        if self._connection is not None:
            self._connection.abort()

    def ping(self) -> None:
        """Keep the connection alive."""
        if self._connection is not None:
            self._connection.ping()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send all that is published meanwhile in one piece."""
        connection = self._connection
        if connection is None:
            yield
            return
        connection.hold()
        try:
            yield
        finally:
            connection.let_go()

    def _begin(self, wait_s: float) -> None:
        self._task = asyncio.get_running_loop().create_task(self._enter(wait_s))

    async def _enter(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        box, fleet, address = self._box, self._box.fleet, self._address
        if address is None or box.agent is None or box.cut:
            self._task = None
            return
        url = urlsplit(address.url)
        hello = wire.connect(
            f"{address.username}-{self._suffix}",
            address.username,
            address.password,
            KEEPALIVE_S,
            (address.will_topic, b'{"offline":true}'),
        )
        await fleet.door.acquire()
        self._at_the_door = True
        try:
            _transport, self._connection = await asyncio.get_running_loop().create_connection(
                lambda: wire.Connection(hello, address.topics, self._up, self._heard, self._down),
                url.hostname or "127.0.0.1",
                url.port or (8883 if url.scheme == "mqtts" else 1883),
                ssl=fleet.tls if url.scheme == "mqtts" else None,
            )
        except OSError:
            self._task = None
            self._pass_the_door()
            self._again()
            return
        self._task = None

    def _pass_the_door(self) -> None:
        if self._at_the_door:
            self._at_the_door = False
            self._box.fleet.door.release()

    def _up(self) -> None:
        self._pass_the_door()
        self._backoff.worked()
        self._entered = True
        self._box.fleet.entered()
        self._box.post(BrokerUp())

    def _heard(self, payload: bytes) -> None:
        if not self._box.cut:
            self._box.fleet.heard(payload)
            self._box.hear(payload)

    def _down(self) -> None:
        self._connection = None
        self._pass_the_door()
        if self._entered:
            self._entered = False
            self._box.fleet.left()
            self._box.post(BrokerDown())
        self._again()

    def _again(self) -> None:
        if self._address is not None and self._box.agent is not None and self._task is None:
            self._begin(self._backoff.failed())

    def restore(self) -> None:
        """The mobile network is back."""
        if self._connection is None and self._task is None:
            self._again()
