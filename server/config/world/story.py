"""One seed's story: days of ordinary life, bad minutes in them, and what must be right after."""

from collections.abc import Callable
from pathlib import Path

from config.world.desired import check
from config.world.faults import Faults
from config.world.place import START, Place
from config.world.workload import Workload
from nguon_device.agent import Agent

DAY_S = 86_400.0
BAD_S = (40.0, 160.0)
WELL_S = 120.0


class Story:
    """Runs one world for some days."""

    def __init__(
        self, seed: int, folder: Path, days: float, devices: int, make: Callable[..., Agent] = Agent
    ) -> None:
        self.place = Place(seed, folder, devices, make)
        self.days = days
        self.work = Workload(self.place)
        self.faults = Faults(self.place)

    def run(self) -> None:
        """This function will live through all of it; raises Violated."""
        place, rng = self.place, self.place.rng
        for machine in place.machines:
            machine.switch_on()
        end = START + self.days * DAY_S
        while place.work.now < end:
            self._bad_time()
            self._all_is_well()
            self._ordinary(rng.uniform(0.8, 3.2) * DAY_S, end)

    def _bad_time(self) -> None:
        place, rng = self.place, self.place.rng
        place.note("a bad time begins", "world")
        self._wake(busy=True)
        until = place.work.now + rng.uniform(*BAD_S)
        if rng.random() < 0.25:
            rng.choice((self.faults.restore, self.faults.new_root))()
        while place.work.now < until:
            (self.work.act if rng.random() < 0.45 else self.faults.act)()
            place.work.run(place.work.now + rng.choice((0.05, 1.0, 5.0, 20.0)) * rng.random())

    def _all_is_well(self) -> None:
        """Give the world 120 s without a fault, and then hold every loudspeaker against what it should be."""
        place = self.place
        self.faults.stop()
        place.note("the faults stop", "world")
        place.work.run(place.work.now + WELL_S)
        check(place)
        self.faults.back_up()
        place.note("all is well", "world")

    def _ordinary(self, seconds: float, end: float) -> None:
        """Let time go by: plans play, machines sleep, lose power and are long away."""
        place, rng = self.place, self.place.rng
        self._wake(busy=False)
        until = min(end, place.work.now + seconds)
        while place.work.now < until:
            if rng.random() < 0.3:
                machine = rng.choice(place.machines)
                machine.lose_power()
                place.work.after(rng.uniform(60, 1.5 * DAY_S), machine.switch_on)
                if rng.random() < 0.5:  # the network comes back later than the power
                    place.weather.cut_off.add(machine.name)
            if rng.random() < 0.2:
                place.weather.cut_off.add(rng.choice(place.machines).name)
                place.post.notice()
            place.office.renew()
            place.work.run(min(until, place.work.now + rng.uniform(3600, 40_000)))

    def _wake(self, *, busy: bool) -> None:
        for machine in self.place.machines:
            machine.busy = busy
            if busy:
                machine.wake()
        if busy:
            self.place.post.mend()
