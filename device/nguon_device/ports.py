"""The five doors of the agent's core: time, network, broker, sound and files. The core itself does no I/O.

The core is a step function: `handle(event)`, then `step()`, which says in how many seconds it wants to be
called again. Questions to the network are asked through a port and come back later as events, so that a
simulated world can drive many cores in one thread.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from nguon_device import __version__
from nguon_device.feed import Feed
from nguon_protocol.documents import Media


class Timer(Protocol):
    """The two clocks of a machine."""

    def monotonic(self) -> float:
        """Give seconds that only ever grow while the machine is on."""

    def wall(self) -> float:
        """Give what the machine believes is epoch seconds; a battery clock at best, never trusted alone."""

    def era(self) -> str:
        """Name the stretch of time in which `wall` has run on without a gap: one name for ever with a battery
        clock, another one after each boot without. A file that keeps the last time is no clock.
        """


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP question. `kind` is the core's name for it; `media` is set when the answer is a file."""

    kind: str
    method: str
    path: str
    body: bytes = b""
    auth: bool = True
    media: Media | None = None
    context: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a Request: an HTTP status, or 0 with a reason slug when there was none."""

    request: Request
    status: int
    body: bytes = b""
    error: str = ""
    sent_at: float | None = None
    received_at: float | None = None
    """When the question left and its answer was there, on the monotonic clock; None when nobody looked."""

    @property
    def ok(self) -> bool:
        """Say whether the server did what was asked."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class BrokerUp:
    """The broker took this device's connection."""


@dataclass(frozen=True, slots=True)
class BrokerDown:
    """The connection to the broker is gone, or could not be made."""


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes that came through the broker."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class SoundEnded:
    """The sink has nothing left to play; only a reason to step."""


@dataclass(frozen=True, slots=True)
class LineData:
    """Bytes that came through a line of a live session."""

    line: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LineClosed:
    """A line has come to its end, or could not be opened."""

    line: int


Event = Reply | BrokerUp | BrokerDown | Message | SoundEnded | LineData | LineClosed


class Network(Protocol):
    """Asks the server; never blocks. The Reply comes as an event."""

    def ask(self, request: Request) -> None:
        """Begin to ask."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and who this device is there."""

    url: str
    username: str
    password: str
    topics: tuple[str, ...]
    will_topic: str


class Broker(Protocol):
    """A publish-and-subscribe pipe, QoS 0; loses what it likes."""

    def connect(self, address: BrokerAddress) -> None:
        """Begin to connect, and to connect again for ever, with this address from now on."""

    def publish(self, topic: str, payload: bytes) -> bool:
        """Hand over a message; False when there is no connection."""

    def close(self) -> None:
        """Say goodbye."""


@dataclass(frozen=True, slots=True)
class Playing:
    """What the sink is asked to sound: a verified file from an offset (ms), at a volume of 0-100.

    `before` are stored sounds that come first; they and the file are heard `repeat` times, for dur_ms at
    most. With `before` the file may still be on its way; without `has_file` there is none, and `path` is
    one of those before. Unless `strict`, one of those before that cannot be decoded is left out. With a
    `feed` it is a live session, and nothing else counts.
    """

    item: str
    title: str
    path: Path
    mime: str
    offset_ms: int
    dur_ms: int
    volume: int
    started_at_ms: int
    before: tuple[Path, ...] = ()
    repeat: int = 1
    has_file: bool = True
    strict: bool = False
    feed: Feed | None = None
    priority: int = 3


@dataclass(frozen=True, slots=True)
class SinkState:
    """How far the sink has come with what it was last asked: ms that really sounded."""

    played_ms: int = 0
    finished: bool = True
    error: str = ""


class Sink(Protocol):
    """A loudspeaker, or a file that stands for one. It plays one thing at a time, in real time."""

    def start(self, playing: Playing) -> None:
        """Begin to sound, after silencing what sounded."""

    def stop(self) -> SinkState:
        """Be silent within 200 ms and say how far it came."""

    def state(self) -> SinkState:
        """Say how far it has come."""

    def close(self) -> None:
        """Be silent for good."""


@runtime_checkable
class EarlySink(Protocol):
    """What a Sink may also do: open everything ahead, so that a sound begins to the millisecond."""

    def prepare(self, playing: Playing, at: float) -> None:
        """Begin to sound by itself at monotonic `at`, unless `start` or `stop` come before.

        A `start` of the same item goes on with it.
        """


@runtime_checkable
class ForeseeingSink(Protocol):
    """What a Sink that only counts may also do: know when it will have finished, so that nobody looks."""

    def left_s(self) -> float:
        """Give the seconds until what sounds is over."""


