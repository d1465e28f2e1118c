"""The command `nguon-world`: live many seeds through; exit 0 only if every invariant held in all of them."""

import argparse
import json
import os
import secrets
import sys
import time
from collections import Counter
from dataclasses import asdict

from config.world.run import Outcome, Size, run_seeds


def main(arguments: list[str] | None = None) -> None:
    """This function will run the command and end the process with its status."""
    given = _parser().parse_args(arguments)
    first = given.seed if given.seed is not None else secrets.randbelow(10**9)
    size = None
    if given.days is not None or given.devices is not None:
        size = Size(given.days or Size.days, given.devices or Size.devices)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for outcome in run_seeds(range(first, first + given.seeds), size, given.processes or _cores()):
        outcomes.append(outcome)
        if not given.json:
            _tell(outcome, last=given.last, alone=given.seeds == 1)
    broken = [one for one in outcomes if one.invariant]
    seconds = time.monotonic() - began
    if given.json:
        _print(json.dumps(_report(outcomes, first, seconds), ensure_ascii=False))
    else:
        _print(
            f"{len(outcomes)} worlds {_sizes(outcomes)}, "
            f"seeds {first} to {first + given.seeds - 1}, {seconds:.0f} s: "
            + (f"{len(broken)} broke an invariant" if broken else "every invariant held")
        )
    sys.exit(1 if broken else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nguon-world", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many worlds")
    parser.add_argument("--seed", type=int, help="the first seed; without it a fresh one")
    own = "without it most seeds are small, and one in 50 is big"
    parser.add_argument("--days", type=float, help=f"simulated days of each world; {own}")
    parser.add_argument("--devices", type=int, help=f"loudspeakers of each world; {own}")
    parser.add_argument("--processes", type=int, default=0, help="0: one for each core")
    parser.add_argument("--last", type=int, default=40, help="lines of the trace shown when a world breaks")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    return parser


def _sizes(outcomes: list[Outcome]) -> str:
    days = sorted({one.size.days for one in outcomes})
    devices = sorted({one.size.devices for one in outcomes})
    return f"of {days[0]:g} to {days[-1]:g} days with {devices[0]} to {devices[-1]} loudspeakers"


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _tell(outcome: Outcome, *, last: int, alone: bool) -> None:
    if not outcome.invariant:
        if alone:
            _print(f"seed {outcome.seed}: every invariant held; trace {outcome.trace}")
        return
    _print(f"\nseed {outcome.seed} broke: {outcome.words}")
    _print(f"trace {outcome.trace}; the last of what happened:")
    for line in outcome.last[-last:]:
        _print(f"  {line}")
    _print(f"again: {outcome.replay}\n")


def _report(outcomes: list[Outcome], first: int, seconds: float) -> dict[str, object]:
    counts: Counter[str] = Counter()
    for one in outcomes:
        counts.update(one.counts)
    return {
        "ok": not any(one.invariant for one in outcomes),
        "seeds": len(outcomes),
        "first": first,
        "seconds": round(seconds, 1),
        "happened": dict(sorted(counts.items())),
        "broken": [{**asdict(one), "replay": one.replay} for one in outcomes if one.invariant],
        "traces": {str(one.seed): one.trace for one in outcomes},
    }


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
