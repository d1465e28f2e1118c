"""The documents that are kept, and what they want to sound; one whose bytes have rotted is fetched anew."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from nguon_device.reports import Reports
from nguon_device.store import Store
from nguon_protocol.documents import Drill, Order, Plan, Urgent
from nguon_protocol.documents.plan import Stocked
from nguon_protocol.player import Cue, alert_cue, order_cue, plan_cues


@dataclass(frozen=True, slots=True)
class Read:
    """What a kept document wants to sound; `alert` is the id of an alert or drill."""

    target: str
    number: tuple[int, int]
    cues: list[Cue]
    alert: str = ""
    stock: tuple[Stocked, ...] = ()


class Kept:
    """Accepted documents by their hash; `rotted` are those that are to be fetched again."""

    def __init__(self, store: Store, reports: Reports) -> None:
        self._store = store
        self._reports = reports
        self.hashes = store.hashes()
        self.rotted: set[str] = set()
        self._known: dict[str, Read] = {}
        self._silent: set[str] = set()
        self.read: Callable[[str, str, bytes], Read | None] = read_document
        """A simulator of many devices shares this work among them."""
        self.stock: list[Stocked] = []
        """What the plans want to have ready here, as of the last look."""

    def reload(self) -> None:
        """Look into the journal again."""
        self._silent.clear()
        self.hashes = self._store.hashes()

    def whole(self) -> list[tuple[str, str, bytes]]:
        """Give (type, hash, body) of what is kept and may sound; what has rotted is dropped, and is fetched
        anew. What is silent (an order to stop) is looked at once: of those there may be hundreds in a day."""
        found = [one for one in self._store.all_documents() if one[1] not in self._silent]
        whole = [one for one in found if hashlib.sha256(one[2]).hexdigest() == one[1]]
        for _kind, sha256, _body in found if len(whole) < len(found) else ():
            if sha256 not in {one[1] for one in whole}:
                self._drop(sha256)
        return whole

    def _drop(self, sha256: str) -> None:
        with self._store.transaction():
            self._store.drop_document(sha256)
            self._reports.add("info", doc=sha256, reason="document-rot")
        self.hashes.discard(sha256)
        self.rotted.add(sha256)

    def cues(self, is_mine: Callable[[str], bool]) -> list[Cue]:
        """Give the cues of every document whose target is this device's; of an alert that was renewed, only
        the newest. A document is read once: its hash says that it is still the same.
        """
        found: dict[str, Read] = {}
        for kind, sha256, body in self.whole():
            known = self._known.get(sha256) or self.read(kind, sha256, body)
            if known is not None and (known.cues or known.stock):
                found[sha256] = known
            else:
                self._silent.add(sha256)
        self._known = found
        self.stock = [stocked for one in found.values() if is_mine(one.target) for stocked in one.stock]
        mine = [one for one in found.values() if is_mine(one.target)]
        newest: dict[str, Cue] = {}
        for one in sorted((one for one in mine if one.alert), key=lambda one: one.number):
            newest.update((one.alert, cue) for cue in one.cues)
        return [*(cue for one in mine if not one.alert for cue in one.cues), *newest.values()]


def read_document(kind: str, sha256: str, body: bytes) -> Read | None:
    """Read what a document wants to sound; None for a type of which nothing sounds."""
    if kind == "plan":
        plan = Plan.parse(body)
        return Read(plan.target, (plan.epoch, plan.v), plan_cues(plan, sha256), stock=plan.stock)
    if kind == "order":
        order = Order.parse(body)
        cue = order_cue(order, sha256)
        return Read(order.target, (order.epoch, order.v), [cue] if cue else [])
    if kind in {"urgent", "drill"}:
        alert = Urgent.parse(body) if kind == "urgent" else Drill.parse(body)
        cue = alert_cue(alert, sha256)
        return Read(alert.target, (alert.epoch, alert.v), [cue] if cue else [], alert.id)
    return None