class Lines(Protocol):
    """Streams of live sessions; what comes is an event, and nobody believes it before it is verified."""

    def open(self, line: int, url: str) -> None:
        """Begin to listen at an address, https or a path of the device's own server."""

    def close(self, line: int) -> None:
        """Stop listening; what is still on its way may come."""


class NoLines:
    """A loudspeaker that hears no live session."""

    def open(self, line: int, url: str) -> None:
        """Nothing ever comes."""

    def close(self, line: int) -> None:
        """There is nothing to close."""


class Shelf(Protocol):
    """Media by hash; only whole and verified files are ever on it."""

    def path(self, sha256: str) -> Path:
        """Give where the file is, or would be."""

    def stored(self) -> set[str]:
        """Give the hashes of what is there."""

    def still_whole(self, sha256: str) -> bool:
        """Hash a stored file again; one that has rotted is dropped, and is fetched anew."""

    def forget(self, keep: set[str]) -> None:
        """Drop what is not to be kept and has not been touched for a long time."""


class Phrases(Protocol):
    """Sounds that were put on the device when it was made: "siren", "drill", what alerts begin with."""

    def names(self) -> Collection[str]:
        """Give the names of what is there."""

    def path(self, name: str) -> Path:
        """Give where a sound that is there lies."""


class NoPhrases:
    """A loudspeaker without sounds of its own."""

    def names(self) -> Collection[str]:
        """There are none."""
        return ()

    def path(self, name: str) -> Path:
        """There is none."""
        raise KeyError(name)


class Mute(Protocol):
    """The switch of whoever stands beside the loudspeaker; nobody elsewhere can move it."""

    def muted(self) -> bool:
        """Say whether it is on."""


class NeverMuted:
    """A loudspeaker without such a switch."""

    def muted(self) -> bool:
        """It is never on."""
        return False


class Switch(Protocol):
    """The relay of the loudspeaker's own inputs (AUX, FM): closed unless a signed document opens one."""

    def open(self, name: str, volume: int, until_ms: int) -> None:
        """Let an input sound, until the epoch ms at the latest."""

    def sounds(self, name: str) -> bool:
        """Say whether an input that was opened can be heard, as far as is known: a relay may be away."""

    def close(self) -> None:
        """Mute every input."""


class NoInputs:
    """A loudspeaker without inputs of its own."""

    def open(self, name: str, volume: int, until_ms: int) -> None:
        """There is nothing to open."""

    def sounds(self, name: str) -> bool:
        """Nobody can say."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


class Sensors(Protocol):
    """What the box measures of itself; the keys are those of the health message (docs/protocol)."""

    def read(self) -> Mapping[str, Any]:
        """Give what is known now; what is not measured has no key. Never blocks."""


class NoSensors:
    """A loudspeaker that measures nothing."""

    def read(self) -> Mapping[str, Any]:
        """There is nothing to tell."""
        return {}


Number = tuple[int, int]
"""The (epoch, v) of a release."""


class Slots(Protocol):
    """The program's two places on the disk, and what the launcher says of them."""

    launched: str
    """"" without a launcher; "trial" until this program has proven itself, and "proven" afterwards."""
    running: str
    """The SHA-256 of the bundle that this program came from; "" for the installed one."""
    floor: Number
    """The number of the highest release that has proven itself here, kept apart from the journal."""

    def raise_floor(self, number: Number) -> None:
        """Keep a higher floor: nothing below it is run here any more, also by a box that lost its journal."""

    def outcome(self) -> dict[str, str]:
        """Give how the last trial ended, while nobody has reported it: outcome, sha256, and doc if known."""

    def forget_outcome(self) -> None:
        """Drop it, once it is in the journal."""

    def prove(self) -> None:
        """Tell the launcher that this program works here."""

    def prepare(self, bundle: Path, sha256: str, doc: str) -> None:
        """Unpack a verified bundle beside the running program and ask for its trial at the next start."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All doors together; without `slots` a device does not update itself."""

    timer: Timer
    network: Network
    broker: Broker
    sink: Sink
    shelf: Shelf
    slots: Slots | None = None
    mute: Mute = field(default_factory=NeverMuted)
    inputs: Switch = field(default_factory=NoInputs)
    phrases: Phrases = field(default_factory=NoPhrases)
    lines: Lines = field(default_factory=NoLines)
    sensors: Sensors = field(default_factory=NoSensors)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says. `poll_s`: seconds between two beacons; `cap_s`: the longest back-off."""

    poll_s: float = 60.0
    cap_s: float = 60.0
    name: str = ""
    model: str = "nguon-device"
    serial: str = ""
    device_class: str = ""
    """"L" for a bridge: every receipt says so, as nothing proves what a box beyond it does."""
    diary: int = 400
    """So many lines of what happened are kept, to be told when a signed order asks."""
    version: str = __version__
    """What it says of itself in each word of its health; a simulated one runs many."""
