"""Sums by area, so that a page of a province reads hundreds of rows and not millions of receipts.

Done again they come out the same: today is counted anew each time, and days that were missed are made up.
"""

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from nguon.deliveries.models import Receipt
from nguon.devices.states import ONLINE_SECONDS
from nguon.health.models import AreaDay, AreaHour
from nguon.health.queries.mending import mended_now
from nguon.health.states import HOURS_DAYS
from nguon.kernel.clock import VIETNAM, local

MOST_DAYS = 400
_DAY = """
INSERT INTO health_areaday (area, day, heard, played, partly, refused, seconds)
SELECT d.area, %(day)s, count(DISTINCT r.device_id) FILTER (WHERE r.event IN ('played', 'partly')),
    count(*) FILTER (WHERE r.event = 'played'), count(*) FILTER (WHERE r.event = 'partly'),
    count(*) FILTER (WHERE r.event = 'refused'),
    COALESCE(sum(r.seconds_ms) FILTER (WHERE r.event IN ('played', 'partly')), 0) / 1000
FROM deliveries_receipt r JOIN devices_device d ON d.id = r.device_id
WHERE r.received_at >= %(begin)s AND r.received_at < %(end)s AND NOT r.after_revocation
GROUP BY d.area
ON CONFLICT (area, day) DO UPDATE SET heard = excluded.heard, played = excluded.played,
    partly = excluded.partly, refused = excluded.refused, seconds = excluded.seconds
"""
# On the day on which the map changed the same receipts would count at the old place and at the new one.
_ONCE_A_DAY = """
DELETE FROM health_areaday a WHERE a.day = %(day)s AND a.area NOT IN (
    SELECT DISTINCT d.area FROM deliveries_receipt r JOIN devices_device d ON d.id = r.device_id
    WHERE r.received_at >= %(begin)s AND r.received_at < %(end)s AND NOT r.after_revocation)
"""
_ONCE_AN_HOUR = """
DELETE FROM health_areahour a WHERE a.hour = date_trunc('hour', %(at)s) AND a.area NOT IN (
    SELECT array_to_string((string_to_array(d.area, '.'))[1:3], '.') FROM devices_device d
    WHERE d.revoked_at IS NULL)
"""
_HOUR = """
INSERT INTO health_areahour AS h (area, hour, total, online, playing, wrong, mended)
SELECT array_to_string((string_to_array(d.area, '.'))[1:3], '.'), date_trunc('hour', %(at)s), count(*),
    count(*) FILTER (WHERE d.online AND d.last_seen_at >= %(heard)s),
    count(*) FILTER (WHERE d.online AND d.last_seen_at >= %(heard)s AND d.playing_item IS NOT NULL),
    count(a.device_id),
    count(*) FILTER (WHERE d.id = ANY(%(mended)s::uuid[])
        AND NOT (d.online AND coalesce(d.last_seen_at >= %(heard)s, false)))
FROM devices_device d LEFT JOIN (
    SELECT DISTINCT device_id FROM health_alarm WHERE cleared_at IS NULL
) a ON a.device_id = d.id
WHERE d.revoked_at IS NULL
GROUP BY 1
ON CONFLICT (area, hour) DO UPDATE SET total = excluded.total, online = least(h.online, excluded.online),
    playing = greatest(h.playing, excluded.playing), wrong = greatest(h.wrong, excluded.wrong),
    mended = greatest(h.mended, excluded.mended)
"""


@transaction.atomic
def sum_up(*, at: datetime) -> int:
    """This function will count today's receipts by area, make up for days that were missed, and look at how
    many loudspeakers of each commune are there; returns how many days were counted.
    """
    today = local(at).date()
    days = [day for day in (_first(today) + timedelta(days=n) for n in range(MOST_DAYS)) if day <= today]
    with connection.cursor() as cursor:
        for day in days:
            begin = datetime.combine(day, time(), VIETNAM)
            given = {"day": day, "begin": begin, "end": begin + timedelta(days=1)}
            cursor.execute(_DAY, given)
            cursor.execute(_ONCE_A_DAY, given)
        heard = at - timedelta(seconds=ONLINE_SECONDS)
        cursor.execute(_HOUR, {"at": at, "heard": heard, "mended": mended_now(at)})
        cursor.execute(_ONCE_AN_HOUR, {"at": at})
    AreaHour.objects.filter(hour__lt=at - timedelta(days=HOURS_DAYS)).delete()
    return len(days)


def _first(today: date) -> date:
    """From the last day that was counted on, as it may not have been over; else from the first receipt."""
    last = AreaDay.objects.filter(day__lte=today).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        oldest = Receipt.objects.order_by("received_at").values_list("received_at", flat=True).first()
        last = local(oldest).date() if oldest else today
    return max(last, today - timedelta(days=MOST_DAYS - 1))
