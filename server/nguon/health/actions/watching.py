"""Alarms: raised once, cleared by themselves. One look at the last words of all, every few seconds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from nguon.areas.paths import lineage
from nguon.deliveries.actions import tell
from nguon.deliveries.models import Delivery, Document
from nguon.deliveries.states import DeliveryState, TaskKind
from nguon.devices.models import Device
from nguon.health import rules
from nguon.health.queries.mending import mended_now
from nguon.health.states import NEVER_HUSHED
from nguon.health.states import AlarmKind as K
from nguon.journal.actions import record
from nguon.live.models import Session

MANY = 10
"""When more communes than these have the same alarm at once, the journal tells it by province."""
NAMED = 20
MOST_STRANGE = 200
MOST_SLOW = 500

# What raises and what clears each alarm that follows from a loudspeaker's last word (s) or from its silence
# (d). What a loudspeaker that is away had is still so until it says otherwise.
_ACCEPTED = f"""EXISTS (SELECT 1 FROM deliveries_delivery v JOIN broadcasts_airing a ON a.id = v.airing_id
    WHERE v.device_id = d.id AND v.state = '{DeliveryState.DELIVERED}'
    AND a.at < %(at)s - interval '{rules.UNSTARTED_S} s' AND a.at > %(at)s - interval '1 h')"""  # noqa: S608
_UNTAKEN = f"('{DeliveryState.WAITING}', '{DeliveryState.UNREACHABLE}', '{DeliveryState.CANCELLED}')"
_TAKEN = f"SELECT 1 FROM deliveries_delivery v WHERE v.state NOT IN {_UNTAKEN}"  # noqa: S608  our own words
# That another one of the commune has taken it shows that it was signed and sent.
_SLOW = f"""
SELECT DISTINCT d.id FROM broadcasts_airing a JOIN deliveries_delivery v ON v.airing_id = a.id
JOIN devices_device d ON d.id = v.device_id
WHERE a.at BETWEEN %(at)s - interval '15 min' AND %(at)s - interval '{rules.SLOW_S} s'
    AND v.state = '{DeliveryState.WAITING}' AND d.online AND d.revoked_at IS NULL AND d.enrolled_at < a.at
    AND EXISTS (SELECT 1 FROM deliveries_delivery w JOIN devices_device e ON e.id = w.device_id
        WHERE w.airing_id = a.id AND w.state NOT IN {_UNTAKEN}
        AND (string_to_array(e.area, '.'))[1:3] = (string_to_array(d.area, '.'))[1:3])
LIMIT {MOST_SLOW}
"""  # noqa: S608  our own words
# A bridge is there, and the box behind it hangs, refuses or answers rubbish: nobody hears it.
_BROKEN = "EXISTS (SELECT 1 FROM bridges_foreignbox f WHERE f.device_id = d.id AND f.broken)"
_LAW: dict[K, tuple[str, str]] = {
    K.SILENT: (
        f"d.online AND s.silent_at <= s.at - interval '{rules.CONFIRMED_S} s'",
        "s.heard_at > coalesce(o.raised_at, %(at)s)",
    ),
    K.LOUD: (f"d.online AND s.loud_at <= s.at - interval '{rules.CONFIRMED_S} s'", "s.loud_at IS NULL"),
    K.UNSTARTED: (f"d.online AND d.playing_item IS NULL AND {_ACCEPTED}", f"NOT {_ACCEPTED}"),
    K.LOST: (
        f"NOT d.online AND d.last_seen_at < %(at)s - interval '{rules.LOST_S} s'",
        "d.online",
    ),
    K.STRANGE: ("d.id = ANY(%(strange)s::uuid[])", "d.online AND d.id <> ALL(%(strange)s::uuid[])"),
    K.MAINS: (
        f"s.mains_lost_at <= %(at)s - interval '{rules.MAINS_S} s'",
        "s.at IS NOT NULL AND s.mains_lost_at IS NULL",
    ),
    K.BATTERY: (f"s.battery < {rules.BATTERY_LOW}", f"COALESCE(s.battery, 100) >= {rules.BATTERY_GOOD}"),
    K.LINE: ("s.line IN ('open', 'short')", "s.line IN ('', 'ok')"),
    K.DISK: (f"s.disk >= {rules.DISK_FULL}", f"COALESCE(s.disk, 0) < {rules.DISK_FREE}"),
    K.HOT: (f"s.temp >= {rules.HOT}", f"COALESCE(s.temp, 0) < {rules.COOL}"),
    K.CLOCK: (f"s.clock_bad_at <= s.at - interval '{rules.CLOCK_S} s'", "s.clock_bad_at IS NULL"),
    K.KEY: (
        f"s.impostor_at > %(at)s - interval '{rules.FLOOD_S} s'",
        f"COALESCE(s.impostor_at, '-infinity') <= %(at)s - interval '{rules.FLOOD_S} s'",
    ),
    K.HALF: (
        f"d.last_seen_at IS NULL AND d.enrolled_at <= %(at)s - interval '{rules.HALF_S} s'",
        "d.last_seen_at IS NOT NULL",
    ),
    K.SLOW: (
        "d.id = ANY(%(slow)s::uuid[])",
        f"EXISTS ({_TAKEN} AND v.device_id = d.id AND v.changed_at > o.raised_at)",
    ),
    K.BOX: (f"d.online AND {_BROKEN}", f"NOT {_BROKEN}"),
    K.FLOOD: (
        f"s.flooded_at > %(at)s - interval '{rules.FLOOD_S} s'",
        f"COALESCE(s.flooded_at, '-infinity') <= %(at)s - interval '{rules.FLOOD_S} s'",
    ),
}
_RAISE = f"""
INSERT INTO health_alarm (id, device_id, kind, raised_at)
SELECT uuidv7(), d.id, l.kind, %(at)s
FROM devices_device d LEFT JOIN health_state s ON s.device_id = d.id
CROSS JOIN LATERAL (VALUES {", ".join(f"('{kind}', {holds})" for kind, (holds, _ends) in _LAW.items())})
    AS l(kind, holds)
