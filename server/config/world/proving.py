"""What must hold of newer programs: who may be told of one, and who may run one.

Reckoned anew from what beacons name and what machines run; the server's own rows are believed nowhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from config.world.files import Violated
from config.world.machine import Machine
from nguon_protocol.documents import Release

PER_CENT = (1, 10, 100)
WELL = 95
ON_THE_WAY_S = 60.0
DAY_S = 86_400.0
SOAK_S = 20.0
"""So long enough of a wave must have been well before the next one is told."""


@dataclass
class Followed:
    """One release: who was told of it, who ran it well, whom people excused."""

    release: Release
    wave: int = 0
    halted: bool = False
    named: dict[str, float] = field(default_factory=dict)
    """Who was told, and when."""
    ran: set[str] = field(default_factory=set)
    says: dict[str, float] = field(default_factory=dict)
    """Who says that it runs it, and since when."""
    excused: set[str] = field(default_factory=set)
    handed: dict[str, float] = field(default_factory=dict)


class Proving:
    """Raises Violated at a program that must not be, a turn too early, a halt that does not hold."""

    def __init__(self, now: Callable[[], float], happened: Callable[[str, str, str], None]) -> None:
        self._now, self._happened = now, happened
        self.known: dict[str, Followed] = {}
        self.fleet = 0
        self.gone: set[str] = set()
        """Who was let go: its turn may have come without a beacon that named anything to it."""
        self._runs: dict[str, tuple[str, str]] = {}
        self._proven: dict[str, int] = {}

    def signed(self, release: Release) -> None:
        """This function will note what two maintainers really signed."""
        self.known[release.sha256] = Followed(release)

    def halted(self, sha256: str, on: bool) -> None:
        """This function will note that a release is halted or withdrawn, or goes on."""
        self.known[sha256].halted = on
        self._happened("program halted" if on else "program resumed", "server", sha256[:8])

    def excused(self, sha256: str, devices: Iterable[str]) -> None:
        """This function will note whose failure people looked at."""
        self.known[sha256].excused |= set(devices)

    def restored(self, turns: dict[str, tuple[set[str], bool]]) -> None:
        """This function will take over what an old backup knows: later turns and halts never were."""
        for sha256, one in self.known.items():
            names, one.halted = turns.get(sha256, (set(), True))
            one.named = dict.fromkeys(names, float("-inf"))
            one.wave = next((n for n, _part in enumerate(PER_CENT) if len(one.named) <= self._share(n)), 2)

    def _share(self, wave: int) -> int:
        return -(-self.fleet * PER_CENT[wave] // 100)

    def named(self, device: str, sha256: str) -> None:
        """This function will check that a beacon may name a release to a loudspeaker."""
        one = self.known[sha256]
        if one.halted:
            raise Violated("release", f"a beacon names {sha256[:8]}, which is halted")
        if device in one.named:
            return
        one.named[device] = self._now()
        while len(one.named.keys() - self.gone) > self._share(one.wave):
            self._may_go_on(one)
            one.wave += 1
        self._happened("program named", "server", f"{sha256[:8]} to {device[:8]}")

    def _may_go_on(self, one: Followed) -> None:
        """Enough had their turn a soak ago (or run it already), and of these who count enough run it well."""
        soaked = {device for device, at in one.named.items() if self._now() - at >= SOAK_S}
        early = soaked | (one.named.keys() & one.ran)
        # The server knows what they say. Here a soak is shorter than a trial; outside it is longer.
        steady = {device for device, at in one.says.items() if self._now() - at >= SOAK_S}
        well, count = early & (one.ran | steady) - one.excused, early - one.excused
        filled = len(early | self.gone) >= self._share(one.wave)
        if not (filled or (well and self._waited(one))) or len(well) * 100 < WELL * len(count):
            told = f"{len(one.named)} of {self.fleet} are told of {one.release.sha256[:8]}"
            raise Violated("release", f"{told}, of whom {len(one.ran)} run it well")

    def _waited(self, one: Followed) -> bool:
        """A wave that a day has not filled goes on; its first may have heard of it late."""
        before = self._share(one.wave - 1) if one.wave else 0
        times = sorted(one.named.values())
        return before < len(times) and self._now() - times[before] >= DAY_S / 2

    def says(self, device: str, sha256: str, runs: bool) -> None:
        """This function will note since when a loudspeaker says that it runs a release, or does not."""
        if runs:
            self.known[sha256].says.setdefault(device, self._now())
        else:
            self.known[sha256].says.pop(device, None)

    def handed(self, device: str, sha256: str) -> None:
        """This function will check that a release may be handed to a loudspeaker."""
        one = self.known[sha256]
        if one.halted or device not in one.named:
            raise Violated("release", f"{sha256[:8]} is handed to {device[:8]}, whose turn it is not")
        one.handed[device] = self._now()

    def accepted(self, machine: Machine, release: Release, *, again: bool) -> None:
        """This function will check that a loudspeaker takes what was handed to it just now, and no older
        program than the one that it runs."""
        device, one = machine.plate.device, self.known[release.sha256]
        if release.v < self._proven.get(device, 0):
            raise Violated("release", f"{machine.name} took program {release.v} after {self._proven[device]}")
        late = self._now() - one.handed.get(device, float("-inf")) > ON_THE_WAY_S
        if late and not again:
            raise Violated("release", f"{machine.name} took program {release.v}, which nobody handed to it")

    def forgot(self, machine: Machine) -> None:
        """This function will note that a loudspeaker has lost its journal, with the numbers in it."""
        self._proven.pop(machine.plate.device, None)

    def number_of(self, machine: Machine) -> int:
        """This function will give the number of the newest program that a machine has proven to itself."""
        return self._proven.get(machine.plate.device, 0)

    def looks(self, machine: Machine) -> None:
        """This function will look which program a machine runs."""
        programs, device = machine.programs, machine.plate.device
        if programs is None:
            return
        runs = programs.running, programs.launched
        if self._runs.get(device, ("", "proven")) == runs:
            return
        self._runs[device] = runs
        self._happened(f"program {programs.launched}", machine.name, programs.version)
        found = (one for one in self.known.values() if one.release.sha256_of_bundle == programs.running)
        one = next(found, None)
        if programs.running and one is None:
            raise Violated("release", f"{machine.name} runs {programs.version}, which two never signed")
        number = 0 if one is None else one.release.v
        if number < self._proven.get(device, 0):
            raise Violated("release", f"{machine.name} runs program {number} after {self._proven[device]}")
        if one is not None and programs.launched == "proven":
            one.ran.add(device)
            self._proven[device] = number
