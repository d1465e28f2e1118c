"""May this revision sound? The policy on rows, the approvers' touches, and what this signer remembers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from nguon_protocol.content import content_hash
from nguon_protocol.errors import ProtocolError
from nguon_signer import policy
from nguon_signer.errors import Refused
from nguon_signer.memory import Memory
from nguon_signer.opened import Opened
from nguon_signer.passkeys import Passkeys
from nguon_signer.policy import Refusal
from nguon_signer.relay_policy import refuse_relay, refuse_station
from nguon_signer.rows import LiveSession, Revision, Role, Station


class Judge:
    """Puts the pure policy together with the memory of one store."""

    def __init__(self, opened: Opened, passkeys: Passkeys) -> None:
        self._opened = opened
        self._passkeys = passkeys
        self._memory = Memory(opened.store)

    def refuse(self, revision: Revision, roles: Iterable[Role], now: int) -> Refusal | None:
        """This function will refuse a revision that was not approved as it must be."""
        try:
            recomputed = content_hash(revision.content())
        except ProtocolError as error:
            return Refusal("content", f"The content of this revision has no hash: {error}.")
        refusal = policy.refuse_revision(revision, roles, recomputed, self._opened.tz)
        return refusal or self._passkeys.refuse(revision, now)

    def allowed(
        self, revision: Revision, instants: list[int], roles: Collection[Role], now: int
    ) -> list[int] | Refusal:
        """This function will give the planned instants (epoch s) of an approved revision that may sound, or
        say why none may."""
        seen_at = self._memory.first_look(revision.id, now)
        if policy.starts_soon(instants, seen_at) and not policy.is_wide(revision):
            refusal = self.refuse_burst(revision, roles, now)
            if refusal:
                return refusal
        kept = policy.after_cool_off(revision, instants, seen_at)
        if instants and not kept:
            return Refusal("cool-off", f"This starts less than {policy.COOL_OFF_S // 60} minutes after it.")
        return kept

    def sounds_from(self, revision: Revision, now: int) -> int:
        """This function will give the second from which an approved revision may be placed: of what reaches
        many communes COOL_OFF_S after it was first seen here."""
        seen_at = self._memory.first_look(revision.id, now)
        return seen_at + policy.COOL_OFF_S if policy.is_wide(revision) else 0

    def refuse_placer_burst(
        self, placer: int, item: str, commune: str, roles: Collection[Role], now: int
    ) -> Refusal | None:
        """This function will count a commune in which one person has something sound at once by placing it,
        or refuse it as too much at once."""
        with self._opened.store.transaction():
            reached = self._memory.reached(placer, now - policy.BURST_S, item)
            on_duty = self._on_duty(placer, [commune], roles, now)
            if item in reached or on_duty:
                return None
            refusal = policy.refuse_reached(frozenset({commune}), reached)
            if refusal is None:
                self._memory.reach(placer, item, [commune], now)
        return refusal

    def refuse_burst(self, revision: Revision, roles: Collection[Role], now: int) -> Refusal | None:
        """This function will count what a revision reaches at once, or refuse it as too much at once."""
        if revision.approval is None:
            return Refusal("approval", "This revision is not approved.")
        approver, communes = revision.approval.by, policy.communes_of(revision)
        with self._opened.store.transaction():  # two requests at once must not both be the third
            reached = self._memory.reached(approver, now - policy.BURST_S, revision.id)
            on_duty = self._on_duty(approver, communes, roles, now)
            refusal = policy.refuse_burst(revision, reached, on_duty=on_duty)
            if refusal is None and revision.id not in reached:
                self._memory.reach(approver, revision.id, communes, now)
        return refusal

    def refuse_live(self, session: LiveSession, roles: Collection[Role], now: int) -> Refusal | None:
        """This function will refuse a live session, or count what it reaches."""
        at, relay = datetime.fromtimestamp(now, UTC), session.relay
        if relay is not None:
            refusal = refuse_relay(session, relay, roles, self._opened.tz, at)
            refusal = refusal or self._passkeys.refuse_relay(relay, now)
        else:
            refusal = policy.refuse_live(session, roles, self._opened.tz, at)
            refusal = refusal or self._passkeys.refuse_live(session, now)
        if refusal:
            return refusal
        counted = session.id if relay is None else relay.id  # of a relay each half hour is the same reach
        with self._opened.store.transaction():
            reached = self._memory.reached(session.by, now - policy.BURST_S, counted)
            refusal = policy.refuse_live_burst(session, reached)
            if refusal is None and counted not in reached:
                self._memory.reach(session.by, counted, policy.live_communes(session), now)
        return refusal

    def refuse_station(self, relay: Station, roles: Collection[Role], now: int) -> Refusal | None:
        """This function will refuse a relay that was not approved as it must be, whatever the hour is; the
        touch is used up with the first look, which comes soon after it."""
        refusal = refuse_station(relay, roles, self._opened.tz)
        return refusal or self._passkeys.refuse_relay(relay, now)

    def _on_duty(self, user: int, communes: Collection[str], roles: Collection[Role], now: int) -> bool:
        """A demo has no keys: there the role stands for the duty officer's key."""
        day = policy.day_of(datetime.fromtimestamp(now, UTC), self._opened.tz)
        if not all(policy.has_role(roles, user, policy.DUTY, area, day) for area in communes):
            return False
        return self._passkeys.demo or self._memory.on_duty(user, communes, now)


def check(refusal: Refusal | None) -> None:
    """This function will raise what was refused."""
    if refusal is not None:
        raise Refused(refusal.reason, refusal.message)
