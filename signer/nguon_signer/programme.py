"""May what a commune put into its programme sound? What two people approved to be placed, where and when one
person of the commune placed it; asked again here from the rows, and left out one by one.

The content and its places are judged as those of every revision (policy.refuse_revision, the approvers' keys,
the cool-off of what reaches many communes). This adds who chose the instant, and which instants there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from nguon_protocol.documents import Policy
from nguon_protocol.ids import placed_id
from nguon_protocol.quiet import touches_quiet
from nguon_protocol.targets import contains
from nguon_signer import policy
from nguon_signer.judging import Judge
from nguon_signer.policy import Refusal
from nguon_signer.rows import Hours, Placed, Revision, Role

PLACERS = (policy.WRITER, policy.APPROVER, "operator")
MOST_A_DAY = 12
"""One revision sounds so often a day in one commune (in each of its turns), whoever placed it."""
LONGEST_APPROVED = timedelta(days=366)
"""What was approved without a last day is not placed for ever."""
Verdict = Refusal | None


def name_of(placed: Placed) -> str:
    """This function will give the item id of one playing: the row's own id is not believed."""
    return placed_id(placed.revision, placed.where, placed.at)


def sounded(revision: Revision, area: str) -> frozenset[str]:
    """This function will give the targets in whose plans a revision stands when a commune (its area) placed
    it: those of its own inside that commune, or the commune itself when the revision reaches further."""
    inside = {one.target for one in revision.targets if one.area is not None and contains(area, one.area)}
    covered = any(one.area is not None and contains(one.target, area) for one in revision.targets)
    return frozenset(inside | {area} if covered else inside)


def refuse_placed(
    placed: Placed,
    revision: Revision,
    roles: Collection[Role],
    rules: Policy,
    tz: str,
    there: frozenset[str] | None = None,
) -> Verdict:
    """This function will refuse an instant that the approval does not hold, that nobody with a right in the
    commune chose, or that touches the quiet hours: those are left out here, not only by the loudspeakers.
    `there` is what `sounded` gives, where it is known already."""
    if revision.timing != "programme":
        return Refusal("timing", "This revision was approved with its own times: it cannot be placed.")
    if policy.commune_of(placed.area) != placed.area:
        return Refusal("scope", f"{placed.area} is no commune: each commune keeps its own programme.")
    there = sounded(revision, placed.area) if there is None else there
    if not there or (placed.group and placed.area not in there):
        return Refusal("target", f"This revision was not approved for {placed.area}.")
    if placed.at > _last_instant(revision):
        return Refusal("until", "This is later than the approval reaches.")
    day = policy.day_of(placed.placed_at, tz)
    if not any(policy.has_role(roles, placed.by, role, placed.area, day) for role in PLACERS):
        return Refusal("role", f"User {placed.by} kept no programme of {placed.area} on {day}.")
    length = revision.media.duration_ms if revision.media else 0
    if touches_quiet(rules, placed.at * 1000, length):
        return Refusal("quiet", "These are quiet hours: only urgent sound may be heard then.")
    return None


def refuse_hours(rule: Hours, day: date, sounded_ms: int) -> Verdict:
    """This function will refuse what the broadcast hours of an area do not allow: another weekday, or more
    than the minutes of a day with this sound."""
    if str(day.weekday()) not in rule.weekdays:
        return Refusal("hours", f"Nothing is broadcast here on the weekday of {day}.")
    if rule.minutes is not None and sounded_ms > rule.minutes * 60_000:
        return Refusal("hours", f"More than {rule.minutes} minutes would be broadcast here on {day}.")
    return None


class Tally:
    """What the loudspeakers of communes hear: what the whole commune plays, and the own turn beside it."""

    def __init__(self) -> None:
        self._counted: dict[Hashable, Counter[str]] = {}

    def so_far(self, key: Hashable, one: Placed) -> int:
        """This function will give how much any loudspeaker that hears this playing has heard under a key."""
        told = self._counted.get(key, Counter())
        turns = [count for where, count in told.items() if where != one.area]
        return told[one.area] + (told[one.where] if one.group else max(turns, default=0))

    def add(self, key: Hashable, one: Placed, amount: int) -> None:
        """This function will count a playing."""
        self._counted.setdefault(key, Counter())[one.where] += amount


class Programme:
    """Judges everything that stands in the programmes of some communes in one look at the database."""

    def __init__(self, judge: Judge, rules: Policy, tz: str) -> None:
        self._judge = judge
        self._rules = rules
        self._tz = tz
        self._sounded: dict[tuple[str, str], frozenset[str]] = {}
        self._from: dict[str, int] = {}

    def judged(
        self,
        placed: Iterable[Placed],
        revisions: Mapping[str, Revision],
        roles: Collection[Role],
        known: Collection[str],
        now: int,
        hours: Mapping[str, Hours] | None = None,
    ) -> dict[Placed, Verdict]:
        """This function will say of each playing, in the order of time, None or why it is left out; `known`
        are the item ids of the plans that stand (their first sound was counted when they were new)."""
        content = {name: self._judge.refuse(one, roles, now) for name, one in revisions.items()}
        heard, sounded = Tally(), Tally()
        found: dict[Placed, Verdict] = {}
        for one in placed:
            revision = revisions[one.revision]
            verdict = content[one.revision] or self._refuse(one, revision, roles)
            local = policy.day_of(datetime.fromtimestamp(one.at, UTC), self._tz)
            day, minutes = (one.area, one.revision, local), (one.area, local)
            length = revision.media.duration_ms if revision.media else 0
            rule = (hours or {}).get(one.area, Hours())
            verdict = verdict or refuse_hours(rule, local, sounded.so_far(minutes, one) + length)
            if verdict is None and heard.so_far(day, one) >= MOST_A_DAY:
                verdict = Refusal("often", f"This sounds {MOST_A_DAY} times that day already.")
            verdict = verdict or self._refuse_time(one, revision, roles, known, now)
            if verdict is None:
                heard.add(day, one, 1)
                sounded.add(minutes, one, length)
            found[one] = verdict
        return found

    def where(self, revision: Revision, area: str) -> frozenset[str]:
        """This function will give what `sounded` does, reckoned once."""
        key = (revision.id, area)
        if key not in self._sounded:
            self._sounded[key] = sounded(revision, area)
        return self._sounded[key]

    def _refuse(self, one: Placed, revision: Revision, roles: Collection[Role]) -> Verdict:
        there = self.where(revision, one.area)
        return refuse_placed(one, revision, roles, self._rules, self._tz, there)

    def _refuse_time(
        self, one: Placed, revision: Revision, roles: Collection[Role], known: Collection[str], now: int
    ) -> Verdict:
        if revision.id not in self._from:
            self._from[revision.id] = self._judge.sounds_from(revision, now)
        if one.at < self._from[revision.id]:
            minutes = policy.COOL_OFF_S // 60
            return Refusal("cool-off", f"This starts less than {minutes} minutes after it was approved.")
        if one.at >= now + policy.BURST_S or name_of(one) in known:
            return None
        return self._judge.refuse_placer_burst(one.by, name_of(one), one.area, roles, now)


def _last_instant(revision: Revision) -> float:
    if revision.until is not None:
        return revision.until
    approved = [one.at for one in revision.approvals]
    return (min(approved) + LONGEST_APPROVED).timestamp() if approved else 0
