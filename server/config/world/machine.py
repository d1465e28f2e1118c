"""One loudspeaker's hardware in simulated time, with the real agent on it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal, Protocol

from config.world.clockwork import Clockwork, chance
from config.world.panel import MakersSounds, Panel
from config.world.sound import Stopwatch, WorldSink
from config.world.storage import Disk, Journal, PowerCut, Trouble
from nguon_device import identity as identities
from nguon_device.agent import Agent
from nguon_device.identity import DeviceKey, Identity
from nguon_device.launcher import TRIAL_S
from nguon_device.passport import JOURNAL, LOST, Passport, open_journal
from nguon_device.ports import Broker, Event, Lines, Network, Playing, Ports, Settings
from nguon_device.shelf import FolderShelf
from nguon_device.simulator.programs import Programs

LONGEST_WAIT_S = 60.0
"""The real loop wakes every 5 s even when nothing asks for it; here no such luck hides a missing wake."""
LOOK_S = 1.0
SLEEP_S = 12 * 3600.0
NAP_S = 3.0
SHORTEST_WAIT_S = 0.02
AFTER_A_FAULT_S = 1.0
RESTART_S = 3.0
FIRST_OF_ALL = 1_767_225_600.0


class Watcher(Protocol):
    """What judges a machine, everything that can be seen from outside and in its journal."""

    def begins(self, machine: "Machine", playing: Playing, content: str) -> None:
        """A sound begins."""

    def ends(self, machine: "Machine", playing: Playing, played_ms: int) -> None:
        """A sound ends."""

    def hears(self, machine: "Machine", playing: Playing, packet: bytes) -> None:
        """A packet of a live session sounds."""

    def committed(self, machine: "Machine", journal: Journal) -> None:
        """The journal was committed."""

    def turned(self, machine: "Machine") -> None:
        """The agent has taken in an event and has made a step."""

    def failed(self, machine: "Machine", error: Exception) -> None:
        """The agent raised what no disk of the world made it raise."""

    def opens(self, machine: "Machine", name: str, volume: int, until_ms: int) -> None:
        """An input is opened."""

    def forgot(self, machine: "Machine") -> None:
        """The journal was lost."""

    def happened(self, name: str, who: str, what: str = "") -> None:
        """Something worth a line in the trace."""


@dataclass
class Plate:
    """What stands on a machine's type plate.

    `clock` says what becomes of the wall clock while the power is off: it runs on a battery, stands still (a
    file keeps the last time), or begins again years ago.
    """

    name: str
    device: str
    area: str
    groups: tuple[str, ...]
    key: DeviceKey
    clock: Literal["battery", "frozen", "reset"]
    rate: float


@dataclass
class Clocks:
    """The machine's clocks: an oscillator since it was switched on, and a wall clock that may be wrong."""

    work: Clockwork
    stopwatch: Stopwatch
    wall_error: float = 0.0
    battery: bool = True
    tampered: bool = False
    born: float = 0.0

    def monotonic(self) -> float:
        """This function will give seconds since the machine was switched on, and 1000."""
        watch = self.stopwatch  # asked a hundred thousand times in each world
        return watch.first + (self.work.now - watch.since) * watch.rate

    def wall(self) -> float:
        """This function will give what the machine takes for epoch seconds."""
        return self.work.now + self.wall_error + (self.stopwatch.rate - 1) * (self.work.now - self.born)

    def era(self) -> str:
        """This function will name the stretch of time in which the wall clock has run on."""
        return "battery" if self.battery else f"boot at {self.stopwatch.since}"


