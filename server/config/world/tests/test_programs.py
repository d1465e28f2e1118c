"""Faults of the server's waves, planted: a judge that believes no row of it sees them."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from config.world import programs
from config.world.run import run_seed
from nguon.releases.states import OFFERED, ReleaseState
from nguon.releases.waves import Move


def everybody_at_once(
    release: UUID, wave: int, *, everybody: Collection[UUID], had: Collection[UUID], **_there: Any
) -> list[UUID]:
    return sorted(set(everybody).difference(had))


def never_enough(*_given: Any, **_named: Any) -> Move:
    return Move.ADVANCE


FAULTS: dict[str, tuple[str, Any]] = {
    "everybody at once": ("invited", everybody_at_once),
    "on without looking": ("judge", never_enough),
    "halted ones go on": ("OFFERED", (*OFFERED, ReleaseState.HALTED)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_waves_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, planted = FAULTS[fault]
    monkeypatch.setattr(programs, name, planted)
    assert first_broken(run_seed) == "release"


def first_broken(run: Callable[[int], Any]) -> str:
    """This function will give the invariant that breaks first in the first worlds with programs."""
    seeds = filter(programs.place_has_programs, range(1, 60))
    return next((one.invariant for one in map(run, seeds) if one.invariant), "")
