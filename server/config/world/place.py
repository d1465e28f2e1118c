"""One world: two communes, their loudspeakers, a server, the ways between them and a judge over all of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal
from uuid import UUID

from config.world.ceremony import Ceremony
from config.world.clockwork import Clockwork, chance
from config.world.judge import Judge
from config.world.keysmith import ed25519_key, p256_key
from config.world.machine import Machine, Plate
from config.world.office import Office
from config.world.programs import Releases, place_has_programs
from config.world.signing import SignerProcess
from config.world.voice import Studio, WorldLines
from config.world.ways import Post, Web
from config.world.weather import Weather
from nguon_device.agent import Agent
from nguon_device.ports import Broker, Lines, Network
from nguon_device.simulator.programs import Programs
from nguon_protocol import receipts
from nguon_protocol.documents import Policy
from nguon_signer.rows import Device
from nguon_signer.store import Issued

START = 1_788_224_400.0
"""2026-09-01 00:00 UTC, seven in the morning in the communes."""
PROVINCE = "vn.5"
COMMUNES = ("vn.5.120", "vn.5.121")
VILLAGES = (1, 2)
CLOCKS: tuple[Literal["battery", "frozen", "reset"], ...] = ("battery", "battery", "frozen", "reset")


class Place:
    """Everything of one world; `trace` is what happened, in order."""

    def __init__(self, seed: int, folder: Path, devices: int, make: Callable[..., Agent] = Agent) -> None:
        self.seed = seed
        self.rng = chance(seed)
        self.trace: list[str] = []
        self.work = Clockwork(START)
        self.weather = Weather(chance(self.rng.random()))
        self.groups = tuple(self.uuid() for _ in COMMUNES)
        programs = place_has_programs(seed)
        self.ceremony = Ceremony(str(seed), self.policy(), int(START) - 86_400, maintained=programs)
        self.judge = Judge(self.ceremony.root, lambda: self.work.now, self.note)
        self.post = Post(self.work, self.weather)
        signer = SignerProcess(folder / "signer", self.ceremony, lambda: self.work.now)
        self.office = Office(
            self.work,
            chance(self.rng.random()),
            self.ceremony,
            signer,
            self.post,
            self._published,
            self._took,
        )
        self.office.happened = self.judge.happened
        self.post.gateway = self.office
        self.studio = Studio(
            self.work, self.weather, chance(self.seed), self.judge.spoken_now, self.judge.carried
        )
        self.machines = [self._machine(number, folder, make) for number in range(devices)]
        if programs:
            self._give_programs()

    def _give_programs(self) -> None:
        office, proving = self.office, self.judge.programs
        releases = Releases(
            lambda: office.tables.programs,
            self.ceremony,
            chance(self.rng.random()),
            lambda: self.work.now,
            proving,
        )
        office.releases, proving.fleet, proving.gone = releases, len(self.machines), releases.gone
        releases.fleet = [one.plate.device for one in self.machines]
        for machine in self.machines:
            machine.programs = Programs()

    def uuid(self) -> str:
        """This function will make an id that the seed decides."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def note(self, name: str, who: str, what: str = "") -> None:
        """This function will write a line of the trace."""
        self.trace.append(f"{self.work.now - START:.3f} {who} {name} {what}".rstrip())

    def policy(self) -> Policy:
        """This function will draw what a root asks of every loudspeaker."""
        return Policy(
            quiet=self.rng.choice(((("22:00", "05:00"),), (("21:30", "04:45"), ("12:00", "13:00")))),
            volume_max=self.rng.choice((60, 90, 100)),
            minutes_per_day=self.rng.choice((1, 3, 240)),
        )

    def _machine(self, number: int, folder: Path, make: Callable[..., Agent]) -> Machine:
        commune = self.rng.randrange(len(COMMUNES)) if number > 1 else number
        name, key = f"loa-{number}", f"{self.seed}/device/{number}"
        plate = Plate(
            name=name,
            device=self.uuid(),
            area=f"{COMMUNES[commune]}.{4001 + 10 * commune + self.rng.choice(VILLAGES)}",
            groups=(self.groups[commune],) if self.rng.random() < 0.5 else (),
            key=ed25519_key(key) if self.rng.random() < 0.8 else p256_key(key),
            clock=self.rng.choice(CLOCKS),
            rate=1 + self.rng.uniform(-50e-6, 50e-6),
        )
        machine = Machine(
            plate, folder / name, self.work, chance(self.rng.random()), self.judge, self._doors, make
        )
        machine.enrol(self.ceremony.envelopes[0])
        self.office.devices[plate.device] = Device(plate.device, plate.area, False, plate.groups)
        self.office.machines[plate.device] = machine
        return machine

    def _doors(self, machine: Machine) -> tuple[Network, Broker, Lines]:
        web = Web(machine, self.work, self.weather, self.office)
        return web, self.post.session(machine), WorldLines(self.studio, machine)

    def _published(self, document: Issued) -> None:
        self.judge.published(document.sha256, document.body)

    def _took(self, device: str, text: str) -> receipts.Receipt | None:
        return self.judge.received(self.office.machines[device], text)
