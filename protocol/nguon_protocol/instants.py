"""When something plays: recurrence rules become explicit instants here, so that no firmware reads rules."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from nguon_protocol.errors import ProtocolError

MAX_INSTANTS = 2000
_MAX_STEPS = 50_000
_MAX_RULE = 500
_MAX_RULES = 12
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_KEYS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST",
    "BYDAY", "BYMONTH", "BYMONTHDAY", "BYHOUR", "BYMINUTE", "BYSETPOS",
}  # fmt: skip


def expand(
    mode: str,
    starts_at: int | None,
    rrule: str,
    window_start: int,
    window_end: int,
    tz: str = "Asia/Ho_Chi_Minh",
    *,
    until: int | None = None,
) -> list[int]:
    """Give the instants (epoch seconds UTC, sorted) of window_start <= t < window_end.

    mode "now" has none, nor has "programme", whose instants communes choose; "at" has starts_at; "repeat" is
    an RFC 5545 rule (or several, one a line) read in the wall time of `tz`, from starts_at on, up to and with
    `until`. At most 2,000 instants. ProtocolError for a rule that cannot be read, or that is finer than daily
    (BYHOUR and BYMINUTE name times of a day).
    """
    if mode in ("now", "programme"):
        return []
    if starts_at is None:
        raise ProtocolError("a start is needed")
    if mode == "at":
        return [starts_at] if window_start <= starts_at < window_end else []
    if mode != "repeat":
        raise ProtocolError(f"no timing mode {mode[:20]!r}")
    zone = ZoneInfo(tz)
    last = window_end - 1 if until is None else min(window_end - 1, until)
    found: set[int] = set()
    for rule in _rules(rrule, starts_at, zone):
        found |= _between(rule, zone, window_start, last)
    return sorted(found)[:MAX_INSTANTS]


def check_rule(rrule: str, starts_at: int = 0, tz: str = "Asia/Ho_Chi_Minh") -> None:
    """Refuse (ProtocolError) a rule that `expand` would refuse."""
    _rules(rrule, starts_at, ZoneInfo(tz))


def _rules(text: str, starts_at: int, zone: ZoneInfo) -> list[rrule]:
    """Read one rule a line: 05:00 and 17:30 are two rules, since BYHOUR and BYMINUTE multiply."""
    lines = text.splitlines()
    if not 1 <= len(lines) <= _MAX_RULES:
        raise ProtocolError(f"one to {_MAX_RULES} rules, one a line")
    return [_rule(line, starts_at, zone) for line in lines]


def _between(rule: rrule, zone: ZoneInfo, first: int, last: int) -> set[int]:
    found: set[int] = set()
    for instant in _occurrences(rule, zone):
        if instant > last or len(found) == MAX_INSTANTS:
            break
        if instant >= first:
            found.add(instant)
    return found


def _rule(text: str, starts_at: int, zone: ZoneInfo) -> rrule:
    """Read a rule against naive wall time, which is what "every day at 05:00" means to people."""
    parts = _parts(text)
    until = parts.pop("UNTIL", None)
    start = datetime.fromtimestamp(starts_at, zone).replace(tzinfo=None)
    try:
        plain = ";".join(f"{key}={value}" for key, value in parts.items())
        if until is not None:
            plain += f";UNTIL={_local_until(until, zone):%Y%m%dT%H%M%S}"
        rule = rrulestr(plain, dtstart=start)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ProtocolError(f"the rule cannot be read: {error}") from error
    if not isinstance(rule, rrule):
        raise ProtocolError("one rule, not a set of rules")
    return rule


def _parts(text: str) -> dict[str, str]:
    body = text.removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for piece in body.split(";"):
        key, equals, value = piece.partition("=")
        if not equals or key not in _KEYS or key in parts or not value:
            raise ProtocolError(f"the rule has no part {piece[:40]!r}")
        parts[key] = value
    if len(body) > _MAX_RULE or parts.get("FREQ") not in _FREQUENCIES:
        raise ProtocolError("a rule repeats DAILY, WEEKLY, MONTHLY or YEARLY")
    if not parts.get("INTERVAL", "1").isdecimal() or int(parts.get("INTERVAL", "1")) < 1:
        raise ProtocolError("INTERVAL is a whole number from 1")
    return parts


def _local_until(text: str, zone: ZoneInfo) -> datetime:
    if text.endswith("Z"):
        instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return instant.astimezone(zone).replace(tzinfo=None)
    if "T" in text:
        return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  wall time, as RFC 5545 allows
    return datetime.strptime(text + "T235959", "%Y%m%dT%H%M%S")  # noqa: DTZ007  a date counts whole


def _occurrences(rule: rrule, zone: ZoneInfo) -> Iterator[int]:
    for step, wall in enumerate(rule):
        if step >= _MAX_STEPS:
            raise ProtocolError(f"the rule takes more than {_MAX_STEPS} steps")
        yield int(wall.replace(tzinfo=zone).timestamp())
