"""One agent in a world without waiting: time, network, broker and sound are ours."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from nguon_device.agent import Agent
from nguon_device.feed import Feed
from nguon_device.identity import load_or_make_key
from nguon_device.ports import (
    BrokerAddress,
    BrokerDown,
    BrokerUp,
    Message,
    Playing,
    Ports,
    Reply,
    Request,
    Settings,
    SinkState,
    Slots,
)
from nguon_device.store import Store
from nguon_device.tests.authority import Authority
from nguon_protocol import http_auth


class Timer:
    def __init__(self) -> None:
        self.mono = 1000.0
        self.wrong_by = -500_000_000.0  # the machine's clock is years behind
        self.true = 0.0
        self.name_of_era = "battery"

    def monotonic(self) -> float:
        return self.mono

    def wall(self) -> float:
        return self.true + self.wrong_by

    def era(self) -> str:
        return self.name_of_era


class SimSink:
    """Sounds in the world's time; `heard` says what was audible: (item, from, to, offset)."""

    def __init__(self, timer: Timer) -> None:
        self.timer = timer
        self.playing: Playing | None = None
        self.since = 0.0
        self.heard: list[tuple[str, float, float, int]] = []
        self.volumes: list[int] = []
        self.error = ""
        self.voiced_ms = 0

    def start(self, playing: Playing) -> None:
        self.stop()
        self.playing, self.since = playing, self.timer.mono
        self.voiced_ms, self.taken_until = 0, self.timer.mono
        self.volumes.append(playing.volume)

    def state(self) -> SinkState:
        if self.playing is None:
            return SinkState()
        if self.playing.feed is not None:
            return self._voice(self.playing.feed)
        whole = self.playing.dur_ms - self.playing.offset_ms
        played = min(whole, int((self.timer.mono - self.since) * 1000))
        return SinkState(played, finished=played >= whole or self.error != "", error=self.error)

    def _voice(self, feed: Feed) -> SinkState:
        """Take what there is in the time that it sounds; of nothing only the time is taken."""
        while self.taken_until < self.timer.mono:
            packet = feed.take()
            self.taken_until += 0.01 if packet is None else packet.us / 1e6
            self.voiced_ms += 0 if packet is None else packet.us // 1000
        return SinkState(self.voiced_ms, finished=feed.over)

    def stop(self) -> SinkState:
        state = self.state()
        if self.playing is not None:
            begun = self.since
            self.heard.append(
                (self.playing.item, begun, begun + state.played_ms / 1000, self.playing.offset_ms)
            )
        self.playing = None
        return state

    def close(self) -> None:
        self.stop()


class SimShelf:
    def __init__(self) -> None:
        self.hashes: set[str] = set()
        self.rotten: set[str] = set()

    def path(self, sha256: str) -> Path:
        return Path(sha256)

    def stored(self) -> set[str]:
        return self.hashes

    def still_whole(self, sha256: str) -> bool:
        if sha256 in self.rotten:
            self.rotten.discard(sha256)
            self.hashes.discard(sha256)
        return sha256 in self.hashes

    def forget(self, keep: set[str]) -> None:
        pass


class SimNetwork:
    def __init__(self) -> None:
        self.asked: list[Request] = []

    def ask(self, request: Request) -> None:
        self.asked.append(request)


class SimBroker:
    def __init__(self) -> None:
        self.address: BrokerAddress | None = None
        self.up = False
        self.published: list[tuple[str, bytes]] = []

    def connect(self, address: BrokerAddress) -> None:
        self.address = address

    def publish(self, topic: str, payload: bytes) -> bool:
        if self.up:
            self.published.append((topic, payload))
        return self.up

    def close(self) -> None:
        self.up = False


class SimPhrases:
    """The stored sounds of a loudspeaker."""

    def __init__(self) -> None:
        self.stored = {"siren", "drill", "all-clear"}

    def names(self) -> set[str]:
        return self.stored

    def path(self, name: str) -> Path:
        return Path(f"{name}.ogg")


