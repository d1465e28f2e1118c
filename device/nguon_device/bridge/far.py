"""What every adapter does for the bridge: play, fall silent, say how it is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a box is to sound from now on: an address of ours, for so many ms.

    `live`: the address is a stream that never ends by itself. `priority` is 1 (urgent) to 3; `started_at_ms`
    epoch ms. The loudness is in the samples already.
    """

    item: str
    title: str
    url: str
    dur_ms: int
    started_at_ms: int
    priority: int = 3
    live: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a box says of itself, unproven: `playing` None when it does not say; `url` of what it plays."""

    playing: bool | None = None
    url: str = ""
    volume: int | None = None
    connection: str = ""
    program: str = ""
    temp: float | None = None
    """Degrees Celsius."""
    disk: float | None = None
    """Of its store, in percent."""
    age_s: float = 0.0


class Far(Protocol):
    """A box far away. Each call ends within some seconds, or raises FarFault; one call at a time."""

    proves: bool
    """Whether `look` says what the box plays; else an order that was taken counts as heard."""

    def play(self, wanted: Wanted) -> None:
        """Have the box sound this, instead of whatever it sounds."""

    def stop(self, item: str) -> None:
        """Have the box fall silent, and forget what it was given as `item`. May be asked again."""

    def look(self) -> Told:
        """Ask the box how it is."""

    def hang_up(self) -> None:
        """End the call under way, from another thread."""

    def close(self) -> None:
        """Let go of the box; nothing more is asked of it."""
