"""May this sound? Pure functions over rows: None means yes, a Refusal says why not.

The web application has asked most of these before. Here they are asked again, because whoever owns the web
application owns its checks too. Each function gives the first reason that holds, in the order written.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nguon_protocol.documents import Policy
from nguon_protocol.quiet import touches_quiet
from nguon_protocol.targets import COMMUNE_LABELS, contains
from nguon_signer.rows import Approval, LiveSession, Media, Revision, Role, Stop, Target, Withdrawal

WRITER, APPROVER, DUTY = "writer", "approver", "duty"
SILENCERS = (DUTY, APPROVER)
WITHDRAWERS = (DUTY, APPROVER)
MOST_COMMUNES = 3
"""So many communes one approver reaches with one bulletin, and with sound at once in BURST_S."""
BURST_S = 600
COOL_OFF_S = 600
"""What reaches more communes starts no earlier than so long after both approvals were seen here."""
OLDEST_LIVE_S = 120
"""So long after the press of the button the microphone may still open."""
LIVE_SKEW_S = 5
LONGEST_LIVE_MIN = 30
COMMUNE_KINDS = frozenset({"commune", "village"})
AUDIO_TYPES = ("audio/", "application/ogg")


class Refusal(NamedTuple):
    """Why something is not signed: a slug for programs, a sentence for people."""

    reason: str
    message: str


def commune_of(area: str) -> str | None:
    """This function will give the first three labels of an area, or None when it is wider than a commune."""
    labels = area.split(".")
    return ".".join(labels[:COMMUNE_LABELS]) if len(labels) >= COMMUNE_LABELS else None


def day_of(at: datetime, tz: str) -> date:
    """This function will give the local day of an instant: role assignments count in days."""
    return at.astimezone(ZoneInfo(tz)).date()


def has_role(roles: Iterable[Role], user: int, role: str, area: str, day: date) -> bool:
    """This function will say whether the user held exactly this role over the whole area on that day."""
    return any(
        row.user == user
        and row.role == role
        and contains(row.area, area)
        and row.valid_from <= day
        and (row.valid_to is None or day <= row.valid_to)
        for row in roles
    )


def areas_of(revision: Revision) -> list[str]:
    """This function will give every area in which a revision plays; a target that is gone has none."""
    return [
        area for target in revision.targets for area in (target.area, *target.members) if area is not None
    ]


def communes_of(revision: Revision) -> frozenset[str]:
    """This function will give the communes that a revision reaches; a wider area stands for itself."""
    return frozenset(commune_of(area) or area for area in areas_of(revision))


def is_wide(revision: Revision) -> bool:
    """This function will say whether a revision reaches more than one person may answer for."""
    reached = communes_of(revision)
    return len(reached) > MOST_COMMUNES or any(commune_of(area) is None for area in reached)


def refuse_target(target: Target) -> Refusal | None:
    """This function will refuse a target that is unknown, revoked, or reaches beyond one commune."""
    if target.area is None:
        return Refusal("target", f"Target {target.target} does not exist.")
    if target.revoked:
        return Refusal("target", f"Loudspeaker {target.target} is revoked.")
    commune = commune_of(target.area)
    if commune is None or target.kind not in COMMUNE_KINDS | {"group", "device"}:
        return Refusal("scope", f"Target {target.target} is wider than one commune.")
    if any(commune_of(area) != commune for area in target.members):
        return Refusal("scope", f"Group {target.target} has loudspeakers in more than one commune.")
    return None


def refuse_revision(revision: Revision, roles: Iterable[Role], recomputed: str, tz: str) -> Refusal | None:
    """This function will refuse a revision that a second person did not approve word for word for its places.

    `recomputed` is the content hash (hex) of the row as it is now; `roles` hold the author's and the
    approver's
    assignments; `tz` is the zone in which their days are counted.
    """
    if revision.submitted_at is None:
        return Refusal("draft", "This revision was never submitted.")
    if not revision.approvals or any(one.decision != "approve" for one in revision.approvals):
        return Refusal("approval", "This revision is not approved.")
    if revision.withdrawn:
        return Refusal("withdrawn", "This bulletin was withdrawn.")
    held = tuple(roles)
    return (
        _refuse_people(revision)
        or _first(_refuse_content(revision, approval, recomputed) for approval in revision.approvals)
        or _refuse_media(revision.media)
        or _first(_refuse_places(revision, approval, held, tz) for approval in revision.approvals)
        or _refuse_lone(revision)
    )


def _first(refusals: Iterable[Refusal | None]) -> Refusal | None:
    return next((refusal for refusal in refusals if refusal is not None), None)


def _refuse_people(revision: Revision) -> Refusal | None:
    people = [approval.by for approval in revision.approvals]
    if {revision.author, revision.bulletin_author} & set(people):
        return Refusal("author", "The author approved this revision: a second person must.")
    if len(set(people)) < len(people):
        return Refusal("second", "One person approved this revision twice: two people must.")
    return None


def _refuse_lone(revision: Revision) -> Refusal | None:
    if is_wide(revision) and len(revision.approvals) < 2:
        return Refusal(
            "second", f"This reaches more than {MOST_COMMUNES} communes: one more person must approve it."
        )
    return None


def _refuse_content(revision: Revision, approval: Approval, recomputed: str) -> Refusal | None:
    for known in (revision.content_sha256, approval.content_sha256):
        if not hmac.compare_digest(known, recomputed):
            return Refusal("content", "This revision is not word for word what was approved.")
    return None


def _refuse_media(media: Media | None) -> Refusal | None:
    if media is None or len(media.sha256) != 64 or media.size <= 0 or media.duration_ms <= 0:
        return Refusal("media", "The sound of this revision is missing.")
    if not media.mime.startswith(AUDIO_TYPES):
        return Refusal("media", f"{media.mime} is not a sound.")
    return None


def _refuse_places(
    revision: Revision, approval: Approval, roles: tuple[Role, ...], tz: str
) -> Refusal | None:
    if not revision.targets:
        return Refusal("target", "This revision has no target.")
    day = day_of(approval.at, tz)
    for target in revision.targets:
        if target.area is None:
            return Refusal("target", f"Target {target.target} does not exist.")
        for user, role in ((revision.author, WRITER), (approval.by, APPROVER)):
            if not all(has_role(roles, user, role, area, day) for area in (target.area, *target.members)):
                return Refusal(
                    "role", f"User {user} did not hold the role {role} over {target.target} on {day}."
                )
    return None


def refuse_order(revision: Revision, target: Target, now: datetime, oldest: int) -> Refusal | None:
    """This function will refuse to play now what was not meant for now, not for here, or `oldest` seconds
    ago."""
    if revision.timing != "now":
        return Refusal("timing", "This revision is not meant to be played at once.")
    if target.target not in {one.target for one in revision.targets}:
        return Refusal("target", f"This revision was not approved for {target.target}.")
    if revision.approval is None:
        return Refusal("approval", "This revision is not approved.")
    age = (now - max(one.at for one in revision.approvals)).total_seconds()
    if age > oldest:
        return Refusal(
            "late", f"This revision was approved {int(age / 60)} minutes ago: approve it anew to play it."
        )
    return None


def refuse_stop(stop: Stop, target: Target, roles: Iterable[Role], tz: str) -> Refusal | None:
    """This function will refuse a stop outside its area, or by someone who may not silence that area."""
    if target.area is None or not contains(stop.target, target.area):
        return Refusal("target", f"This stop was not ordered for {target.target}.")
    day = day_of(stop.at, tz)
    held = tuple(roles)
    if not any(has_role(held, stop.by, role, target.area, day) for role in SILENCERS):
        return Refusal("role", f"User {stop.by} may not silence {target.target}.")
    return None


def refuse_cancel(withdrawal: Withdrawal, target: Target, roles: Iterable[Role], tz: str) -> Refusal | None:
    """This function will refuse a cancel of what was never to play at the target, or by someone without a
    right."""
    if not any(sounded_at(revision, target) for revision in withdrawal.revisions):
        return Refusal("target", f"This bulletin was not approved for {target.target}.")
    if withdrawal.by == withdrawal.author:
        return None
    day = day_of(withdrawal.at, tz)
    held = tuple(roles)
    if target.area is None or not any(
        has_role(held, withdrawal.by, role, target.area, day) for role in WITHDRAWERS
    ):
        return Refusal("role", f"User {withdrawal.by} may not withdraw a bulletin of {target.target}.")
    return None


def sounded_at(revision: Revision, target: Target) -> bool:
    """This function will say whether a revision may have sounded at a target: it was approved for exactly
    that, or for something around that commune, which placed it."""
    placed = revision.timing == "programme" and commune_of(target.target) == target.target
    return any(
        one.target == target.target
        or (placed and one.area is not None and contains(one.target, target.target))
        for one in revision.targets
    )


def refuse_quiet(rules: Policy, dur_ms: int, now: int) -> Refusal | None:
    """This function will refuse to begin a sound of `dur_ms` at `now` (epoch s) that touches the quiet hours.

    Devices would refuse it too; here the person who waits is told at once. In a plan the items stay, so that
    each device reports what it left out.
    """
    if touches_quiet(rules, now * 1000, dur_ms):
        return Refusal("quiet", "These are quiet hours: only urgent sound may be heard now.")
    return None


def starts_soon(instants: Iterable[int], seen_at: int) -> bool:
    """This function will say whether a planned revision sounds within BURST_S of its approval (epoch s): that
    is sound at once, whatever it is called."""
    return any(instant < seen_at + BURST_S for instant in instants)


def refuse_burst(
    revision: Revision, reached: Mapping[str, frozenset[str]], *, on_duty: bool
) -> Refusal | None:
    """This function will refuse more than MOST_COMMUNES communes at once of one approver without a duty key.

    `reached` are the communes of the approver's other revisions in the last BURST_S, by revision: a revision
    is counted as a whole at its first target, so that it goes to all of its places or to none.
    """
    if on_duty or revision.id in reached:
        return None
    return refuse_reached(communes_of(revision), reached)


def refuse_reached(communes: frozenset[str], reached: Mapping[str, frozenset[str]]) -> Refusal | None:
    """This function will refuse communes that are too many together with those reached in the last
    BURST_S."""
    if len(communes.union(*reached.values())) > MOST_COMMUNES:
        return Refusal(
            "burst",
            f"One approver reaches at most {MOST_COMMUNES} communes at once in {BURST_S // 60} minutes.",
        )
    return None


def refuse_wide_now(revision: Revision) -> Refusal | None:
    """This function will refuse to play at once what reaches more communes than one person may answer for."""
    if is_wide(revision):
        return Refusal(
            "wide",
            f"This reaches more than {MOST_COMMUNES} communes: it starts at a set time, at least"
            f" {COOL_OFF_S // 60} minutes after two people approved it.",
        )
    return None


def after_cool_off(revision: Revision, instants: Iterable[int], seen_at: int) -> list[int]:
    """This function will give the instants (epoch s) that may sound: of a wide revision those COOL_OFF_S
    after `seen_at`, when this signer first saw it wholly approved; else all."""
    return [one for one in instants if not is_wide(revision) or one >= seen_at + COOL_OFF_S]


def refuse_old_stop(stop: Stop, now: datetime, oldest: int) -> Refusal | None:
    """This function will refuse a stop of `oldest` seconds ago or more: it would silence what began since."""
    if (now - stop.at).total_seconds() > oldest:
        return Refusal("late", "This stop was pressed too long ago: press it again.")
    return None


def live_communes(session: LiveSession) -> frozenset[str]:
    """This function will give the communes that a live session reaches; a wider area stands for itself."""
    areas = [area for one in session.targets for area in (one.area, *one.members) if area is not None]
    return frozenset(commune_of(area) or area for area in areas)


def refuse_live(session: LiveSession, roles: Iterable[Role], tz: str, now: datetime) -> Refusal | None:
    """This function will refuse to let a person speak who is not on duty at every target, who did not press
    the button just now, or who reaches more communes than one person may answer for."""
    if session.opened_at is None:
        return Refusal("draft", "This live session was never opened.")
    if session.ended:
        return Refusal("ended", "This live session is over.")
    if not -LIVE_SKEW_S <= (now - session.opened_at).total_seconds() <= OLDEST_LIVE_S:
        return Refusal("late", "This live session was opened too long ago: open another one.")
    if not 0 < session.minutes <= LONGEST_LIVE_MIN:
        return Refusal("minutes", f"A live session lasts 1 to {LONGEST_LIVE_MIN} minutes.")
    if not session.targets:
        return Refusal("target", "This live session has no target.")
    day, held = day_of(session.opened_at, tz), tuple(roles)
    for target in session.targets:
        if target.area is None:
            return Refusal("target", f"Target {target.target} does not exist.")
        if not all(has_role(held, session.by, DUTY, area, day) for area in (target.area, *target.members)):
            return Refusal("role", f"User {session.by} is not on duty at {target.target}.")
    if len(live_communes(session)) > MOST_COMMUNES:
        return Refusal("wide", f"A live session reaches at most {MOST_COMMUNES} communes.")
    return None


def refuse_live_burst(session: LiveSession, reached: Mapping[str, frozenset[str]]) -> Refusal | None:
    """This function will refuse more than MOST_COMMUNES communes in BURST_S, whatever key the speaker has:
    nobody else has approved what will be said."""
    if len(live_communes(session).union(*reached.values())) > MOST_COMMUNES:
        return Refusal(
            "burst", f"One person reaches at most {MOST_COMMUNES} communes in {BURST_S // 60} minutes."
        )
    return None


def loud_minutes(rules: Policy, minutes: int, now: int) -> int:
    """This function will give how many of these minutes from `now` (epoch s) lie before the quiet hours."""
    lengths = range(minutes, 0, -1)
    return next((one for one in lengths if not touches_quiet(rules, now * 1000, one * 60_000)), 0)
