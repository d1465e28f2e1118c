"""What the ways between server and loudspeakers do to what is sent: lose, double, delay, overtake, cut."""

from dataclasses import dataclass, field
from random import Random

FINE_DELAY_S = (0.01, 0.08)
TIMEOUT_S = 10.0


@dataclass
class Weather:
    """The dials; everything at rest is fine weather."""

    rng: Random
    loss: float = 0.0
    double: float = 0.0
    garble: float = 0.0
    delay_s: tuple[float, float] = FINE_DELAY_S
    http_down: bool = False
    broker_down: bool = False
    cut_off: set[str] = field(default_factory=set)

    def clear(self) -> None:
        """This function will make the weather fine, but for who is cut off for longer."""
        self.loss = self.double = self.garble = 0.0
        self.delay_s = FINE_DELAY_S
        self.http_down = self.broker_down = False

    def delays(self) -> list[float]:
        """This function will give after how many seconds one message arrives, once for each copy of it."""
        if self.rng.random() < self.loss:
            return []
        copies = 2 if self.rng.random() < self.double else 1
        return [self.rng.uniform(*self.delay_s) for _ in range(copies)]

    def spoil(self, data: bytes) -> bytes:
        """This function will, now and then, cut bytes short or change one of them."""
        if not data or self.rng.random() >= self.garble:
            return data
        at = self.rng.randrange(len(data))
        if self.rng.random() < 0.5:
            return data[:at]
        return data[:at] + bytes([data[at] ^ 1 << self.rng.randrange(8)]) + data[at + 1 :]
