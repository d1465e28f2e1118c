"""The small world in CI: fixed seeds, fresh seeds, and agents with a planted fault, each of them caught."""

import os
import secrets
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from config.world.run import Outcome, Size, run_seed, run_seeds
from config.world.tests.bugs import PLANTED

FIXED = range(int(os.environ.get("NGUON_WORLD_FIXED", "24")))
FRESH = int(os.environ.get("NGUON_WORLD_FRESH", "8"))
MOST_SEEDS = 16
CORES = len(os.sched_getaffinity(0))


def told(outcomes: list[Outcome]) -> str:
    """This function will say which worlds broke and how to see it again."""
    return "\n".join(
        f"{one.words}\n  again: {one.replay}\n  " + "\n  ".join(one.last[-30:])
        for one in outcomes
        if one.invariant
    )


def test_every_invariant_holds_for_the_fixed_seeds() -> None:
    outcomes = list(run_seeds(FIXED, Size(), CORES))
    assert told(outcomes) == ""
    happened = {name for one in outcomes for name in one.counts}
    assert {"played", "partly", "missed", "cancelled", "refused", "info"} <= happened
    assert {
        "power cut",
        "process died",
        "server down",
        "root:epoch",
        "root:server",
        "root:holder",
    } <= happened


def test_every_invariant_holds_for_fresh_seeds() -> None:
    first = secrets.randbelow(10**9)
    outcomes = list(run_seeds(range(first, first + FRESH), Size(), CORES))
    assert told(outcomes) == "", f"seeds {first} to {first + FRESH - 1}"


def test_a_seed_gives_the_same_trace_in_another_process() -> None:
    code = "from config.world.run import Size, run_seed; print(run_seed(7, Size(days=2)).trace)"
    traces = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": number, "PYTHONPATH": "server"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for number in ("1", "2")
    }
    assert len(traces) == 1


def _caught(name: str) -> Outcome | None:
    make, _invariants = PLANTED[name]
    for seed in range(MOST_SEEDS):
        outcome = run_seed(seed, make=make)
        if outcome.invariant:
            return outcome
    return None


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_caught(name: str) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        outcome = pool.submit(_caught, name).result()
    assert outcome is not None, f"{name}: not caught by {MOST_SEEDS} seeds"
    assert outcome.invariant in PLANTED[name][1], outcome.words
    assert outcome.last
    assert f"--seed {outcome.seed} " in outcome.replay