class Switches:
    """The mute button, and the relay of the inputs: `inputs` says what it was told."""

    def __init__(self) -> None:
        self.on = False
        self.inputs: list[tuple[str, int] | None] = []
        self.away = False
        """The relay cannot be reached."""

    def muted(self) -> bool:
        return self.on

    def open(self, name: str, volume: int, until_ms: int) -> None:
        self.inputs.append((name, volume))

    def sounds(self, name: str) -> bool:
        return not self.away

    def close(self) -> None:
        self.inputs.append(None)


class SimLines:
    """The lines of live sessions: which are open, and every address that was asked."""

    def __init__(self) -> None:
        self.up: dict[int, str] = {}
        self.asked: list[str] = []

    def open(self, line: int, url: str) -> None:
        self.up[line] = url
        self.asked.append(url)

    def close(self, line: int) -> None:
        self.up.pop(line, None)


@dataclass
class World:
    folder: Path
    authority: Authority = field(default_factory=Authority)
    poll_s: float = 5.0
    cut: bool = False
    tick_s: float = 0.05
    slots: Slots | None = None
    phrases: "SimPhrases" = field(default_factory=lambda: SimPhrases())
    switches: "Switches" = field(default_factory=lambda: Switches())

    def __post_init__(self) -> None:
        self.timer = Timer()
        self.timer.true = self.authority.now
        self.shelf = SimShelf()
        self.store: Store | None = None
        self.key = load_or_make_key(self.folder)
        self.boot()

    def boot(self) -> None:
        """Switch on. What was in memory is gone; the journal, the key and the media are there."""
        if self.store is not None:
            self.store.close()
        self.lines = SimLines()
        self.network, self.broker, self.sink = SimNetwork(), SimBroker(), SimSink(self.timer)
        ports = Ports(self.timer, self.network, self.broker, self.sink, self.shelf, self.slots)
        ports = replace(
            ports, mute=self.switches, inputs=self.switches, phrases=self.phrases, lines=self.lines
        )
        self.store = self.open_store()
        self.told: list[str] = []
        self.agent = Agent(
            ports, self.store, self.key, Settings(self.poll_s, 3.0), self.folder, Random(1), self.told.append
        )
        self.agent.boot()

    def open_store(self) -> Store:
        return Store(self.folder / "agent.db")

    def run(self, seconds: float) -> None:
        """Let time go by; answers come a tick after their questions."""
        for _ in range(round(seconds / self.tick_s)):
            self.timer.mono += self.tick_s
            self.timer.true += self.tick_s
            self.authority.now += self.tick_s
            asked, self.network.asked = self.network.asked, []
            for request in asked:
                self.agent.handle(self._reply(request))
            self._carry_receipts()
            self.agent.step()

    def until(self, condition: Callable[[], bool], at_most_s: float = 60.0) -> None:
        for _ in range(round(at_most_s / self.tick_s)):
            if condition():
                return
            self.run(self.tick_s)
        raise AssertionError(f"not within {at_most_s} s: {self.authority.events()}")

    def tell(self, envelope: str) -> None:
        """An order comes through the broker."""
        self.agent.handle(Message(b'{"doc":' + envelope.encode() + b"}"))
        self.agent.step()

    def broker_up(self, up: bool = True) -> None:
        self.broker.up = up
        self.agent.handle(BrokerUp() if up else BrokerDown())

    @property
    def starts(self) -> list[str]:
        return [one.item or "" for one in self.authority.receipts if one.event == "started"]

    def _reply(self, request: Request) -> Reply:
        if self.cut:
            return Reply(request, 0, error="network")
        header = None
        if request.auth:
            device, now = self.agent.reports.device, int(self.agent.clock.now())
            header = http_auth.header(self.key, device, request.method, request.path, now, request.body)
        status, body = self.authority.answer(request.method, request.path, header, request.body)
        if request.media is not None and status == 200:
            self.shelf.hashes.add(request.media.sha256)
        return Reply(request, status, body)

    def _carry_receipts(self) -> None:
        published, self.broker.published = self.broker.published, []
        for topic, payload in published:
            if topic.startswith("lsp/r/"):
                self.authority.take(payload.decode())
                self.agent.handle(Message(b'{"ack":%d}' % self.authority.chain.n))
