"""What the judge knows of each loudspeaker."""

from collections import Counter
from dataclasses import dataclass, field

from nguon_device.ports import Playing
from nguon_protocol import receipts
from nguon_protocol.documents import Input, Order, Plan, Release, Root, Urgent
from nguon_protocol.player import Cue

Signed = Plan | Order | Urgent | Input | Release


class Violated(BaseException):
    """An invariant did not hold: its name, and what happened in words. Nothing under test may catch it."""

    def __init__(self, invariant: str, words: str) -> None:
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant


@dataclass
class Heard:
    """One item at one loudspeaker: the parts of it that sounded (offset ms, ms), and in which life."""

    life: int
    parts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class File:
    """What the judge knows of one loudspeaker."""

    root: Root
    chain: receipts.Chain = field(default_factory=receipts.Chain)
    committed_at: dict[int, float] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    plans: dict[str, str] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    stopped_ms: int = -1
    stopped_at_ms: float = -1.0
    alerts: set[str] = field(default_factory=set)
    heard: dict[str, Heard] = field(default_factory=dict)
    by_day: Counter[int] = field(default_factory=Counter)
    cuts: Counter[int] = field(default_factory=Counter)
    counters: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    newest: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The (epoch, v) of the last plan of each target; not even a lost journal lets it fall."""
    hashes: dict[int, str] = field(default_factory=lambda: {0: ""})
    lost: bool = False
    root_lost: bool = False
    unknown_ms: float = -1.0
    """What was due until then, before a journal was lost, may have no end."""
    taken: set[str] = field(default_factory=set)
    """What is accepted once and never again, while the journal lasts; what rotted in it is taken out."""
    loudest: int = 100
    loudest_issued: int = -1
    voices: dict[str, float] = field(default_factory=dict)
    """When the last whole segment of a live session came, by its order."""
    voiced: set[bytes] = field(default_factory=set)
    inputs: dict[str, list[tuple[Input, float]]] = field(default_factory=dict)
    sounding: tuple[Playing, int, Cue] | None = None
    life: int = 0
    synced_at: float = 0.0
