"""Live sessions: who speaks, the lines to the loudspeakers, and a stranger who speaks into them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from config.world.clockwork import Clockwork
from config.world.keysmith import ed25519_key
from config.world.machine import Machine
from config.world.weather import Weather
from nguon_device.ports import LineClosed, LineData
from nguon_protocol.live import SegmentWriter

PACKETS = 16
SEGMENT_S = 1.92
"""16 packets of 120 ms each."""
_TWO_FRAMES_OF_60_MS = b"\x19"


END = 8 + 4 + 64
"""The bytes of the segment that says that the speaker has finished."""


class Carried(Protocol):
    """Is told of each whole and genuine segment that comes to a loudspeaker."""

    def __call__(self, machine: Machine, order: str, *, is_end: bool) -> None:
        """Take note."""


@dataclass
class Session:
    """One voice; `said` are its segments so far."""

    order: str
    writer: SegmentWriter
    said: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One connection of one machine in one life."""

    machine: Machine
    life: int
    number: int
    url: str


class Studio:
    """All sessions. `spoken` is told of each genuine packet, `carried` of each whole segment that arrives."""

    def __init__(
        self,
        work: Clockwork,
        weather: Weather,
        rng: Random,
        spoken: Callable[[str, bytes], None],
        carried: Carried,
    ) -> None:
        self._work = work
        self._weather = weather
        self._rng = rng
        self._spoken = spoken
        self._carried = carried
        self._sessions: dict[str, Session] = {}
        self._lines: dict[tuple[str, int], Line] = {}
        self._packets = 0

    def speak(self, order: str, key: str, segments: int) -> None:
        """This function will have somebody speak for so many segments, and mostly say at the end that it is
        one; the session's key has that name."""
        session = Session(order, SegmentWriter(order, ed25519_key(key)))
        self._sessions[url_of(order)] = session
        for number in range(segments):
            self._work.after(number * SEGMENT_S, lambda: self._say(session))
        if self._rng.random() < 0.8:
            self._work.after(segments * SEGMENT_S, lambda: self._send(session, session.writer.end()))

    def _say(self, session: Session) -> None:
        packets = [self._packet() for _ in range(PACKETS)]
        for one in packets:
            self._spoken(session.order, one)
        session.said.append(session.writer.write(packets))
        self._send(session, session.said[-1])
        if self._rng.random() < 0.3:
            self._send(session, self._strange(session), genuine=False)

    def _packet(self) -> bytes:
        self._packets += 1
        return _TWO_FRAMES_OF_60_MS + self._packets.to_bytes(8)

    def _strange(self, session: Session) -> bytes:
        """Say it again, or something else with another key, or with the key of another session."""
        others = [one for one in self._sessions.values() if one is not session and one.said]
        if others and self._rng.random() < 0.3:
            return self._rng.choice(self._rng.choice(others).said)
        if self._rng.random() < 0.4:
            return self._rng.choice(session.said)
        ahead = len(session.said) + self._rng.randrange(3)
        return SegmentWriter(session.order, ed25519_key("stranger"), ahead).write([self._packet()] * PACKETS)

    def _send(self, session: Session, data: bytes, *, genuine: bool = True) -> None:
        for line in [one for one in self._lines.values() if one.url == url_of(session.order)]:
            delays = self._weather.delays()
            if not delays or self._cut(line.machine):
                self._drop(line)
                continue
            arriving = self._weather.spoil(data)
            order = session.order if genuine and arriving == data else ""
            self._later(delays[0], line, arriving, order)

    def _later(self, seconds: float, line: Line, data: bytes, order: str) -> None:
        def arrive() -> None:
            if line.machine.on and line.machine.life == line.life:
                if order:
                    self._carried(line.machine, order, is_end=len(data) == END)
                line.machine.tell(LineData(line.number, data), line.life)

        self._work.after(seconds, arrive)

    def _cut(self, machine: Machine) -> bool:
        return self._weather.http_down or machine.name in self._weather.cut_off

    def open(self, line: Line) -> None:
        """This function will connect a machine with a session, if it is there and in reach."""
        self._lines[line.machine.name, line.number] = line
        if self._cut(line.machine) or line.url not in self._sessions:
            self._drop(line)

    def close(self, machine: Machine, number: int) -> None:
        """This function will end a connection."""
        self._lines.pop((machine.name, number), None)

    def _drop(self, line: Line) -> None:
        self.close(line.machine, line.number)
        self._work.after(0.1, lambda: line.machine.tell(LineClosed(line.number), line.life))


class WorldLines:
    """The Lines port of one machine in one life."""

    def __init__(self, studio: Studio, machine: Machine) -> None:
        self._studio = studio
        self._machine = machine
        self._life = machine.life

    def open(self, line: int, url: str) -> None:
        """This function will begin to listen."""
        self._studio.open(Line(self._machine, self._life, line, url))

    def close(self, line: int) -> None:
        """This function will stop listening."""
        self._studio.close(self._machine, line)


def url_of(order: str) -> str:
    """This function will give the address of a session."""
    return f"/lsp/v1/live/{order}"
