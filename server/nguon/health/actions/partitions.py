"""The months of the samples: made before they begin, dropped when they are old. A month goes in a blink, as
a table of its own."""

import re
from datetime import UTC, datetime

from django.db import connection

from nguon.health.states import MONTHS

AHEAD = 2
_NAME = re.compile(r"health_sample_(\d{4})(\d{2})")


def ensure(at: datetime) -> bool:
    """This function will make the partition of an instant's month; False when it is there."""
    month = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    name = f"health_sample_{month:%Y%m}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF health_sample"
            f" FOR VALUES FROM ('{month.isoformat()}') TO ('{_shifted(month, 1).isoformat()}')"
        )
        # Rows are seen through the whole table and its policy alone, never through a month of it.
        cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    return True


def tend(*, at: datetime) -> tuple[int, int]:
    """This function will make the months ahead and drop those older than MONTHS; returns how many of each."""
    made = sum(ensure(_shifted(at, ahead)) for ahead in range(AHEAD + 1))
    oldest = _shifted(at, -MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'health_sample'::regclass"
        )
        names = [name for (name,) in cursor.fetchall()]
        old = [name for name in names if (found := _NAME.fullmatch(name)) and _before(found, oldest)]
        for name in old:
            cursor.execute(f"DROP TABLE {name}")
    return made, len(old)


def _before(found: re.Match[str], oldest: datetime) -> bool:
    return (int(found[1]), int(found[2])) < (oldest.year, oldest.month)


def _shifted(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.astimezone(UTC).replace(year=year, month=month + 1, day=1)
