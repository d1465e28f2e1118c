"""From approved rows to bodies: pure, and the same rows always give the same ids and the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from nguon_protocol import instants, strict_json
from nguon_protocol.documents import Drill, Item, Media, Order, Plan, PlanItem, Policy
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.ids import item_id, order_id, placed_id
from nguon_signer.rows import Placed, Revision

PAST_S = 3600
AHEAD_S = 35 * 86_400
VOLUME = 80
"""Percent of the loudspeaker's own full scale, under the root policy's loudest; a device may be set lower."""
ITEMS_BYTES = 185_000
"""What fits an envelope of 256 KiB after base64, the head and four signatures."""
MOST_ITEMS = 2000
MOST_CANCELLED = 500
PLAY_NOW = 0
Entry = dict[str, Any]


@dataclass(frozen=True)
class Planned:
    """The items of one plan; `until` (epoch s) is the instant before which nothing is left out."""

    items: tuple[PlanItem, ...]
    entries: list[Entry]
    until: int


def window(now: int) -> tuple[int, int]:
    """This function will give the span that a plan made at `now` covers, in epoch seconds; the end is
    outside."""
    return now - PAST_S, now + AHEAD_S


def instants_of(revision: Revision, start: int, end: int, tz: str) -> list[int]:
    """This function will give the instants of a revision in [start, end); raises ProtocolError for a bad
    rule."""
    return instants.expand(
        revision.timing, revision.starts_at, revision.rrule, start, end, tz, until=revision.until
    )


@lru_cache(maxsize=16_384)
def name_of(revision: str, instant: int, area: str = "") -> str:
    """This function will give the item id of a revision at an instant, in the programme of a commune (or in
    a turn of it, by the target of its loudspeakers) if one placed it."""
    return placed_id(revision, area, instant) if area else item_id(revision, instant)


def item_of(revision: Revision, instant: int, policy: Policy, area: str = "") -> Item:
    """This function will build the item of a revision at an instant; raises ProtocolError when it fits no
    document."""
    if revision.media is None:
        raise ProtocolError("an item has a sound")
    item = Item(
        id=name_of(revision.id, instant, area),
        dur_ms=revision.media.duration_ms,
        media=Media(revision.media.sha256, revision.media.size, revision.media.mime),
        volume=min(VOLUME, policy.volume_max),
        priority=revision.priority,
        title=revision.title,
    )
    return Item.parse(Fields(item.to_json()))


def entry(revision: Revision, instant: int, area: str = "") -> Entry:
    """This function will give what the server is told of an item besides the signed body."""
    media = revision.media.sha256 if revision.media else ""
    return {"id": name_of(revision.id, instant, area), "revision": revision.id, "at": instant, "media": media}


def plan_items(
    playing: Iterable[tuple[Revision, list[int]]],
    policy: Policy,
    end: int,
    placed: Iterable[tuple[Revision, Placed]] = (),
) -> Planned:
    """This function will lay out the items of a plan: by instant, then by priority, then by id.

    `playing` has its instants from the approval, `placed` from the programme of a commune.

    What no longer fits one envelope is left out at the far end; the plan is renewed daily, long before
    that day.
    """
    wanted = [(revision, instant, "") for revision, times in playing for instant in times]
    wanted += [(revision, one.at, one.where) for revision, one in placed]
    found = sorted(
        (instant, revision.priority, name_of(revision.id, instant, area), area, revision)
        for revision, instant, area in wanted
    )
    items: list[PlanItem] = []
    entries: list[Entry] = []
    room = ITEMS_BYTES
    like: dict[str, tuple[Item, int]] = {}
    for instant, _priority, name, area, revision in found:
        item, size = like.get(revision.id) or _measured(
            like, item_of(revision, instant, policy, area), revision
        )
        room -= size + len(str(instant))
        if room < 0 or len(items) == MOST_ITEMS:
            return _cut(items, entries, instant)
        items.append(PlanItem(instant, replace(item, id=name)))
        entries.append(entry(revision, instant, area))
    return Planned(tuple(items), entries, end)


def _measured(like: dict[str, tuple[Item, int]], item: Item, revision: Revision) -> tuple[Item, int]:
    """Keep the item of a revision and what it takes of a body beside the digits of its instant: all items of
    a revision are the same but for their ids, which are of one length."""
    size = len(strict_json.dumps(PlanItem(0, item).to_json()))  # one digit, for the comma that follows
    like[revision.id] = item, size
    return item, size


def _cut(items: list[PlanItem], entries: list[Entry], until: int) -> Planned:
    """Keep an instant whole or not at all: half of what clashes at one instant would decide the clash."""
    kept = [item for item in items if item.at < until]
    return Planned(tuple(kept), entries[: len(kept)], until)


def content_of_plan(plan: Plan) -> str:
    """This function will give the hash of what a plan says, whatever its number and dates."""
    said = {"target": plan.target, "epoch": plan.epoch, "items": [item.to_json() for item in plan.items]}
    if plan.stock:
        said["stock"] = [one.to_json() for one in plan.stock]
    return hashlib.sha256(strict_json.dumps(said)).hexdigest()


def content_of_order(order: Order | Drill) -> str:
    """This function will give the hash of what an order says, whatever its number and dates."""
    said = {name: value for name, value in order.fields().items() if name != "v"}
    return hashlib.sha256(strict_json.dumps(said)).hexdigest()


def play_order_id(revision: str, target: str) -> str:
    """This function will give the one order id of a play-now revision at a target."""
    return order_id(item_id(revision, PLAY_NOW), target)


def cancelled_entries(
    revisions: Iterable[Revision], now: int, tz: str, placed: Iterable[Placed] = ()
) -> list[Entry]:
    """This function will list the items to silence: the play-now one, and the planned and placed ones from a
    day ago on.

    At most 500; the next plan is without all of them anyway, this is for what sounds now or soon.
    """
    found: list[Entry] = []
    known = {revision.id: revision for revision in revisions}
    found.extend(entry(known[one.revision], one.at, one.where) for one in placed)
    for revision in known.values():
        if revision.timing == "now":
            found.append(entry(revision, PLAY_NOW))
        else:
            times = instants_of(revision, now - 86_400, now + AHEAD_S, tz)
            found.extend(entry(revision, instant) for instant in times)
    return sorted(found, key=lambda one: (one["at"], one["id"]))[:MOST_CANCELLED]
