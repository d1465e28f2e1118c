"""The worlds in CI: the first 500 seeds, and agents with a planted fault, each of them caught."""

import os
import subprocess
import sys
from functools import partial

import pytest

from config.world.cli import _parser
from config.world.run import Outcome, Size, run_seed, size_of
from config.world.tests.bugs import PLANTED, SEEN_BY
from config.world.tests.catching import MOST_SEEDS, caught

SEEDS = int(os.environ.get("NGUON_WORLD_SEEDS", "500"))
CHUNK = 25
COMMON = {"played", "partly", "missed", "cancelled", "refused", "info", "power cut", "process died"}
COMMON |= {"server down", "root:epoch", "journal lost", "urgent play", "muted", "pressed"}


def told(outcomes: list[Outcome]) -> str:
    """This function will say which worlds broke and how to see it again."""
    return "\n".join(
        f"{one.words}\n  again: {one.replay}\n  " + "\n  ".join(one.last[-30:])
        for one in outcomes
        if one.invariant
    )


@pytest.mark.parametrize("first", range(1, SEEDS + 1, CHUNK))
def test_every_invariant_holds(first: int) -> None:
    outcomes = [run_seed(seed) for seed in range(first, min(first + CHUNK, SEEDS + 1))]
    assert told(outcomes) == ""
    assert {name for one in outcomes for name in one.counts} >= COMMON


def test_a_tenth_of_the_days_is_lived_in_big_worlds() -> None:
    sizes = [size_of(seed) for seed in range(1, 501)]
    big = [one for one in sizes if one != Size()]
    assert len(big) == 500 // 50
    assert max(one.devices for one in big) > 30
    assert max(one.days for one in big) > 30
    assert all(5 <= one.devices <= 50 and 7 <= one.days <= 40 for one in sizes)


def test_a_seed_gives_the_same_trace_in_another_process() -> None:
    code = "from config.world.run import Size, run_seed; print(run_seed(7, Size(days=2)).trace)"
    traces = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": number, "PYTHONPATH": "server"},
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        ).stdout.strip()
        for number in ("1", "2")
    }
    assert len(traces) == 1


def test_the_printed_command_breaks_the_same_world_in_the_same_way() -> None:
    make, _invariants = PLANTED["ignores_volume"]
    first = next(one for one in map(partial(run_seed, make=make), range(1, 9)) if one.invariant)
    given = _parser().parse_args(first.replay.split()[3:])
    again = run_seed(given.seed, Size(given.days, given.devices), make)
    assert (again.words, again.trace, again.last) == (first.words, first.trace, first.last)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_caught(name: str) -> None:
    outcome = caught(name, SEEN_BY.get(name, 1))
    assert outcome is not None, f"{name}: not caught by {MOST_SEEDS} seeds"
    assert outcome.invariant in PLANTED[name][1], outcome.words
    assert outcome.last
    assert f"--seed {outcome.seed} " in outcome.replay