WHERE d.revoked_at IS NULL AND l.holds AND (d.id <> ALL(%(mended)s::uuid[]) OR l.kind = ANY(%(loud)s))
    AND NOT EXISTS (SELECT 1 FROM health_alarm o
        WHERE o.device_id = d.id AND o.kind = l.kind AND o.cleared_at IS NULL)
ON CONFLICT DO NOTHING
RETURNING device_id, kind
"""  # noqa: S608  our own words
# What was announced is nobody's alarm; what is still wrong afterwards is raised then.
_HUSH = """
UPDATE health_alarm SET cleared_at = %(at)s
WHERE cleared_at IS NULL AND device_id = ANY(%(mended)s::uuid[]) AND kind <> ALL(%(loud)s)
"""
_CLEAR = f"""
UPDATE health_alarm o SET cleared_at = %(at)s
FROM devices_device d LEFT JOIN health_state s ON s.device_id = d.id
WHERE o.device_id = d.id AND o.cleared_at IS NULL AND (d.revoked_at IS NOT NULL OR CASE o.kind
    {" ".join(f"WHEN '{kind}' THEN {ends}" for kind, (_holds, ends) in _LAW.items())} ELSE false END)
RETURNING o.device_id, o.kind
"""  # noqa: S608  our own words


@dataclass(frozen=True)
class Change:
    """What a look found: pairs of a loudspeaker and what is wrong, or right again."""

    raised: list[tuple[UUID, K]]
    cleared: list[tuple[UUID, K]]


@transaction.atomic
def watch(*, at: datetime) -> Change:
    """This function will raise what is newly wrong and clear what is right again, each with its fact, and
    wake the pages; where work was announced it keeps quiet. Two that look at once raise nothing twice.
    """
    with connection.cursor() as cursor:
        given: dict[str, Any] = {
            "at": at,
            "strange": strangers(at),
            "slow": laggards(at),
            "mended": mended_now(at),
            "loud": list(NEVER_HUSHED),
        }
        cursor.execute(_HUSH, given)
        hushed = cursor.rowcount
        cursor.execute(_CLEAR, given)
        cleared = [(device, K(kind)) for device, kind in cursor.fetchall()]
        cursor.execute(_RAISE, given)
        raised = [(device, K(kind)) for device, kind in cursor.fetchall()]
    if raised or cleared or hushed:
        tell("alarm", raised=len(raised), cleared=len(cleared))
        _journal("alarm.raised", raised, at)
        _journal("alarm.cleared", cleared, at)
    return Change(raised, cleared)


def strangers(at: datetime) -> list[UUID]:
    """This function will return the loudspeakers that say that they play what no order of ours names: it
    follows from no airing of theirs, no live session, and no signed document.

    What officers signed themselves is not opened here: where such an order lies a day back, nothing is said.
    """
    since = at - timedelta(seconds=rules.STRANGE_S)
    ours = Delivery.objects.filter(device=OuterRef("pk"), airing=OuterRef("playing_item"))
    live = Session.objects.filter(pk=OuterRef("playing_item"))
    rows = Device.objects.filter(
        ~Exists(ours),
        ~Exists(live),
        online=True,
        revoked_at__isnull=True,
        playing_item__isnull=False,
        playing_since__lte=since,
    )
    found = dict(rows.order_by("pk").values_list("pk", "playing_item")[:MOST_STRANGE])
    if not found:
        return []
    lately = at - timedelta(days=1)
    own_hand = Document.objects.filter(task__kind=TaskKind.ADMIT, task__made_at__gt=lately)
    if own_hand.exists():
        return []
    named = Document.objects.filter(issued_at__gt=at - timedelta(days=40))
    return [
        device
        for device, item in found.items()
        if not named.filter(items__contains=[{"id": str(item)}]).exists()
    ]


def laggards(at: datetime) -> list[UUID]:
    """This function will return the loudspeakers that are there and have not said a word of an order whose
    time has come, although another one of their commune has taken it: they read too slowly, or hang."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOW, {"at": at})
        return [device for (device,) in cursor.fetchall()]


def _journal(fact: str, found: Iterable[tuple[UUID, K]], at: datetime) -> None:
    """One fact a commune and kind; where half a province has lost its mains, one a province."""
    by_kind: dict[K, list[UUID]] = defaultdict(list)
    for device, kind in found:
        by_kind[kind].append(device)
    for kind, devices in sorted(by_kind.items()):
        named = dict(Device.objects.filter(pk__in=devices).values_list("pk", "area"))
        depth = 3 if len({_outer(area, 3) for area in named.values()}) <= MANY else 2
        groups: dict[str, list[UUID]] = defaultdict(list)
        for device, area in named.items():
            groups[_outer(area, depth)].append(device)
        for area, own in sorted(groups.items()):
            name = Device.objects.get(pk=own[0]).name
            data = {
                "area": area, "kind": kind, "count": len(own), "name": name,
                "devices": [str(one) for one in own[:NAMED]],
            }  # fmt: skip
            subject = f"device:{own[0]}" if len(own) == 1 else f"target:{area}"
            record(fact=fact, subject=subject, by=None, at=at, data=data)


def _outer(area: str, labels: int) -> str:
    return lineage(area)[:labels][-1]
