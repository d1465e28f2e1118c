"""The clock.  Only entry points read it; everything below is handed `at=`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This function will return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """This function will return the same instant on a Vietnamese wall clock."""
    return at.astimezone(VIETNAM)


def from_epoch(seconds: int) -> datetime:
    """This function will return the instant of a count of seconds since 1970 (UTC)."""
    return datetime.fromtimestamp(seconds, UTC)


def to_epoch(at: datetime) -> int:
    """This function will return whole seconds since 1970 (UTC), cut down, of an aware instant."""
    return int(at.timestamp())
