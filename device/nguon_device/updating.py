"""A newer program of this device: fetched by its hash, tried when nothing sounds, proven or given up."""

import hashlib
from random import Random

from nguon_device.backoff import Backoff
from nguon_device.ports import Ports, Reply, Request, Slots
from nguon_device.reports import Reports
from nguon_device.slots import BadBundle
from nguon_device.stage import Stage
from nguon_device.store import Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol.documents import Media, Release

QUIET_S = 180.0
"""No update while something sounds, nor when something is due within this time; a trial takes less."""
LATER_S = 3600.0
_IDLE_S = 60.0


class Updater:
    """Follows the newest accepted release, and says with `leaving` when the program should end for it."""

    def __init__(
        self, ports: Ports, store: Store, clock: DeviceClock, reports: Reports, stage: Stage, rng: Random
    ) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._reports = reports
        self._stage = stage
        self._backoff = Backoff(rng, base_s=5.0, cap_s=LATER_S)
        self._again_at = 0.0
        self._fetching = False
        self.leaving = False

    @property
    def on_trial(self) -> bool:
        """Say whether this program still has to prove itself; until then it makes no sound."""
        slots = self._ports.slots
        return slots is not None and slots.launched == "trial"

    def leave(self) -> None:
        """End this program, for whoever started it to start it again."""
        self.leaving = True

    def boot(self) -> None:
        """Report how a trial ended; a bundle that failed for good is not tried again."""
        slots = self._ports.slots
        found = {} if slots is None else slots.outcome()
        if slots is None or not found:
            return
        outcome = found.get("outcome", "")
        with self._store.transaction():
            doc = found.get("doc") or self._doc_of(found.get("sha256", ""))
            self._reports.add("info", reason=outcome[:60], doc=doc)
            if outcome != "update-later":
                self._store.remember("update.failed", found.get("sha256", ""))
        slots.forget_outcome()
        self._again_at = self._ports.timer.monotonic() + self._backoff.failed()

    def step(self) -> float:
        """Prove this program, or go on towards the next; give the seconds until the next look."""
        slots = self._ports.slots
        if slots is None or not slots.launched or self.leaving:
            return _IDLE_S
        if self.on_trial:
            return self._prove(slots)
        release = self._wanted(slots)
        now = self._ports.timer.monotonic()
        if release is None or self._fetching:
            return _IDLE_S
        if now < self._again_at:
            return self._again_at - now
        return self._go_on(slots, *release)

    def answered(self, reply: Reply) -> None:
        """Take the end of a fetch; a whole and verified bundle is on the shelf now."""
        self._fetching = False
        if not reply.ok:
            self._again_at = self._ports.timer.monotonic() + self._backoff.failed()

    def _prove(self, slots: Slots) -> float:
        """Health is a fresh beacon accepted and a journal that is read and written by this version."""
        if not self._clock.fresh:
            return 0.5
        self._reports.add("info", reason="updated", doc=self._doc_of(slots.running))
        slots.prove()
        return 0.0

    def _wanted(self, slots: Slots) -> tuple[Release, str] | None:
        """Give the newest release when it is another program than this one, did not fail here, and is no
        older than what has proven itself here (a box without its journal would not know)."""
        found = self._releases()
        for release, _doc in found:
            if release.sha256_of_bundle == slots.running:  # it has proven itself: the least from now on
                slots.raise_floor((release.epoch, release.v))
        newest = max(found, key=lambda one: (one[0].epoch, one[0].v), default=None)
        if newest is None or (newest[0].epoch, newest[0].v) < slots.floor:
            return None
        bundle = newest[0].sha256_of_bundle
        return None if bundle in {slots.running, self._store.fact("update.failed")} else newest

    def _releases(self) -> list[tuple[Release, str]]:
        """Give the kept releases; what has rotted in the journal is no release."""
        kept = self._store.documents("release")
        whole = [one for one in kept if hashlib.sha256(one[1]).hexdigest() == one[0]]
        return [(Release.parse(body), sha256) for sha256, body in whole]

    def _doc_of(self, bundle: str) -> str | None:
        found = (sha256 for release, sha256 in self._releases() if release.sha256_of_bundle == bundle)
        return next(found, None)

    def _go_on(self, slots: Slots, release: Release, doc: str) -> float:
        bundle = release.sha256_of_bundle
        if bundle not in self._ports.shelf.stored():
            media = Media(bundle, release.size, "application/zip")
            path = f"/lsp/v1/media/{bundle}"
            self._fetching = True
            self._ports.network.ask(Request("bundle", "GET", path, auth=False, media=media))
            return _IDLE_S
        waits = self._busy_for()
        if waits > 0:
            return waits
        if not self._ports.shelf.still_whole(bundle):
            return 0.0
        try:
            slots.prepare(self._ports.shelf.path(bundle), bundle, doc)
        except BadBundle:
            with self._store.transaction():
                self._store.remember("update.failed", bundle)
                self._reports.add("info", reason="update-unfit", doc=doc)
            return _IDLE_S
        self.leaving = True
        return 0.0

    def _busy_for(self) -> float:
        """Give the seconds to wait before another look, 0 when the loudspeaker is free."""
        if not self._clock.fresh or self._stage.sounding is not None:
            return 5.0
        now_ms = self._clock.now_ms()
        soon = min((one.start_ms for one in self._stage.cues if one.latest_ms >= now_ms), default=None)
        if soon is not None and soon < now_ms + QUIET_S * 1000:
            return 5.0
        return 0.0
