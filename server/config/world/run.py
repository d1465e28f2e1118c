"""One seed in, one outcome out; and many seeds over several processes."""

import gc
import logging
import math
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from config.world import keysmith
from config.world.clockwork import chance
from config.world.files import Violated
from config.world.judge import digest
from config.world.story import Story
from nguon_device.agent import Agent

MEMORY = Path("/dev/shm")  # noqa: S108  a private folder is made in it
LAST_LINES = 400


@dataclass(frozen=True)
class Size:
    """How big a world is."""

    days: float = 7.0
    devices: int = 5


BIG_EVERY = 50
DEVICE_DAYS = 200.0
"""A big world is long or has many loudspeakers, not both: it costs about six small ones."""


def size_of(seed: int) -> Size:
    """This function will give the size of a seed's world: most are small, one in 50 has 5 to 50 loudspeakers
    for 7 to 40 days."""
    if seed % BIG_EVERY:
        return Size()
    devices = round(math.exp(chance(seed).uniform(math.log(5), math.log(45))))
    return Size(days=round(max(7.0, min(40.0, DEVICE_DAYS / devices))), devices=devices)


@dataclass(frozen=True)
class Outcome:
    """What became of one seed; `invariant` is empty when all of them held."""

    seed: int
    size: Size
    trace: str
    invariant: str = ""
    words: str = ""
    last: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def replay(self) -> str:
        """This function will give the one command that does exactly this again."""
        return (
            f"uv run nguon-world --seeds 1 --seed {self.seed} --days {self.size.days:g}"
            f" --devices {self.size.devices}"
        )


def run_seed(seed: int, size: Size | None = None, make: Callable[..., Agent] = Agent) -> Outcome:
    """This function will live one world through, of the seed's own size if none is given, and say what
    became of it."""
    size = size or size_of(seed)
    began = time.process_time()
    logging.getLogger("nguon_device").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=MEMORY if MEMORY.is_dir() else None))
    story: Story | None = None
    invariant, words = "", ""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])  # a world makes few rings and lives short: looking for them is dear
    try:
        with keysmith.of_seed(seed):
            story = Story(seed, folder / "w", size.days, size.devices, make)
            story.run()
    except Violated as violated:
        invariant, words = violated.invariant, str(violated)
        if violated.__cause__ is not None:
            words += "\n" + "".join(traceback.format_exception(violated.__cause__))
    except Exception:
        invariant, words = "world", traceback.format_exc()
    finally:
        gc.set_threshold(*usual)
        shutil.rmtree(folder, ignore_errors=True)
    trace = [] if story is None else story.place.trace
    counts = {} if story is None else dict(sorted(story.place.judge.counts.items()))
    return Outcome(
        seed, size, digest(trace), invariant, words, tuple(trace[-LAST_LINES:]) if invariant else (), counts,
        time.process_time() - began,
    )  # fmt: skip


def run_seeds(seeds: Iterable[int], size: Size | None, processes: int) -> Iterator[Outcome]:
    """This function will run many seeds and give their outcomes in order."""
    if processes <= 1:
        yield from (run_seed(seed, size) for seed in seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        yield from pool.map(partial(run_seed, size=size), seeds, chunksize=2)
