"""May this station be sent on now? Pure functions over rows, as in `policy`."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nguon_protocol.content import relay_hash
from nguon_protocol.errors import ProtocolError
from nguon_signer.policy import (
    APPROVER,
    LIVE_SKEW_S,
    LONGEST_LIVE_MIN,
    MOST_COMMUNES,
    OLDEST_LIVE_S,
    WRITER,
    Refusal,
    day_of,
    has_role,
    live_communes,
)
from nguon_signer.rows import LiveSession, Role, Station


def refuse_relay(
    session: LiveSession, relay: Station, roles: Iterable[Role], tz: str, now: datetime
) -> Refusal | None:
    """This function will refuse to send a station on that a second person did not approve word for word, at
    other hours, in other places, or for longer than was approved; the first reason that holds."""
    return (
        refuse_station(relay, roles, tz)
        or _refuse_hours(session, relay, tz, now)
        or _refuse_session(session, relay)
    )


def refuse_station(relay: Station, roles: Iterable[Role], tz: str) -> Refusal | None:
    """This function will refuse a booking of a station that a second person did not approve word for word for
    its places."""
    return _refuse_people(relay) or _refuse_content(relay) or _refuse_places(relay, tuple(roles), tz)


def _refuse_people(relay: Station) -> Refusal | None:
    approval = relay.approval
    if approval is None or approval.decision != "approve":
        return Refusal("approval", "This relay is not approved.")
    if relay.author == approval.by:
        return Refusal("author", "The author approved this relay: a second person must.")
    if relay.ended:
        return Refusal("withdrawn", "This relay was ended.")
    return None


def _refuse_session(session: LiveSession, relay: Station) -> Refusal | None:
    if relay.approval is None or session.by != relay.approval.by:
        return Refusal("person", "This relay was approved by another person.")
    allowed = {one.target for one in relay.targets}
    if not session.targets or not {one.target for one in session.targets} <= allowed:
        return Refusal("target", "This relay was not approved for these places.")
    if len(live_communes(session)) > MOST_COMMUNES:
        return Refusal("wide", f"A relay reaches at most {MOST_COMMUNES} communes.")
    return None


def _refuse_content(relay: Station) -> Refusal | None:
    try:
        recomputed = relay_hash(relay.content())
    except ProtocolError as error:
        return Refusal("content", f"The content of this relay has no hash: {error}.")
    said = relay.approval.content_sha256 if relay.approval else ""
    for known in (relay.content_sha256, said):
        if not hmac.compare_digest(known, recomputed):
            return Refusal("content", "This relay is not word for word what was approved.")
    return None


def _refuse_hours(session: LiveSession, relay: Station, tz: str, now: datetime) -> Refusal | None:
    if session.opened_at is None:
        return Refusal("draft", "This live session was never opened.")
    if session.ended:
        return Refusal("ended", "This live session is over.")
    if not -LIVE_SKEW_S <= (now - session.opened_at).total_seconds() <= OLDEST_LIVE_S:
        return Refusal("late", "This live session was opened too long ago.")
    here = now.astimezone(ZoneInfo(tz))
    day = here.date()
    if not relay.first_day <= day <= relay.last_day or str(day.isoweekday()) not in relay.weekdays:
        return Refusal("hours", "This relay was not approved for today.")
    if not relay.begins <= here.time() < relay.ends:
        return Refusal("hours", "This relay was not approved for this hour.")
    ends = datetime.combine(day, relay.ends, tzinfo=here.tzinfo)
    most = min(LONGEST_LIVE_MIN, -(-(ends - here) // timedelta(minutes=1)))
    if not 0 < session.minutes <= max(1, most):
        return Refusal("minutes", "This is longer than what was approved.")
    return None


def _refuse_places(relay: Station, roles: tuple[Role, ...], tz: str) -> Refusal | None:
    if relay.approval is None or not relay.targets:
        return Refusal("target", "This relay has no target.")
    day = day_of(relay.approval.at, tz)
    for target in relay.targets:
        if target.area is None:
            return Refusal("target", f"Target {target.target} does not exist.")
        for user, role in ((relay.author, WRITER), (relay.approval.by, APPROVER)):
            if not all(has_role(roles, user, role, area, day) for area in (target.area, *target.members)):
                return Refusal(
                    "role", f"User {user} did not hold the role {role} over {target.target} on {day}."
                )
    return None
