"""The documents that are kept, and what they want to sound; one whose bytes have rotted is fetched anew."""

import hashlib
from collections.abc import Callable

from nguon_device.reports import Reports
from nguon_device.store import Store
from nguon_protocol.documents import Drill, Order, Plan, Urgent
from nguon_protocol.player import Cue, alert_cue, order_cue, plan_cues


class Kept:
    """Accepted documents by their hash; `rotted` are those that are to be fetched again."""

    def __init__(self, store: Store, reports: Reports) -> None:
        self._store = store
        self._reports = reports
        self.hashes = store.hashes()
        self.rotted: set[str] = set()

    def reload(self) -> None:
        """Look into the journal again."""
        self.hashes = self._store.hashes()

    def whole(self, kind: str) -> list[tuple[str, bytes]]:
        """Give the kept documents of a type; one whose bytes have rotted is dropped, and is fetched anew."""
        found = self._store.documents(kind)
        whole = [one for one in found if hashlib.sha256(one[1]).hexdigest() == one[0]]
        for sha256 in {one[0] for one in found} - {one[0] for one in whole}:
            with self._store.transaction():
                self._store.drop_document(sha256)
                self._reports.add("info", doc=sha256, reason="document-rot")
            self.hashes.discard(sha256)
            self.rotted.add(sha256)
        return whole

    def cues(self, is_mine: Callable[[str], bool]) -> list[Cue]:
        """Give the cues of every document whose target is this device's."""
        cues: list[Cue] = []
        for sha256, body in self.whole("plan"):
            plan = Plan.parse(body)
            if is_mine(plan.target):
                cues += plan_cues(plan, sha256)
        for kind in ("release", "input"):
            self.whole(kind)
        for sha256, body in self.whole("order"):
            order = Order.parse(body)
            cue = order_cue(order, sha256)
            if cue is not None and is_mine(order.target):
                cues.append(cue)
        return cues + self._alerts(is_mine)

    def _alerts(self, is_mine: Callable[[str], bool]) -> list[Cue]:
        """Give each alert and drill once: of one that was renewed, the newest."""
        read: list[tuple[str, Urgent]] = [
            (sha256, Urgent.parse(body)) for sha256, body in self.whole("urgent")
        ]
        read += [(sha256, Drill.parse(body)) for sha256, body in self.whole("drill")]
        newest: dict[str, Cue] = {}
        for sha256, alert in sorted(read, key=lambda one: (one[1].epoch, one[1].v)):
            cue = alert_cue(alert, sha256)
            if cue is not None and is_mine(alert.target):
                newest[alert.id] = cue
        return list(newest.values())