class Machine:
    """A loudspeaker: switched on and off, frozen and thawed; `doors` makes its network and its broker."""

    def __init__(
        self,
        plate: Plate,
        folder: Path,
        work: Clockwork,
        rng: Random,
        watcher: Watcher,
        doors: Callable[["Machine"], tuple[Network, Broker, Lines]],
        make: Callable[..., Agent] = Agent,
    ) -> None:
        self.plate = plate
        self.folder = folder
        self.rng = rng
        self.trouble = Trouble(chance(rng.random()))
        self.disk = Disk()
        self.busy = True
        self.on = False
        self.life = 0
        self.sink: WorldSink | None = None
        self._work = work
        self._watcher = watcher
        self._doors = doors
        self._make = make
        self._store: Journal | None = None
        self._alarm = 0
        self._off_since = work.now
        self.clocks = Clocks(
            work, Stopwatch(plate.rate, work.now), battery=plate.clock == "battery", born=work.now
        )
        self.agent: Agent
        self.panel = Panel(lambda *given: self._watcher.opens(self, *given))
        self.sounds: MakersSounds
        self.programs: Programs | None = None
        """The slots and the launcher, in a world with newer programs."""
        self.rotten: bytes | None = None
        """The bytes of the whole journal that are found at the next start, instead of what was written."""
        folder.mkdir(parents=True)
        self.sounds = MakersSounds(folder / "sounds")

    @property
    def name(self) -> str:
        """This function will give the short name used in the trace."""
        return self.plate.name

    @property
    def journal(self) -> Journal:
        """This function will give the open journal."""
        if self._store is None:
            raise RuntimeError(f"{self.name} is off")
        return self._store

    def enrol(self, root: str) -> None:
        """This function will give the machine its identity and the root, as an approved claim does."""
        store = Journal(self.disk, Trouble(chance(0)), lambda journal: None)
        with store.transaction():
            plate = self.plate
            identities.save(store, Identity(plate.device, plate.area, plate.name, plate.groups))
            store.remember("root", root)
            identities.save_broker(store, {"broker": {"url": "mqtt://world", "jwt": "j"}})
        store.close()

    # power

    def switch_on(self) -> None:
        """This function will boot the machine: memory is empty, journal and shelf are as they were."""
        if self.on:
            return
        self.on, self.life = True, self.life + 1
        self._watcher.happened("on", self.name)
        self.clocks.stopwatch = Stopwatch(self.plate.rate, self._work.now)
        if self.plate.clock == "reset":
            self.clocks.wall_error = FIRST_OF_ALL - self._work.now
        elif self.plate.clock == "frozen":
            self.clocks.wall_error -= self._work.now - self._off_since
        self._start_process()

    def _start_process(self) -> None:
        life = self.life
        self._find_rot()
        try:
            self._store = Journal(self.disk, self.trouble, self._commit)
            self.sink = WorldSink(self.clocks.monotonic, self)
            network, broker, lines = self._doors(self)
            shelf = FolderShelf(self.folder / "media")
            self.panel.close()
            ports = Ports(
                self.clocks, network, broker, self.sink, shelf, self._launched(life),
                mute=self.panel, inputs=self.panel, phrases=self.sounds, lines=lines,
            )  # fmt: skip
            settings = Settings(poll_s=60.0, cap_s=30.0)
            if self.programs is not None:
                settings = replace(settings, model="world", version=self.programs.version)
            self.agent = self._make(
                ports, self._store, self.plate.key, settings, self.folder, self.rng, _quiet
            )
            self.agent.boot()
        except PowerCut:
            self.lose_power()
            return
        except Exception as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._watcher.failed(self, error)
            self._process_dies()
            return
        self._work.after(0.0, lambda: self._turn(life, None))

    def _launched(self, life: int) -> Programs | None:
        """Do what the launcher does: try what is wanted, and end a trial that proves nothing in its time."""
        if self.programs is not None:
            self.programs.start()
            if self.programs.launched == "trial":
                self._work.after(TRIAL_S, lambda: self._give_up(life))
        return self.programs

    def _give_up(self, life: int) -> None:
        if self._is(life) and self.programs is not None and self.programs.launched == "trial":
            self._begin_anew()

    def _begin_anew(self) -> None:
        """The program has ended by itself; the launcher starts it again, or another one."""
        self.life += 1
        self._silence()
        life = self.life
        self._work.after(1.0, lambda: self._start_process() if self._is(life) else None)

    def rot(self, image: bytes) -> None:
        """This function will have the machine find other bytes in its journal when it is switched on."""
        if self._store is not None:
            Passport(self.folder, self._store).keep()
            self.rotten = image
            self.lose_power()

    def _find_rot(self) -> None:
        """Open the journal as the real process does, from a file."""
        if self.rotten is None:
            return
        image, self.rotten = self.rotten, None
        (self.folder / JOURNAL).write_bytes(image)
        store = open_journal(self.folder)
        if store.number(LOST) == 1:
            self._watcher.forgot(self)
        store._db.execute("PRAGMA journal_mode=DELETE")
        store.close()
        self.disk.write((self.folder / JOURNAL).read_bytes())
        (self.folder / JOURNAL).unlink()

    def lose_power(self) -> None:
        """This function will switch the machine off without a warning."""
        if not self.on:
            return
        self._watcher.happened("power cut", self.name)
        self.on, self.life = False, self.life + 1
        self._off_since = self._work.now
        self._silence()

    def _process_dies(self) -> None:
        """End the process as an unhandled exception does; the service manager starts it again."""
        self._watcher.happened("process died", self.name)
        self.life += 1
        self._silence()
        life = self.life
        self._work.after(RESTART_S, lambda: self._start_process() if self._is(life) else None)

    def kill(self) -> None:
        """This function will end the process at once, as kill -9 does; it is started again."""
        if self.on and self._store is not None:
            self._process_dies()

    def _silence(self) -> None:
        self.panel.close()
        if self.sink is not None:
            self.sink.stop()
            self.sink = None
        if self._store is not None:
            self._store.close()
            self._store = None

    def _is(self, life: int) -> bool:
        return self.on and self.life == life

    # turns

    def tell(self, event: Event, life: int) -> None:
        """This function will hand an event to the agent of that life; a later one never gets it."""
        if self._is(life) and self._store is not None:
            self._turn(life, event)

    def wake(self) -> None:
        """This function will have the agent step now."""
        if self.on and self._store is not None:
            self._turn(self.life, None)

    def _turn(self, life: int, event: Event | None) -> None:
        if not self._is(life) or self._store is None:
            return
        try:
            wait = self._step(event)
        except PowerCut:
            self.lose_power()
            return
        except _Died:
            self._process_dies()
            return
        self._watcher.turned(self)
        if self.programs is not None and self.agent.updater.leaving:
            self._begin_anew()
            return
        self._alarm += 1
        alarm = self._alarm
        self._work.after(
            max(SHORTEST_WAIT_S, self._patience(wait)),
            lambda: self._turn(life, None) if alarm == self._alarm else None,
        )

    def _step(self, event: Event | None) -> float:
        """Do what the loop of the real process does."""
        try:
            if event is not None:
                self.agent.handle(event)
            return self.agent.step()
        except Exception as error:
            if not isinstance(error, sqlite3.OperationalError) or not self.trouble.full:
                self._watcher.failed(self, error)
        try:
            self.agent.recover()
        except Exception as error:
            raise _Died from error
        return AFTER_A_FAULT_S

    def _patience(self, wait: float) -> float:
        """Cap the wait as the real loop does; in ordinary times, sleep until something is due."""
        if self.agent.stage.sounding is not None or self.panel.opened is not None:
            # a slow machine: it looks less often than it is asked to
            return max(LOOK_S if self.busy else 2.5, min(5.0, wait))
        if self.busy or self.agent.updater.on_trial:
            return min(LONGEST_WAIT_S, wait)
        now_ms = self.agent.clock.now_ms()
        due = [cue.start_ms for cue in self.agent.stage.cues if cue.latest_ms >= now_ms]
        if not self.agent.clock.known or not due:
            return SLEEP_S
        if min(due) <= now_ms:  # something is due and cannot sound yet
            return max(NAP_S, min(LONGEST_WAIT_S, wait))
        return min(SLEEP_S, max(NAP_S, (min(due) - now_ms) / 1000))

    # what is heard and written

    def begins(self, playing: Playing, content: str) -> None:
        """This function will pass on that a sound begins."""
        self._watcher.begins(self, playing, content)

    def ends(self, playing: Playing, played_ms: int) -> None:
        """This function will pass on that a sound ends."""
        self._watcher.ends(self, playing, played_ms)

    def hears(self, playing: Playing, packet: bytes) -> None:
        """This function will pass on what sounds of a live session."""
        self._watcher.hears(self, playing, packet)

    def _commit(self, journal: Journal) -> None:
        self._watcher.committed(self, journal)


class _Died(Exception):
    """The agent could not go on from its journal."""


def _quiet(sentence: str) -> None:
    """Say nothing: nobody stands before a simulated loudspeaker."""
