"""Which of two alerts goes first, who may sign, when it sounds again: pure answers."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from nguon.accounts.rules import Person, has_role
from nguon.accounts.states import Role
from nguon.alerts.models import Alert
from nguon.alerts.states import TURNS, Heard, Kind, Level, State, Turn
from nguon.organisations.rules import covers

SIGNERS = (Role.DUTY, Role.APPROVER)
PLAYED = "played"


def may_sign(user: Person, areas: Iterable[str], at: datetime) -> bool:
    """This function will say whether a person may be one of the two who sign for all of these areas."""
    return all(any(has_role(user, role, area, at) for role in SIGNERS) for area in areas)


def is_on_duty(user: Person, areas: Iterable[str], at: datetime) -> bool:
    """This function will say whether a person is on duty in all of these areas."""
    return all(has_role(user, Role.DUTY, area, at) for area in areas)


def overlap(one: Collection[str], other: Collection[str]) -> bool:
    """This function will say whether some areas of two lists share land."""
    return any(covers(a, b) or covers(b, a) for a in one for b in other)


def is_whole(new: Collection[str], running: Collection[str]) -> bool:
    """This function will say whether some areas are all of some others, or more."""
    return all(any(covers(one, other) for one in new) for other in running)


def turn(new: Alert, running: Alert, *, whole: bool, outsigned: bool) -> Turn:
    """This function will say what a new alert does to one that runs in an overlapping area; `whole`: it is
    for everywhere where that one runs; `outsigned`: more people have signed that one.

    An alert of one commune silences nothing of its province's, and what one officer makes alone ends nothing
    that two have signed.
    """
    if not whole:
        return Turn.WAITS
    if new.hazard == running.hazard and not outsigned:
        return Turn.REPLACES
    return TURNS[Level(new.level), Level(running.level)]


def due_at(alert: Alert, number: int) -> datetime | None:
    """This function will return when a sounding is due (number 0 is the first); None when none was signed.

    The signers compute the same from the same numbers.
    """
    if alert.signed_at is None:
        return None
    if number < len(alert.offsets):
        after = int(alert.offsets[number])
    elif alert.offsets and alert.every_s > 0:
        after = int(alert.offsets[-1]) + alert.every_s * (number - len(alert.offsets) + 1)
    else:
        return None
    return alert.signed_at + timedelta(seconds=after) if after <= alert.lasts_s else None


def length_of(alert: Alert) -> timedelta:
    """This function will return how long one sounding of an alert is heard at the most: its repeats, with up
    to half a minute for each of the loudspeaker's own sounds (LSP-1, `dur_ms`)."""
    spoken = max((one.duration_ms for one in (alert.media, alert.replay) if one), default=0)
    return alert.repeat * timedelta(milliseconds=spoken, seconds=30 * len(alert.sounds))


def is_commune(area: str) -> bool:
    """This function will say whether an area is one commune or lies within one."""
    return area.count(".") >= 2


def signatures_needed(kind: str) -> int:
    """This function will return how many people sign it."""
    return 2 if kind == Kind.REAL else 1


def waits_for_confirmation(alert: Alert, signed: int) -> bool:
    """This function will say whether an alert of one officer sounds that a second one may still confirm."""
    return alert.kind == Kind.GLASS and alert.state == State.SOUNDING and signed == 1


def heard_of(events: Collection[tuple[str, str]], *, online: bool, settled: bool) -> Heard:
    """This function will return the one state of a loudspeaker from its receipts of an alert, as (event,
    reason), the newest last. Without one it is out of reach, or, within the first minute, not known yet."""
    names = [event for event, _reason in events]
    if not names:
        return Heard.UNREACHABLE if settled or not online else Heard.UNKNOWN
    if PLAYED in names:
        return Heard.PLAYED
    last, reason = next(((e, r) for e, r in reversed(list(events)) if e in TELLING), ("", ""))
    if not last:
        return Heard.DELIVERED
    if last == "partly":
        return Heard.ENDED if reason == "cancelled" else Heard.PARTLY
    return TELLING[last]


TELLING = {
    "started": Heard.PLAYING,
    "partly": Heard.PARTLY,
    "refused": Heard.REFUSED,
    "missed": Heard.REFUSED,
    "cancelled": Heard.ENDED,
}
"""What was accepted tells nothing more: of the next sounding too it comes before that is heard."""
