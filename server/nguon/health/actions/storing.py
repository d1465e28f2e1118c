"""What loudspeakers say of themselves: the last word of each, and what is worth keeping of it.

A batch is one transaction and three statements, however many loudspeakers spoke. Of several words of one
loudspeaker in a batch the last one counts: they are half a second apart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from nguon.deliveries import actions as deliveries
from nguon.health.actions.partitions import ensure
from nguon.health.reader import Reading, read
from nguon.health.rules import CLOCK_WRONG_S, HOTTER, LOUD_MA, SILENT_MA
from nguon.health.states import KEEP_EVERY

_COLUMNS = {
    "mains": "boolean", "battery": "smallint", "temp": "float8", "disk": "smallint", "signal": "smallint",
    "amp_ma": "integer", "line": "text", "sound": "boolean", "volume": "smallint", "playing": "uuid",
    "muted": "boolean", "net": "text", "inputs": "text", "skew_s": "integer", "quiet": "boolean",
    "clock": "text",
}  # fmt: skip
_STORED = tuple(name for name in _COLUMNS if name not in ("quiet", "clock"))
_KEPT = (
    "mains",
    "battery",
    "temp",
    "disk",
    "signal",
    "amp_ma",
    "line",
    "sound",
    "volume",
    "playing",
    "muted",
)
_NEWS = ("mains", "line", "sound", "volume", "playing", "muted")


def _statement() -> str:
    """Since when a contradiction lasts is kept here, in the same breath: two words of a loudspeaker make an
    alarm, and no history need be read for it."""
    silent = (
        "said.playing IS NOT NULL AND NOT muted AND NOT quiet"
        f" AND COALESCE(NOT sound, amp_ma < {SILENT_MA}, false)"
    )
    heard = f"said.playing IS NOT NULL AND COALESCE(sound, amp_ma >= {LOUD_MA}, false)"
    loud = (
        "said.playing IS NULL AND inputs IN ('', 'muted')"
        f" AND COALESCE(amp_ma >= {LOUD_MA} AND sound IS NOT FALSE, sound, false)"
    )
    bad_clock = f"clock = 'UNKNOWN' OR abs(COALESCE(skew_s, 0)) > {CLOCK_WRONG_S}"
    since = {
        "mains_lost_at": "mains IS FALSE",
        "silent_at": silent,
        "loud_at": loud,
        "clock_bad_at": bad_clock,
    }
    first = ", ".join(f"CASE WHEN {holds} THEN %(at)s::timestamptz END" for holds in since.values())
    stored = ", ".join(_STORED)
    changed = ", ".join(f"s.{name}" for name in _NEWS), ", ".join(f"excluded.{name}" for name in _NEWS)
    kept = (
        f"CASE WHEN ({changed[0]}) IS DISTINCT FROM ({changed[1]})"
        f" OR abs(s.temp - excluded.temp) >= {HOTTER} OR excluded.at >= s.kept_at + %(every)s::interval"
        " THEN excluded.at ELSE s.kept_at END"
    )
    lasting = ", ".join(
        f"{name} = CASE WHEN excluded.{name} IS NOT NULL THEN COALESCE(s.{name}, excluded.{name}) END"
        for name in since
    )
    columns = ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())
    return f"""
WITH said AS (
    SELECT * FROM unnest(%(device)s::uuid[], {columns}) AS t(device_id, {", ".join(_COLUMNS)})
), put AS (
    INSERT INTO health_state AS s (device_id, at, kept_at, dropped, {stored}, heard_at, {", ".join(since)})
    SELECT device_id, %(at)s, %(at)s, 0, {", ".join(f"said.{name}" for name in _STORED)},
        CASE WHEN {heard} THEN %(at)s::timestamptz END, {first}
    FROM said JOIN devices_device d ON d.id = said.device_id AND d.revoked_at IS NULL
    ON CONFLICT (device_id) DO UPDATE SET at = excluded.at, kept_at = {kept},
        {", ".join(f"{name} = excluded.{name}" for name in _STORED)},
        heard_at = COALESCE(excluded.heard_at, s.heard_at), {lasting}
    RETURNING *
)
INSERT INTO health_sample (device_id, at, {", ".join(_KEPT)})
SELECT device_id, at, {", ".join(_KEPT)} FROM put WHERE kept_at = at
ON CONFLICT (device_id, at) DO NOTHING
"""  # noqa: S608  our own words


_PUT = _statement()


def hear(*, said: Sequence[tuple[UUID, Mapping[str, Any]]], at: datetime) -> None:
    """This function will store what loudspeakers say of themselves, in the order said, and wake the pages
    that watch if something that people see has changed. What a revoked or unknown one says is not heard.
    """
    now_s = at.timestamp()
    last = {device: health for device, health in said if not health.get("offline", False)}
    readings = {device: read(health, now_s) for device, health in last.items()}
    with transaction.atomic():
        deliveries.hear_health_of_many(said=said, at=at)
        if readings:
            ensure(at)
            _store(readings, at)


def _store(readings: Mapping[UUID, Reading], at: datetime) -> None:
    devices = sorted(readings)  # two writers take the rows in one order
    rows = [readings[device] for device in devices]
    given: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT, {"device": devices, "at": at, "every": f"{KEEP_EVERY.total_seconds():.0f} s", **given}
        )


@transaction.atomic
def note_dropped(*, counts: Mapping[UUID, int], at: datetime) -> None:
    """This function will note how many messages of which loudspeakers were dropped: more than a loudspeaker
    may send, or no health at all."""
    devices = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO health_state AS s
                (device_id, at, kept_at, dropped, flooded_at, line, net, inputs, muted)
            SELECT t.id, %(at)s, %(at)s, t.n, %(at)s, '', '', '', false
            FROM unnest(%(device)s::uuid[], %(n)s::bigint[]) AS t(id, n)
            JOIN devices_device d ON d.id = t.id AND d.revoked_at IS NULL
            ON CONFLICT (device_id) DO UPDATE
            SET dropped = s.dropped + excluded.dropped, flooded_at = excluded.flooded_at""",
            {"device": devices, "n": [counts[device] for device in devices], "at": at},
        )


def note_impostor(*, device_id: UUID, at: datetime) -> None:
    """This function will note that somebody asked in a loudspeaker's name with a key that is not its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO health_state AS s
                (device_id, at, kept_at, dropped, impostor_at, line, net, inputs, muted)
            VALUES (%(device)s, %(at)s, %(at)s, 0, %(at)s, '', '', '', false)
            ON CONFLICT (device_id) DO UPDATE SET impostor_at = excluded.impostor_at""",
            {"device": device_id, "at": at},
        )
