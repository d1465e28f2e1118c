"""What should sound now? A pure function of the plans, the orders, the journal and the time.

Precedence: urgent, then stop, then an order, then the plan. One sound at a time. An item starts once, from
its beginning, within `late` of its instant; a later start is a miss with its reason. An item that an order
pushes aside keeps its place in time: when the order ends it goes on where it would have been, or it is over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from nguon_protocol import quiet
from nguon_protocol.documents import Drill, Item, Live, Media, Order, Plan, Policy, Urgent
from nguon_protocol.documents.urgent import DRILL

EMERGENCY = 1
"""Priority "khẩn cấp" of the official code list: played at once (MucDoUuTien)."""
NO_MEDIA = Media("", 0, "")
"""Stands in the item of a cue that consists of stored sounds alone."""
LOUDEST = 100


class Level(IntEnum):
    """Who goes first. A drill that is heard has the place of an order."""

    URGENT = 0
    ORDER = 1
    PLAN = 2


@dataclass(frozen=True, slots=True)
class Cue:
    """An item that may sound from start_ms on and must have begun by latest_ms (epoch ms).

    `sounds` are names of what is stored on the device; they come before the item, and the whole is heard
    `repeat` times. A `silent` cue is done at volume 0, behind everything that is heard. A `live` one has
    neither: it is heard as it comes.
    """

    item: Item
    level: Level
    start_ms: int
    latest_ms: int
    doc: str
    sounds: tuple[str, ...] = ()
    repeat: int = 1
    silent: bool = False
    live: Live | None = None

    def ends_ms(self, begun_ms: int) -> int:
        """Give when it is over if its offset 0 is at begun_ms: a live session ends with its order."""
        return begun_ms + self.item.dur_ms if self.live is None else self.latest_ms

    @property
    def has_media(self) -> bool:
        """Say whether it has an item of its own beside the stored sounds."""
        return self.item.media.sha256 != ""


@dataclass(frozen=True, slots=True)
class Sound:
    """Play this cue from offset_ms of its item; `begun_ms` is when its offset 0 was, or would have been."""

    cue: Cue
    offset_ms: int
    begun_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the device is like now: its clock, its media, what it must keep to.

    `begun` gives, for the items that have begun and not ended, the epoch ms of their offset 0. `ready` holds
    the hashes of the media that are stored and verified, `sounds` the names of the stored sounds, `live` the
    ids of the live sessions of which something has come. Nothing that was due at or before `stopped_ms`
    begins. While `muted`, by whoever stands there, nothing begins, urgent or not; while
    `loudest` is 0, by order, nothing but alerts. `heard_ms` is the
    non-urgent sound of this local day. `blocked` is the last Decision's.
    """

    policy: Policy
    clock_known: bool = True
    ready: Collection[str] = frozenset()
    sounds: Collection[str] = frozenset()
    live: Collection[str] = frozenset()
    begun: Mapping[str, int] = field(default_factory=dict)
    sounding: str | None = None
    stopped_ms: int = -1
    muted: bool = False
    loudest: int = 100
    heard_ms: int = 0
    blocked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The one sound of this moment (or none), and what came to an end without sounding any more.

    `missed` are (cue, reason) that will never begin; `over` are begun cues whose time has run out while
    another one sounded; `blocked` says why each due cue waits; `next_ms` is when to ask again at the latest.
    """

    sound: Sound | None = None
    missed: tuple[tuple[Cue, str], ...] = ()
    over: tuple[Cue, ...] = ()
    blocked: Mapping[str, str] = field(default_factory=dict)
    next_ms: int | None = None


def plan_cues(plan: Plan, sha256: str) -> list[Cue]:
    """Give a plan's cues; what had passed before the plan was issued was never this plan's to play."""
    return [
        Cue(one.item, Level.PLAN, one.at * 1000, min(one.at + one.late, plan.expires) * 1000, sha256)
        for one in plan.items
        if one.at + one.late >= plan.issued and one.at <= plan.expires
    ]


def order_cue(order: Order, sha256: str) -> Cue | None:
    """Give the cue of an order to play or to go live: from now until it expires."""
    if order.live is not None:
        start_ms, end_ms = order.issued * 1000, order.expires * 1000
        live = order.live
        item = Item(order.id, end_ms - start_ms, NO_MEDIA, live.volume, live.priority, "")
        return Cue(item, Level.ORDER, start_ms, end_ms, sha256, live=live)
    if order.item is None:
        return None
    return Cue(order.item, Level.ORDER, order.issued * 1000, order.expires * 1000, sha256)


def alert_cue(alert: Urgent, sha256: str) -> Cue | None:
    """Give the cue of an alert, correction or drill: from now until it expires; None for a cancel.

    It is named by its own id, so that an alert that is renewed is still the same one. An alert has a volume
    of its own, that of its item or the loudest; a drill is held to policy as an order is.
    """
    if alert.dur_ms is None:
        return None
    words, drill = alert.item, isinstance(alert, Drill)
    return Cue(
        Item(
            id=alert.id,
            dur_ms=alert.dur_ms,
            media=NO_MEDIA if words is None else words.media,
            volume=LOUDEST if words is None else words.volume,
            priority=EMERGENCY,
            title="" if words is None else words.title,
        ),
        Level.ORDER if drill else Level.URGENT,
        alert.issued * 1000,
        alert.expires * 1000,
        sha256,
        sounds=alert.sounds,
        repeat=alert.repeat,
        silent=drill and alert.action == "test",
    )


def nothing_due(now_ms: int, cues: Sequence[Cue]) -> Decision | None:
    """Give what `decide` would say where nothing sounds and no cue is due; None when it has to be asked."""
    if cues and (cues[0].level is not Level.PLAN or cues[0].start_ms <= now_ms):
        return None
    return Decision(next_ms=cues[0].start_ms if cues else None)


def decide(now_ms: int, cues: Sequence[Cue], conditions: Conditions) -> Decision:
    """Say what sounds at now_ms (epoch ms).

    `cues` are sorted by (level, start_ms) and hold nothing that ended, was missed or cancelled; an item id
    that is there twice (two ways to the same device) counts once, the first. An order begins as soon as it
    is there, also when it was issued a moment ahead of this device's clock.
    """
    judged = _Judging(now_ms, conditions)
    names: set[str] = set()
    for cue in cues:
        # What sounds already is gone on with, also when the clock was set back to before its instant.
        if cue.start_ms > now_ms and cue.level is Level.PLAN and cue.item.id != conditions.sounding:
            judged.wake(cue.start_ms)
            if conditions.sounding is None or conditions.sounding in names:
                break
            continue
        if cue.item.id not in names:
            names.add(cue.item.id)
            judged.look_at(cue)
    return judged.decision()


class _Judging:
    def __init__(self, now_ms: int, conditions: Conditions) -> None:
        self.now_ms = now_ms
        self.conditions = conditions
        self.able: list[Cue] = []
        self.missed: list[tuple[Cue, str]] = []
        self.over: list[Cue] = []
        self.blocked: dict[str, str] = {}
        self.next_ms: int | None = None

    def wake(self, at_ms: int) -> None:
        self.next_ms = at_ms if self.next_ms is None else min(self.next_ms, at_ms)

    def look_at(self, cue: Cue) -> None:
        begun_ms = self.conditions.begun.get(cue.item.id)
        if begun_ms is not None:
            self._look_at_begun(cue, begun_ms)
        elif not self.conditions.clock_known:
            return  # without a clock nobody knows whether it is due, nor whether it was missed
        elif cue.level is not Level.URGENT and cue.start_ms <= self.conditions.stopped_ms:
            self.missed.append((cue, "stopped"))
        elif self.now_ms > cue.latest_ms:
            self.missed.append((cue, self._why_late(cue)))
        else:
            self.wake(cue.latest_ms + 1)
            reason = self._obstacle(cue)
            if reason is None:
                self.able.append(cue)
            else:
                self.blocked[cue.item.id] = reason

    def _look_at_begun(self, cue: Cue, begun_ms: int) -> None:
        sounding = self.conditions.sounding == cue.item.id
        if (sounding and cue.live is None) or self.now_ms < cue.ends_ms(begun_ms):
            self.able.append(cue)
        else:
            self.over.append(cue)

    def _why_late(self, cue: Cue) -> str:
        return self.conditions.blocked.get(cue.item.id, "late" if cue.level is Level.PLAN else "expired")

    def _obstacle(self, cue: Cue) -> str | None:
        policy = self.conditions.policy
        if self.conditions.muted:
            return "mute"
        if not self._can_be_heard(cue):
            return "media"
        if cue.level is Level.URGENT or cue.silent:
            return None
        if self.conditions.loudest == 0:
            return "mute"
        length_ms = cue.ends_ms(self.now_ms) - self.now_ms
        if quiet.touches_quiet(policy, self.now_ms, length_ms):
            return "quiet"
        if self.conditions.heard_ms + length_ms > policy.minutes_per_day * 60_000:
            return "limit"
        return None

    def _can_be_heard(self, cue: Cue) -> bool:
        """A drill says first that it is one, or it is not heard; an alert begins with what there is."""
        if cue.live is not None:
            return cue.item.id in self.conditions.live
        stored, media = self.conditions.sounds, cue.item.media.sha256
        if DRILL in cue.sounds and cue.level is not Level.URGENT:
            return DRILL in stored and (not cue.has_media or media in self.conditions.ready)
        return media in self.conditions.ready or any(name in stored for name in cue.sounds)

    def _rank(self, cue: Cue) -> tuple[bool, int, bool, bool, bool, int, int, str]:
        """Order by what is heard at all, level, khẩn cấp, what sounds already, has begun, matters, came 1st.

        Only priority 1 (khẩn cấp) cuts short what sounds at its own level; others wait for its end.
        """
        name = cue.item.id
        return (
            cue.silent,
            cue.level,
            cue.item.priority != EMERGENCY,
            name != self.conditions.sounding,
            name not in self.conditions.begun,
            cue.item.priority,
            cue.start_ms,
            name,
        )

    def decision(self) -> Decision:
        winner = min(self.able, key=self._rank, default=None)
        for cue in self.able:
            if cue is not winner and cue.item.id not in self.conditions.begun:
                self.blocked[cue.item.id] = "busy"
        sound = None if winner is None else self._sound(winner)
        return Decision(sound, tuple(self.missed), tuple(self.over), self.blocked, self.next_ms)

    def _sound(self, cue: Cue) -> Sound:
        begun_ms = self.conditions.begun.get(cue.item.id, self.now_ms)
        self.wake(cue.ends_ms(begun_ms))
        return Sound(cue, max(0, self.now_ms - begun_ms), begun_ms)
