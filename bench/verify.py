"""How long a device takes to judge a document, beside one raw Ed25519 verification in the same run.

    python bench/verify.py [--seconds 1]

Each row is the whole of acceptance: envelope, signatures, body, every reason. The target is 1 ms. Read the
ratios: the machine's own speed cancels out. Beside the median stands the quickest, which other work on the
machine hardly changes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

from nguon_protocol.acceptance import Accepted, accept
from nguon_protocol.clocks import ClockState
from nguon_protocol.conformance import cast
from nguon_protocol.conformance.case import seal
from nguon_protocol.conformance.cast import NOON
from nguon_protocol.documents import Document, PlanItem
from nguon_protocol.keys import Signer

TARGET_MS = 1.0


def items(count: int) -> tuple[PlanItem, ...]:
    """This function will give so many items of a plan."""
    return tuple(PlanItem(NOON + n * 1500, cast.an_item("bench", n)) for n in range(count))


def each_ms(seconds: float, work: Callable[[], object]) -> tuple[float, float]:
    """This function will give the quickest and the median of how many ms `work` takes."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return min(took), statistics.median(took)


def documents() -> dict[str, bytes]:
    """This function will give the envelopes that are judged, by name."""
    both = (cast.SERVER, cast.SERVER_P)
    alert = cast.an_alert()[0]
    named: dict[str, tuple[Document, tuple[Signer, ...]]] = {
        "stop": (cast.a_stop(), both),
        "order to play": (cast.an_order(), both),
        "order, P-256 alone": (cast.an_order(), (cast.SERVER_P,)),
        "alert of two holders": (alert, (cast.SERVER, cast.HANH)),
        "beacon": (cast.a_beacon(), both),
        **{f"plan of {n} items": (cast.a_plan(items=items(n)), both) for n in (70, 105, 140, 210, 480)},
    }
    return {name: seal(document, *signers) for name, (document, signers) in named.items()}


def main() -> None:
    """This function will print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    seconds = parser.parse_args().seconds
    state = cast.a_device()
    body = cast.an_order().body()
    signature = cast.SERVER.sign(body)
    raw = each_ms(seconds, lambda: cast.SERVER.public.verify(signature, body))
    print(f"{'raw Ed25519':<22} {raw[0]:7.3f} ms at best, {raw[1]:7.3f} in the middle")
    for name, data in documents().items():
        judge = partial(accept, data, state, NOON, ClockState.SYNCED)
        assert isinstance(judge(), Accepted), name
        best, middle = each_ms(seconds, judge)
        over = "" if best <= TARGET_MS else f"   over {TARGET_MS:g} ms"
        ratio = best / raw[0]
        print(
            f"{name:<22} {best:7.3f} ms at best, {middle:7.3f} in the middle   {ratio:6.1f} times raw{over}"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
