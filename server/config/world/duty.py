"""The duty officer: alerts with their ends, drills and tests, kept apart from the server's disk."""

from collections import Counter
from dataclasses import dataclass, replace

from config.world.ceremony import Ceremony
from config.world.keysmith import ed25519_key
from config.world.voice import url_of
from nguon_protocol import targets
from nguon_protocol.counters import PEOPLES
from nguon_protocol.documents import Drill, Item, Latest, Live, Order, Urgent
from nguon_protocol.documents.urgent import DRILL, END_LIFETIME_S, LIFETIME_S, SIREN, born
from nguon_protocol.ids import order_id
from nguon_signer.rows import Device


@dataclass(frozen=True)
class Alert:
    """An alert with what ends it, signed in one gesture."""

    play: Urgent
    cancel: Urgent
    correction: Urgent


class Duty:
    """What was released so far; `envelopes` by the SHA-256 of the body."""

    def __init__(self, ceremony: Ceremony) -> None:
        self._ceremony = ceremony
        self._numbers: Counter[tuple[str, str]] = Counter()
        self.envelopes: dict[str, str] = {}
        self._hashes: dict[tuple[str, str, int], str] = {}
        self.released: list[Urgent] = []
        self.alerts: list[Alert] = []

    def alert(self, target: str, item: Item | None, dur_ms: int, now: int, name: str) -> Alert:
        """This function will sign an alert, which two holders want; `name` is its own for ever."""
        known = Urgent(
            issued=now, expires=now + LIFETIME_S, epoch=self._ceremony.epoch,
            v=self._next("urgent", target, 3), target=target, id=name, action="play",
            sounds=(SIREN,), item=item, dur_ms=dur_ms,
        )  # fmt: skip
        end = replace(known, of=name, expires=now + END_LIFETIME_S, item=None, sounds=(), dur_ms=None)
        cancel = replace(end, action="cancel", id=order_id(f"c {known.v}", name), v=known.v + 1)
        spoken = replace(end, action="correct", id=order_id(f"k {known.v}", name), v=known.v + 2)
        play, *ends = born(known, (cancel, replace(spoken, sounds=("all-clear", SIREN), dur_ms=4000)))
        alert = Alert(play, *ends)
        self.alerts.append(alert)
        self._release(play)
        return alert

    def renew(self, alert: Alert, now: int) -> Alert:
        """This function will sign the same alert again, to last longer."""
        self.drop(alert)
        return self.alert(alert.play.target, alert.play.item, alert.play.dur_ms or 1, now, alert.play.id)

    def end(self, alert: Alert, *, correct: bool) -> Urgent:
        """This function will release what was signed with the alert to end it."""
        self.drop(alert)
        ending = alert.correction if correct else alert.cancel
        self._release(ending)
        return ending

    def drill(self, target: str, action: str, now: int, name: str) -> Drill:
        """This function will sign a drill, or a test that nobody hears; one holder is enough."""
        found = Drill(
            issued=now, expires=now + LIFETIME_S, epoch=self._ceremony.epoch,
            v=self._next("drill", target, 1), target=target, id=name, action=action,
            sounds=(DRILL,), dur_ms=5000,
        )  # fmt: skip
        self._release(found)
        return found

    def voice(self, target: str, now: int, lives_s: int, name: str, key: str) -> tuple[Order, str]:
        """This function will sign, alone, an order to hear a voice whose key has that name."""
        live = Live(ed25519_key(key).public, url_of(name), 80, 2)
        order = Order(
            issued=now, expires=now + lives_s, epoch=self._ceremony.epoch,
            v=PEOPLES + self._next("live", target, 1), target=target, id=name, action="live", live=live,
        )  # fmt: skip
        return order, order.sign(self._ceremony.duty)

    def drop(self, alert: Alert) -> None:
        """This function will name an alert in no beacon any more."""
        self.alerts.remove(alert)
        self.released = [one for one in self.released if one.id != alert.play.id]

    def live(self, device: Device, now: int) -> list[Urgent]:
        """This function will give what one loudspeaker should have of all this."""
        self.released = [
            one for one in self.released if one.expires >= now and one.epoch == self._ceremony.epoch
        ]
        return [
            one for one in self.released if targets.covers(one.target, device.area, device.groups, device.id)
        ]

    def latest(self, device: Device, now: int) -> list[Latest]:
        """This function will give the same as lines of a beacon."""
        return [Latest(one.TYPE, one.target, one.epoch, one.v, one.sha256) for one in self.live(device, now)]

    def _next(self, kind: str, target: str, numbers: int) -> int:
        self._numbers[kind, target] += numbers
        return self._numbers[kind, target] - numbers + 1

    def _release(self, document: Urgent) -> None:
        alone = isinstance(document, Drill)
        signers = self._ceremony.signers if alone else [*self._ceremony.signers, *self._ceremony.duty]
        self._hashes[document.TYPE, document.target, document.v] = document.sha256
        self.envelopes[document.sha256] = document.sign(signers)
        self.released.append(document)
