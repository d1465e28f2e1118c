"""How much of a sound a box says that it played: what counts as heard, and when a sound is over."""

from dataclasses import dataclass

from nguon_device.bridge.far import Told
from nguon_device.ports import Playing, SinkState

TAKEN_WITHIN_S = 45.0
"""A box that has not taken an order by then is not going to: the receipt says so."""


@dataclass(slots=True)
class Hearing:
    """One sound on one box. All times are monotonic seconds.

    A box that tells what it plays is believed for the time between two words of it; one that does not
    counts as playing from the moment it took the order. Neither is proof: that is what class L means.
    """

    playing: Playing
    began: float
    look_s: float
    proves: bool
    live: bool = False
    """It is listened to while it sounds; how much of it was heard is known elsewhere."""
    taken_at: float | None = None
    first_at: float | None = None
    last_at: float | None = None
    silent: int = 0
    over: str | None = None
    """Why it ended before its time: "sink", "media", or "" for its own end."""

    @property
    def whole_s(self) -> float:
        """Give how long the sound is, from where it begins here."""
        return (self.playing.dur_ms - self.playing.offset_ms) / 1000

    @property
    def patience_s(self) -> float:
        """Give how long a box may say nothing before that counts as silence."""
        return 3 * self.look_s + 2

    def taken(self, now: float) -> None:
        """The box took the order."""
        self.taken_at = now

    def told(self, told: Told, url: str, now: float) -> None:
        """The box said how it is; nothing but this very sound counts."""
        if self.taken_at is None or now < self.taken_at:
            return
        if told.playing and told.url in {"", url}:
            self.first_at = now if self.first_at is None else self.first_at
            self.last_at, self.silent = now, 0
        else:
            self.silent += 1

    def state(self, now: float) -> SinkState:
        """Give how far it has come."""
        self._look(now)
        return SinkState(round(self._heard_s(now) * 1000), self.over is not None, self.over or "")

    def _look(self, now: float) -> None:
        if self.over is not None:
            return
        if self.taken_at is None:
            self.over = "sink" if now - self.began >= min(TAKEN_WITHIN_S, self.whole_s) else None
        elif now - self.taken_at >= self.whole_s:
            self.over = "" if self._through() else "sink"
        elif (self.proves and now - max(self.taken_at, self.last_at or 0.0) > self.patience_s) or (
            self.silent >= 2 and now - self.taken_at > self.look_s
        ):
            self.over = "sink"

    def _through(self) -> bool:
        """Whether the box was heard of from its beginning until shortly before its end."""
        if not self.proves:
            return True
        if self.taken_at is None or self.first_at is None or self.last_at is None:
            return self.whole_s <= self.patience_s and self.first_at is not None
        near = min(self.patience_s, self.whole_s)
        return self.first_at - self.taken_at <= near and self.taken_at + self.whole_s - self.last_at <= near

    def _heard_s(self, now: float) -> float:
        if self.taken_at is None:
            return 0.0
        if self.over == "":
            return self.whole_s
        if not self.proves:
            return min(self.whole_s, now - self.taken_at)
        if self.first_at is None or self.last_at is None:
            return 0.0
        return min(self.whole_s, self.last_at - self.first_at)
