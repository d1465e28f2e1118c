"""What loudspeakers say of themselves: one at a time over HTTP, many at once from the broker.

Whoever changes many rows takes them in the order of their keys, so that two never wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from nguon.devices.models import Device
from nguon.devices.states import ClockState

_CLOCKS = frozenset(ClockState.values)
_SAID = ("online", "last_seen_at", "clock_state", "agent", "playing_item", "playing_since")
_STORE_HEARD = f"""
UPDATE devices_device d SET {", ".join(f"{name} = t.{name}" for name in _SAID)}
FROM unnest(
    %s::uuid[], %s::boolean[], %s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[]
) AS t(id, {", ".join(_SAID)})
WHERE d.id = t.id
"""  # noqa: S608  our own words
# One word of each: nothing need be read first. Rows are taken in the order of their keys.
_STORE_WORDS = """
WITH held AS MATERIALIZED (
    SELECT id FROM devices_device WHERE id = ANY(%(id)s::uuid[]) AND revoked_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
), changed AS (
    UPDATE devices_device d SET online = t.online, playing_item = t.item,
        last_seen_at = CASE WHEN t.online THEN %(at)s ELSE d.last_seen_at END,
        clock_state = CASE WHEN t.clock <> '' THEN t.clock ELSE d.clock_state END,
        agent = CASE WHEN t.agent <> '' THEN t.agent ELSE d.agent END,
        playing_since = CASE WHEN t.item IS NULL THEN NULL
            WHEN d.playing_item = t.item THEN d.playing_since ELSE %(at)s END
    FROM unnest(%(id)s::uuid[], %(online)s::boolean[], %(clock)s::text[], %(agent)s::text[], %(item)s::uuid[])
        AS t(id, online, clock, agent, item)
    JOIN held ON held.id = t.id
    WHERE d.id = t.id
    RETURNING d.id, (old.online, old.clock_state, old.playing_item, old.agent)
        IS DISTINCT FROM (new.online, new.clock_state, new.playing_item, new.agent) AS news
)
SELECT id FROM changed WHERE news
"""

_STORE_NUMBERS = """
UPDATE devices_device d SET acknowledged_n = t.n,
    last_seen_at = CASE WHEN d.revoked_at IS NULL THEN %(at)s ELSE d.last_seen_at END,
    online = d.online OR d.revoked_at IS NULL
FROM unnest(%(id)s::uuid[], %(n)s::bigint[]) AS t(id, n)
WHERE d.id = t.id
"""


@dataclass(frozen=True, slots=True)
class InHand:
    """A loudspeaker whose row is locked: up to where its receipts are here, and since when and above which
    number it is not believed."""

    pk: UUID
    acknowledged_n: int
    revoked_at: datetime | None
    revoked_n: int | None


@dataclass(slots=True)
class _Heard:
    """What a loudspeaker's word may change of its row."""

    pk: UUID
    online: bool
    last_seen_at: datetime | None
    clock_state: str
    agent: str
    playing_item: UUID | None
    playing_since: datetime | None


def take_in_hand(device_ids: Iterable[UUID]) -> dict[UUID, InHand]:
    """This function will lock the rows of some loudspeakers until the transaction ends, and return by id what
    receipts need of them.

    One writer a device; others may still insert rows that refer to it.
    """
    rows = Device.objects.select_for_update(no_key=True).filter(pk__in=list(device_ids)).order_by("pk")
    found = rows.values_list("pk", "acknowledged_n", "revoked_at", "revoked_n")
    return {row[0]: InHand(*row) for row in found}


def note_health(*, device_id: UUID | str, health: Mapping[str, Any], at: datetime) -> bool:
    """This function will store what a loudspeaker says of itself: online or not, clock, volume, what it
    plays.

    Returns whether anything that people see has changed.
    """
    return bool(note_health_of_many(said=[(UUID(str(device_id)), health)], at=at))


