"""One seed in, one outcome out; and many seeds over several processes."""

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

from config.world.judge import Violated, digest
from config.world.keysmith import remember_work
from config.world.story import Story
from nguon_device.agent import Agent

MEMORY = Path("/dev/shm")  # noqa: S108  a private folder is made in it
LAST_LINES = 400


@dataclass(frozen=True)
class Size:
    """How big a world is."""

    days: float = 7.0
    devices: int = 5


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


def run_seed(seed: int, size: Size = Size(), make: Callable[..., Agent] = Agent) -> Outcome:
    """This function will live one world through and say what became of it."""
    remember_work()
    began = time.process_time()
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=MEMORY if MEMORY.is_dir() else None))
    story: Story | None = None
    invariant, words = "", ""
    try:
        story = Story(seed, folder / "w", size.days, size.devices, make)
        story.run()
    except Violated as violated:
        invariant, words = violated.invariant, str(violated)
        if violated.__cause__ is not None:
            words += "\n" + "".join(traceback.format_exception(violated.__cause__))
    except Exception:
        invariant, words = "world", traceback.format_exc()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    trace = [] if story is None else story.place.trace
    counts = {} if story is None else dict(sorted(story.place.judge.counts.items()))
    return Outcome(
        seed, size, digest(trace), invariant, words, tuple(trace[-LAST_LINES:]) if invariant else (), counts,
        time.process_time() - began,
    )  # fmt: skip


def run_seeds(seeds: Iterable[int], size: Size, processes: int) -> Iterator[Outcome]:
    """This function will run many seeds and give their outcomes in order."""
    if processes <= 1:
        yield from (run_seed(seed, size) for seed in seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        yield from pool.map(partial(run_seed, size=size), seeds, chunksize=2)
