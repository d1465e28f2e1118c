"""The thread that makes one box follow: no queue, only the newest wish and the silence owed."""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from nguon_device.bridge.breaker import Breaker
from nguon_device.bridge.far import Far, Told, Wanted
from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.hearing import Hearing

log = logging.getLogger("nguon_device")
IDLE_S = 60.0
"""Between two looks at a box that is to be silent, as the official profile has it."""
TAIL_S = 10.0
"""A box that began late may end so late; one that still plays then is told to stop."""
NOTED_S = 3600.0
"""So long after its end a sound that a killed bridge had sent is still taken back: machines come up late."""
SILENCE_S = 3.0
"""A box that does not fall silent is asked again after so long at the latest, whatever the breaker says."""

Offer = Callable[[Hearing], Wanted]
"""Makes the sound reachable for the box, and says where; may raise."""


class Driver(threading.Thread):
    """Whoever wishes never waits; the box may hang as long as it likes, and only this thread waits for it."""

    def __init__(
        self,
        far: Far,
        offer: Offer,
        rng: Random,
        *,
        look_s: float,
        idle_s: float = IDLE_S,
        note: Path | None = None,
    ) -> None:
        """Begin to look at the box. What it is sent is noted in the file `note`: a bridge that was killed
        knows at its next start what its box may still be playing, and has it fall silent first."""
        super().__init__(name="far box", daemon=True)
        self._far = far
        self._offer = offer
        self._look_s, self._idle_s = look_s, idle_s
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._closing = False
        self._hearing: Hearing | None = None
        self._sent: tuple[Hearing, Wanted] | None = None
        self._owed: str | None = None
        self._back: tuple[str, str, float] | None = None
        """What was taken back (item, address), and when: the box has not yet said that it is silent."""
        self._note = note
        self._before = _noted(note)
        if self._before is not None:
            self._owed = self._before[0]
        self._goes_on = False
        self._stopping = False
        self._look_at = time.monotonic()
        self.breaker = Breaker(rng)
        self.told: Told | None = None
        self.told_at = 0.0
        self.start()

    def play(self, hearing: Hearing) -> None:
        """Have the box sound this from now on."""
        with self._lock:
            self._owe_silence()
            self._hearing = hearing
        self._wake.set()

    def silence(self) -> None:
        """Have the box fall silent: before anything else, and without waiting for the next try."""
        with self._lock:
            self._owe_silence()
            self._hearing = None
        self._wake.set()

    def _owe_silence(self) -> None:
        """What was sent, or is being sent this very moment, is taken back before anything else."""
        one = self._hearing
        if one is not None and one.over != "":
            self._owed = one.playing.item
            self.breaker.hurry()
            self._far.hang_up()

    def close(self) -> None:
        """Fall silent and let go; waits a moment for the box, and no longer."""
        self.silence()
        self._closing = True
        self._wake.set()
        self.join(3.0)

    def run(self) -> None:
        """Follow the newest wish until closed."""
        while not self._closing or self._owed is not None:
            wait = self._turn()
            if self._closing and self.breaker.fault is not None:
                break
            self._wake.wait(wait)
            self._wake.clear()
        self._far.close()

    def _turn(self) -> float:
        """Do the one thing that is due; give the seconds until the next."""
        now = time.monotonic()
        if (wait := self.breaker.wait(now)) > 0:
            return wait
        try:
            self._do_next(now)
        except FarFault as fault:
            self._failed(fault)
        except Exception:  # an adapter that has a fault of its own is a box that fails, and no more than that
            log.exception("an adapter failed")
            self._failed(FarFault("fault"))
        return max(0.0, min(self.breaker.wait(time.monotonic()) or self._wait(), self._idle_s))

    def _wait(self) -> float:
        if self._owed is not None or (self._hearing is not None and self._unsent(self._hearing)):
            return 0.0
        return self._look_at - time.monotonic()

    def _unsent(self, hearing: Hearing) -> bool:
        return hearing.over is None and (self._sent is None or self._sent[0] is not hearing)

    def _do_next(self, now: float) -> None:
        with self._lock:
            owed, hearing = self._owed, self._hearing
        self._stopping = owed is not None
        if owed is not None:
            self._fall_silent(owed)
        elif hearing is not None and self._unsent(hearing):
            self._send(hearing)
        elif now >= self._look_at:
            self._look()

    def _fall_silent(self, owed: str) -> None:
        try:
            self._far.stop(owed)
        except FarFault as fault:
            if fault.code != "refused" or self._far.look().playing:
                raise  # a box that is silent already may well refuse
        now = time.monotonic()
        with self._lock:
            if self._owed == owed:
                self._owed = None
            if self._sent is not None and self._sent[0].playing.item == owed:
                self._back, self._sent = (owed, self._sent[1].url, now), None
            elif (before := self._back or self._before) is not None:
                self._back = (*before[:2], now)
            self._before = None
        self.breaker.worked()
        if self._goes_on:
            self.breaker.fault = FarFault("goes-on")
        if self._back is not None:
            self._look_at = now + self._pause()

    def _send(self, hearing: Hearing) -> None:
        wanted = self._offer(hearing)
        with self._lock:
            if self._hearing is not hearing or self._owed is not None:
                return  # it was taken back while it was made ready
        if self._note is not None:
            ends_s = time.time() + wanted.dur_ms / 1000 + NOTED_S
            with suppress(OSError):  # a full disk is no reason for silence
                self._note.write_text(json.dumps([wanted.item, wanted.url, ends_s]))
        self._far.play(wanted)
        with self._lock:
            self._sent, self._back, self._goes_on = (hearing, wanted), None, False
            hearing.taken(time.monotonic())
        self.breaker.worked()
        self._look_at = time.monotonic() + self._pause()

    def _look(self) -> None:
        sent = self._sent
        playing = sent is not None and sent[0].over is None
        self._look_at = time.monotonic() + self._pause()
        told = self._far.look()
        self.told, self.told_at = told, time.monotonic()
        self.breaker.worked()
        if self._back is not None and self._hearing is None:
            self._is_silent(told, *self._back)
        elif sent is not None and sent[0] is self._hearing:
            sent[0].told(told, sent[1].url, self.told_at - told.age_s)
            if playing and not told.playing:
                self.breaker.fault = FarFault("silent")
        elif told.playing and self._hearing is None:
            self._plays_on(told, sent)

    def _is_silent(self, told: Told, item: str, url: str, at: float) -> None:
        """A stop that was taken, or got lost, is not yet silence: only the box's own word is, said later."""
        if self.told_at - told.age_s <= at:
            return
        self._goes_on = told.playing is True and told.url in {"", url}
        if self._goes_on:
            self._owed = item
            self.breaker.fault = FarFault("goes-on")
        else:
            self._back = None
            self._look_at = self.told_at if told.playing else self.told_at + self._pause()

    def _plays_on(self, told: Told, sent: tuple[Hearing, Wanted] | None) -> None:
        """The end of what was sent may come a little late; what goes on after that is stopped, or strange."""
        if sent is None or told.url not in {"", sent[1].url}:
            self.breaker.fault = FarFault("stranger", told.url)
            return
        hearing = sent[0]
        ends = (hearing.taken_at or hearing.began) + hearing.whole_s
        if self.told_at - ends > TAIL_S:
            self._owed = hearing.playing.item
        else:
            self._look_at = min(self._look_at, ends + TAIL_S + 1)

    def _failed(self, fault: FarFault) -> None:
        now = time.monotonic()
        self.breaker.failed(fault, now)
        if self._owed is not None:  # what failed was perhaps hung up on for the sake of the silence
            self.breaker.hurry(now + SILENCE_S if self._stopping else now)
        self._look_at = now + self._pause()

    def _pause(self) -> float:
        """Give the seconds between two looks now; a short sound is looked at sooner."""
        sent = self._sent
        if self._back is not None:
            return min(SILENCE_S, self._look_s)
        if sent is None or sent[0].over is not None:
            return self._idle_s
        return min(self._look_s, sent[0].whole_s / 3)


def _noted(note: Path | None) -> tuple[str, str] | None:
    """Give the item and the address that were sent last; None when nothing is known, or it is long over."""
    try:
        found = json.loads(note.read_text()) if note is not None else None
    except (OSError, ValueError):
        return None
    match found:
        case [str(item), str(url), int() | float() as ends_s] if time.time() < ends_s:
            return item, url
    return None
