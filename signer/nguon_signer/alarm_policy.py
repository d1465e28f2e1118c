"""May this alert sound? Pure functions over rows: None means yes, a Refusal says why not.

Two machines ask them, each with its own keys, its own memory and its own look at the database: the signer and
the second signer (`second`). The loudspeakers obey neither alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from datetime import datetime

from nguon_protocol.content import alert_hash
from nguon_protocol.documents.urgent import DRILL, SIREN
from nguon_protocol.errors import ProtocolError
from nguon_protocol.targets import is_area
from nguon_signer.policy import APPROVER, DUTY, Refusal, day_of, has_role, refuse_target
from nguon_signer.rows import Alert, Role, Step, Target

REAL, GLASS, DRILLED = "real", "glass", "drill"
SIGNERS = (DUTY, APPROVER)
FRESH_S = 600
"""Between the first and the second signature, and from there to the signer, no more than this."""
LONGEST_S = 86_400
GLASS_MS = 60_000
PROVINCE_LABELS = 2
BOTH = 2


def refuse_step(
    step: Step, roles: Iterable[Role], counted: int, places: Collection[Target], now: datetime, tz: str
) -> Refusal | None:
    """This function will refuse a sounding that two officers (of a drill or an alert of one commune: one) did
    not sign just so, for just these places, a moment ago; the first reason that holds.

    `counted` are the loudspeakers of its targets now: more than were signed for is another alert. Of repeats
    the rhythm that was signed decides whether they are due.
    """
    alert = step.alert
    return (
        _refuse_people(alert)
        or _refuse_content(alert)
        or _refuse_kind(step)
        or _refuse_places(alert, places)
        or _refuse_roles(alert, tuple(roles), tz)
        or _refuse_time(step, now)
        or (_refuse_growth(alert, counted) if step.number == 0 or alert.kind == GLASS else None)
    )


def _refuse_people(alert: Alert) -> Refusal | None:
    if alert.ended:
        return Refusal("ended", "This alert was ended.")
    people = [one.by for one in alert.signed]
    if len(set(people)) < len(people):
        return Refusal("second", "One person signed this alert twice: two people must.")
    if len(people) < (BOTH if alert.kind == REAL else 1):
        return Refusal("half", "This alert lacks a signature.")
    return None


def _refuse_content(alert: Alert) -> Refusal | None:
    try:
        recomputed = alert_hash(alert.content())
    except ProtocolError as error:
        return Refusal("content", f"The content of this alert has no hash: {error}.")
    for known in (alert.content_sha256, *(one.content_sha256 for one in alert.signed)):
        if not hmac.compare_digest(known, recomputed):
            return Refusal("content", "This alert is not word for word what was signed.")
    if alert.media is None:
        return Refusal("media", "The sound of this alert is missing.")
    return None


def _refuse_kind(step: Step) -> Refusal | None:
    alert = step.alert
    named = {*alert.sounds, *alert.correction.sounds, *alert.all_clear.sounds}
    if alert.kind == DRILLED:
        wrong = alert.sounds[:1] != (DRILL,) or SIREN in named
        return Refusal("kind", "A drill begins with its phrase and has no siren.") if wrong else None
    if alert.kind not in {REAL, GLASS} or DRILL in named:
        return Refusal("kind", "An alert is real, or of one officer; a drill is another document.")
    return _refuse_glass(step) if alert.kind == GLASS else None


def is_alone(step: Step) -> bool:
    """This function will say whether a sounding is what one officer may have alone: the first of its alert,
    once, for a minute, and never with the siren, whoever has signed since."""
    return step.alert.kind == GLASS and step.number == 0


def _refuse_glass(step: Step) -> Refusal | None:
    """What one officer may do alone: one commune, a minute, words approved before. What comes after it takes
    a second officer, who makes of the same content a whole alert."""
    alert = step.alert
    length = alert.media.duration_ms if alert.media else 0
    if alert.offsets != (0,) or alert.every_s or length > GLASS_MS or len(alert.targets) != 1:
        return Refusal("glass", "One officer alone reaches one commune for a minute, without the siren.")
    if not alert.glass_ready:
        return Refusal("glass", "One officer alone uses a template that two people approved before.")
    if not is_alone(step) and len(alert.signed) < BOTH:
        return Refusal("half", "This alert lacks a signature.")
    return None


def _refuse_places(alert: Alert, places: Collection[Target]) -> Refusal | None:
    if not alert.targets or not places:
        return Refusal("target", "This alert has no target.")
    allowed = {one.target for one in alert.targets}
    for place in places:
        if place.target not in allowed or place.area is None:
            return Refusal("target", f"This alert was not signed for {place.target}.")
        if alert.kind != REAL:
            refusal = refuse_target(place)
            if refusal:
                return refusal
        elif not is_area(place.target) or place.target.count(".") + 1 < PROVINCE_LABELS:
            return Refusal("scope", f"Target {place.target} is wider than one province, or no area.")
    return None


def _refuse_roles(alert: Alert, roles: tuple[Role, ...], tz: str) -> Refusal | None:
    areas = [area for one in alert.targets for area in (one.area, *one.members) if area is not None]
    for signed in alert.signed:
        day = day_of(signed.at, tz)
        if not all(any(has_role(roles, signed.by, one, area, day) for one in SIGNERS) for area in areas):
            return Refusal("role", f"User {signed.by} may not sign for every place of this alert.")
    on_duty = [
        signed.by
        for signed in alert.signed
        if all(has_role(roles, signed.by, DUTY, area, day_of(signed.at, tz)) for area in areas)
    ]
    return None if on_duty else Refusal("role", "Nobody of those who signed is on duty there.")


def _refuse_time(step: Step, now: datetime) -> Refusal | None:
    first, last = step.alert.signed[0].at, step.alert.signed[-1].at
    if not 0 <= (last - first).total_seconds() <= FRESH_S:
        return Refusal("late", "Too long between the two signatures: sign it anew.")
    age = (now - last).total_seconds()
    due = due_s(step.alert, 0 if step.alert.kind == GLASS and step.number == 1 else step.number)
    if due is None or due > min(step.alert.lasts_s, LONGEST_S):
        return Refusal("late", "No such repetition was signed.")
    if not -5 <= age - due <= FRESH_S:
        return Refusal("late", "This sounding is not due now.")
    return None


def due_s(alert: Alert, number: int) -> int | None:
    """This function will give how many seconds after the last signature a sounding is due; None for one that
    was never signed. First the offsets count, then every so many seconds."""
    if 0 <= number < len(alert.offsets):
        return alert.offsets[number]
    if not alert.offsets or alert.every_s <= 0 or number < 0:
        return None
    return alert.offsets[-1] + alert.every_s * (number - len(alert.offsets) + 1)


def _refuse_growth(alert: Alert, counted: int) -> Refusal | None:
    if counted > alert.loudspeakers:
        return Refusal("grew", "There are more loudspeakers now than were signed for: look at it again.")
    return None
