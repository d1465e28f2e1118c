"""Which media to fetch next, when to try again, and what to report about it."""

from collections.abc import Callable, Iterable
from itertools import groupby, islice
from random import Random

from nguon_device.backoff import Backoff
from nguon_device.ports import Ports, Reply, Request
from nguon_device.reports import Reports
from nguon_device.stage import Stage
from nguon_device.store import Store
from nguon_device.timekeeping import DeviceClock
from nguon_protocol.documents import Media
from nguon_protocol.documents.plan import Stocked
from nguon_protocol.player import Level
from nguon_protocol.receipts import MOST_ITEMS

LOOK_S = 1.0
_REPORTED = {"hash": "media-hash", "disk-full": "disk-full"}


class Fetcher:
    """Fetches the media of every cue, the soonest first, one at a time; then what is to be had ready."""

    def __init__(
        self,
        ports: Ports,
        store: Store,
        clock: DeviceClock,
        reports: Reports,
        stage: Stage,
        rng: Random,
        cap_s: float,
        stock: Callable[[], Iterable[Stocked]] = tuple,
    ) -> None:
        self._ports = ports
        self._store = store
        self._clock = clock
        self._reports = reports
        self._stage = stage
        self._rng = rng
        self._cap_s = cap_s
        self._stock = stock
        self._ready = store.ready()
        self._fetching: str | None = None
        self._again_at: dict[str, float] = {}
        self._backoffs: dict[str, Backoff] = {}
        self._told: set[tuple[str, str]] = set()
        self._at_once: set[str] = set()
        self._looks_again = False

    def step(self) -> float:
        """Report what is ready and ask for the next file; give the seconds until the next look."""
        self._looks_again = False
        self.report_ready()
        return min(self._fetch(), LOOK_S if self._looks_again else 60.0)

    def _fetch(self) -> float:
        now = self._ports.timer.monotonic()
        missing = self._missing()
        if self._fetching is not None or not missing:
            return 60.0
        for media in missing:
            if self._again_at.get(media.sha256, 0.0) <= now:
                self._fetching = media.sha256
                path = f"/lsp/v1/media/{media.sha256}"
                self._ports.network.ask(Request("media", "GET", path, auth=False, media=media))
                return 60.0
        return max(0.05, min(self._again_at[media.sha256] for media in missing) - now)

    def answered(self, reply: Reply) -> None:
        """Take the end of a fetch: the file is on the shelf, or it is tried again later."""
        media = reply.request.media
        self._fetching = None
        if media is None:
            return
        if reply.ok:
            self._backoffs.pop(media.sha256, None)
            self._again_at.pop(media.sha256, None)
            return
        backoff = self._backoffs.setdefault(media.sha256, Backoff(self._rng, cap_s=self._cap_s))
        self._again_at[media.sha256] = self._ports.timer.monotonic() + backoff.failed()
        reason = _REPORTED.get(reply.error)
        if reason is not None and (media.sha256, reason) not in self._told:
            self._told.add((media.sha256, reason))
            self._reports.add("info", reason=reason)

    def _missing(self) -> list[Media]:
        stored = self._ports.shelf.stored()
        found: dict[str, Media] = {}
        for cue in self._stage.cues:
            media = cue.item.media
            if cue.has_media and media.sha256 not in stored:
                found.setdefault(media.sha256, media)
        for one in self._stock():  # what is only to be had ready comes after what is due
            if one.media.sha256 not in stored:
                found.setdefault(one.media.sha256, one.media)
        return list(found.values())

    def report_ready(self) -> None:
        """Journal and report of what its media are stored now. What an order or an alert lets sound at once
        is said to be ready only if it has not begun by the next look: that it begins says so too, and when
        all speak a third of the words is spared.
        """
        stored = self._ports.shelf.stored()
        self._at_once &= {cue.item.id for cue in self._stage.cues}
        fresh = {
            cue.item.id: cue.doc
            for cue in self._stage.cues
            if cue.item.id not in self._ready
            and (not cue.has_media or cue.item.media.sha256 in stored)
            and (cue.level is Level.PLAN or self._waits(cue.item.id))
        }
        if not fresh:
            return
        with self._store.transaction():
            self._store.mark_ready(fresh.items(), self._clock.stamp())
            for doc, items in groupby(sorted(fresh, key=fresh.__getitem__), fresh.__getitem__):
                while some := tuple(islice(items, MOST_ITEMS)):
                    if len(some) == 1:
                        self._reports.add("ready", doc=doc, item=some[0])
                    else:
                        self._reports.add("ready", doc=doc, items=some)
        self._ready |= set(fresh)

    def _waits(self, item: str) -> bool:
        """Say whether what may sound at once was there at the last look, and has not begun since."""
        if self._stage.has_begun(item):
            return False
        if item in self._at_once:
            return True
        self._at_once.add(item)
        self._looks_again = True
        return False
