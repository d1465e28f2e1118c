"""Who may do what with a bulletin: pure yes or no, one answer for page, API and action."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.bulletins.models import Bulletin, Revision, Target
from nguon.bulletins.states import CHANNELS, MOVES, PLAYED, Channel, ContentType, State

MOST_COMMUNES = 3
"""So many communes one person answers for, with one bulletin or at once; the signer holds to the same."""
COMMUNE_DOTS = 2
"""The area of a commune has three labels; what has fewer is wider."""
COOL_OFF = timedelta(minutes=10)
ENOUGH_HEARD = 0.9
"""The share of the sound that the second person has played before approving it."""
FASTEST = 2
"""Browsers offer up to twice the speed; more sound than that in the time that went by was not played."""
GRACE = timedelta(seconds=5)


def is_played(content_type: int) -> bool:
    """This function will say whether loudspeakers play a sound of this type of bulletin by plan."""
    return content_type in PLAYED


def reaches_loudspeakers(content_type: int) -> bool:
    """This function will say whether this type of bulletin is ever heard from loudspeakers."""
    return Channel.LOUDSPEAKER in CHANNELS[ContentType(content_type)]


def communes(targets: Iterable[Target]) -> frozenset[str]:
    """This function will return the communes that some places lie in, as areas; a wider area stands for
    itself."""
    return frozenset(".".join(target.area.split(".")[:3]) for target in targets)


def is_wide(targets: Iterable[Target]) -> bool:
    """This function will say whether a bulletin reaches so far that two people must approve it: more than
    MOST_COMMUNES communes, or an area wider than a commune."""
    reached = communes(targets)
    return len(reached) > MOST_COMMUNES or any(area.count(".") < COMMUNE_DOTS for area in reached)


def may_move(bulletin: Bulletin, to: State) -> bool:
    """This function will say whether a bulletin in its state may go to another one."""
    return to in MOVES[State(bulletin.state)]


def can_write_for(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may write for an area."""
    return has_role(user, Role.WRITER, area, at)


def can_keep_campaigns(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may add campaigns to an area."""
    return has_role(user, Role.ADMINISTRATOR, area, at)


def can_keep_template(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may keep and end templates of an area."""
    return any(has_role(user, role, area, at) for role in (Role.WRITER, Role.ADMINISTRATOR))


def rules_at(times: Iterable[time], days: Iterable[str] = ()) -> str:
    """This function will write a repetition as RFC 5545 rules, one a line: at times of day, on weekdays (MO)
    or daily.

    BYHOUR and BYMINUTE multiply, so a rule names the hours of one minute only.
    """
    hours: dict[int, list[int]] = {}
    for at in sorted(times):
        hours.setdefault(at.minute, []).append(at.hour)
    named = ",".join(days)
    base = f"FREQ=WEEKLY;BYDAY={named}" if named else "FREQ=DAILY"
    return "\n".join(
        f"{base};BYHOUR={','.join(map(str, found))};BYMINUTE={minute}" for minute, found in hours.items()
    )


def can_edit(user: User, revision: Revision) -> bool:
    """This function will say whether a person may change this draft: its author, before it is submitted."""
    return revision.author_id == user.pk and revision.submitted_at is None


def foreign_to(user: User, role: Role, targets: Iterable[Target], at: datetime) -> Target | None:
    """This function will return the first target that a person's role does not reach, or None."""
    checked: dict[str, bool] = {}
    for target in targets:
        if target.area not in checked:
            checked[target.area] = has_role(user, role, target.area, at)
        if not checked[target.area]:
            return target
    return None


def can_approve(user: User, revision: Revision, at: datetime) -> bool:
    """This function will say whether a person may decide a revision: never the author, and for every place
    of it.
    """
    return (
        revision.author_id != user.pk
        and revision.bulletin.state == State.SUBMITTED
        and foreign_to(user, Role.APPROVER, revision.targets.all(), at) is None
    )


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """This function will join spans (from, to) that touch or overlap, sorted; empty ones are left out."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def believable(heard_ms: int, since: timedelta) -> int:
    """This function will return how many of the milliseconds may have been played in the time gone by."""
    return min(heard_ms, FASTEST * ((since + GRACE) // timedelta(milliseconds=1)))


def heard_enough(heard_ms: int, duration_ms: int) -> bool:
    """This function will say whether so much of a sound was played that one may approve it."""
    return heard_ms >= ENOUGH_HEARD * duration_ms


def can_withdraw(user: User, bulletin: Bulletin, targets: Iterable[Target], at: datetime) -> bool:
    """This function will say whether a person may take a bulletin back: its author, or approver or duty
    officer there.
    """
    if not may_move(bulletin, State.WITHDRAWN):
        return False
    listed = list(targets)
    return bulletin.author_id == user.pk or any(
        foreign_to(user, role, listed, at) is None for role in (Role.APPROVER, Role.DUTY)
    )