@transaction.atomic
def note_health_of_many(*, said: Sequence[tuple[UUID, Mapping[str, Any]]], at: datetime) -> set[UUID]:
    """This function will store what loudspeakers say of themselves, each word in its turn, and return those
    of which something that people see has changed. What a revoked one says is not heard.
    """
    counts = Counter(device_id for device_id, _health in said)
    once = sorted((word for word in said if counts[word[0]] == 1), key=lambda word: word[0])
    often = [word for word in said if counts[word[0]] > 1]
    if often:  # two statements: all rows are taken first, in one order
        take_in_hand(counts)
    news = _hear_once(once, at) if once else set()
    return news | _hear_often(often, at) if often else news


def _hear_once(said: Sequence[tuple[UUID, Mapping[str, Any]]], at: datetime) -> set[UUID]:
    online = [not health.get("offline", False) for _device, health in said]
    there = [health if up else {} for (_device, health), up in zip(said, online, strict=True)]
    given: dict[str, Any] = {
        "id": [device for device, _health in said],
        "at": at,
        "online": online,
        "clock": [_clock(health) for health in there],
        "agent": [_agent(health) for health in there],
        "item": [_item(health) for health in there],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE_WORDS, given)
        return {device for (device,) in cursor.fetchall()}


def _hear_often(said: Sequence[tuple[UUID, Mapping[str, Any]]], at: datetime) -> set[UUID]:
    asked = {device_id for device_id, _health in said}
    rows = Device.objects.select_for_update(no_key=True).filter(pk__in=asked, revoked_at__isnull=True)
    heard = {row[0]: _Heard(*row) for row in rows.order_by("pk").values_list("pk", *_SAID)}
    news = set()
    for device_id, health in said:
        device = heard.get(device_id)
        if device is not None and _hear(device, health, at):
            news.add(device_id)
    given = [[getattr(device, name) for device in heard.values()] for name in ("pk", *_SAID)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE_HEARD, given)
    return news


def note_receipts(*, acknowledged: Mapping[UUID, int], at: datetime) -> None:
    """This function will store up to which number every receipt of some loudspeakers is here, and that they
    have just spoken (but for the revoked); the caller has them in hand.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STORE_NUMBERS, {"id": list(acknowledged), "n": list(acknowledged.values()), "at": at})


def seen(*, device_id: UUID | str, at: datetime) -> None:
    """This function will store that a loudspeaker has just spoken to us."""
    Device.objects.filter(pk=device_id, revoked_at__isnull=True).update(last_seen_at=at, online=True)


@transaction.atomic
def note_lost(*, before: datetime) -> int:
    """This function will mark as lost the loudspeakers not heard since `before`, and return how many they
    are. One that is just being written has spoken.
    """
    lost = Device.objects.filter(online=True, last_seen_at__lt=before)
    free = lost.select_for_update(no_key=True, skip_locked=True).order_by("pk")
    return lost.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        online=False, playing_item=None, playing_since=None
    )


def _hear(device: _Heard, health: Mapping[str, Any], at: datetime) -> bool:
    before = (device.online, device.clock_state, device.playing_item, device.agent)
    device.online = not health.get("offline", False)
    if device.online:
        device.last_seen_at = at
        device.clock_state = _clock(health) or device.clock_state
        device.agent = _agent(health) or device.agent
        playing = _item(health)
        if playing != device.playing_item:
            device.playing_item, device.playing_since = playing, at if playing else None
    else:
        device.playing_item = device.playing_since = None
    return before != (device.online, device.clock_state, device.playing_item, device.agent)


def _clock(health: Mapping[str, Any]) -> str:
    clock = health.get("clock")
    return clock if isinstance(clock, str) and clock in _CLOCKS else ""


def _agent(health: Mapping[str, Any]) -> str:
    agent = health.get("agent")
    return _printable(agent)[:40] if isinstance(agent, str) else ""


def _item(health: Mapping[str, Any]) -> UUID | None:
    return _uuid(health.get("item")) if health.get("playing") else None


def _printable(text: str) -> str:
    """A loudspeaker may send what no database stores: NUL, half of a surrogate pair."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter.isprintable())


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
