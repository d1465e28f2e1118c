"""Which planted fault is found after how many seeds: a table."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from config.world.run import Outcome, run_seed
from config.world.tests.bugs import PLANTED, SEEN_BY

MOST_SEEDS = 40


def caught(name: str, first: int = 1) -> Outcome | None:
    """This function will give the first world, of seed `first` and then of seeds 1 to 40, in which the fault
    breaks something."""
    make, _invariants = PLANTED[name]
    seeds = dict.fromkeys((first, *range(1, MOST_SEEDS + 1)))
    outcomes = (run_seed(seed, make=make) for seed in seeds)
    return next((one for one in outcomes if one.invariant), None)


def words_of(name: str) -> str:
    """This function will say in words what the fault is."""
    make, _invariants = PLANTED[name]
    return (make.__doc__ or "").strip()


def main() -> None:
    """This function will print the table."""
    sys.stdout.write("| planted fault | first found by seed | as |\n| --- | --- | --- |\n")
    context = get_context("forkserver")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=context) as pool:
        for name, outcome in zip(
            PLANTED, pool.map(caught, PLANTED, [SEEN_BY.get(name, 1) for name in PLANTED]), strict=True
        ):
            found = "| not found |" if outcome is None else f"| {outcome.seed} | {outcome.invariant} "
            sys.stdout.write(f"| {words_of(name)} {found}|\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
