"""Quiet hours and the day's minutes, in the wall time of the root's policy."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nguon_protocol.documents import Loudness, Policy


def is_quiet(policy: Policy, at_ms: int) -> bool:
    """Say whether the instant (epoch ms) lies in quiet hours; from <= t < to, also across midnight."""
    wall = _wall(policy, at_ms).strftime("%H:%M")
    return any(_inside(wall, start, end) for start, end in policy.quiet)


def touches_quiet(policy: Policy, start_ms: int, dur_ms: int) -> bool:
    """Say whether any moment of a sound of dur_ms that starts at start_ms lies in quiet hours.

    Looks at the first moment and at each minute after it, as quiet hours begin on whole minutes.
    """
    if not policy.quiet:
        return False
    first_minute = 60_000 - start_ms % 60_000
    moments = [start_ms, *range(start_ms + first_minute, start_ms + dur_ms, 60_000)]
    return any(is_quiet(policy, moment) for moment in moments)


def loudest_at(policy: Policy, volume: int, hours: Sequence[Loudness], at_ms: int) -> int:
    """Give how loud a device may be at the instant (epoch ms): the least of the hours that hold then, else
    `volume`; never more than that.
    """
    if not hours:
        return volume
    wall = _wall(policy, at_ms).strftime("%H:%M")
    return min([volume, *(one.volume for one in hours if _inside(wall, one.start, one.end))])


def day_start_ms(policy: Policy, at_ms: int) -> int:
    """Give the epoch ms at which the local day of the instant began; minutes a day are counted from there."""
    midnight = _wall(policy, at_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(midnight.timestamp() * 1000)


def heard_ms(spans: Sequence[tuple[int, int]], since_ms: int) -> int:
    """Sum the ms of (start, length) spans that lie after since_ms."""
    return sum(max(0, start + length - max(start, since_ms)) for start, length in spans)


def _wall(policy: Policy, at_ms: int) -> datetime:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(policy.tz))


def _inside(wall: str, start: str, end: str) -> bool:
    return start <= wall < end if start < end else wall >= start or wall < end
