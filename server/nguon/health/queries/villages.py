"""How the loudspeakers of villages were, hour by hour: reckoned from the words that are kept of each.

Sums by the hour are kept by commune alone (docs/adr/039): a commune has few loudspeakers, and a week of their
words is read when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from nguon.devices.models import Device
from nguon.health.models import Alarm
from nguon.health.states import WHOLE_HOUR

_HOUR = timedelta(hours=1)
# Of a loudspeaker that is there a word is kept every ten minutes: five or six pieces of the hour have one.
_HEARD = """
SELECT area, hour, count(*) FILTER (WHERE pieces >= %(whole)s), count(*) FILTER (WHERE plays)
FROM (
    SELECT d.area, date_trunc('hour', s.at) AS hour, s.device_id, bool_or(s.playing IS NOT NULL) AS plays,
        count(DISTINCT date_bin('10 min', s.at, '2000-01-01')) AS pieces
    FROM devices_device d JOIN health_sample s ON s.device_id = d.id
    WHERE d.id = ANY(%(devices)s::uuid[]) AND s.at >= %(first)s AND s.at < %(last)s
    GROUP BY 1, 2, 3
) one
GROUP BY 1, 2
"""


def village_hours(area: str, first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    """This function will give, for each whole hour from `first` to before `last` and each place in a commune
    where loudspeakers stand now, how many there are, were there all the hour, played and had an alarm; the
    oldest first."""
    first, last = (one.replace(minute=0, second=0, microsecond=0) for one in (first, last))
    rows = Device.objects.filter(area__within=[area], revoked_at__isnull=True)
    devices = dict(rows.values_list("pk", "area"))
    totals: dict[str, int] = defaultdict(int)
    for place in devices.values():
        totals[place] += 1
    given: dict[str, Any] = {"devices": list(devices), "first": first, "last": last, "whole": WHOLE_HOUR}
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, given)
        heard = {(place, hour): (whole, plays) for place, hour, whole, plays in cursor.fetchall()}
    wrong: dict[tuple[str, datetime], set[Any]] = defaultdict(set)
    alarms = Alarm.objects.filter(device__in=devices, raised_at__lt=last).exclude(cleared_at__lt=first)
    for device, raised, cleared in alarms.values_list("device", "raised_at", "cleared_at"):
        hour = max(first, raised.replace(minute=0, second=0, microsecond=0))
        while hour < min(last, cleared or last):
            wrong[devices[device], hour].add(device)
            hour += _HOUR
    hour = first
    while hour < last:
        for place, total in sorted(totals.items()):
            online, playing = heard.get((place, hour), (0, 0))
            yield {
                "area": place, "hour": hour, "total": total, "online": online, "playing": playing,
                "wrong": len(wrong.get((place, hour), ())),
            }  # fmt: skip
        hour += _HOUR
