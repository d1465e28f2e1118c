"""What every speech engine gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sound:
    """Mono sound: signed 16-bit little-endian samples, and how many of them a second."""

    pcm: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """This property will tell how long it lasts."""
        return len(self.pcm) / 2 / self.rate
