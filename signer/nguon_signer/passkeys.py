"""Did these people really approve this, each with the own security key? And whose key is whose?

The server's database says who approved, but whoever can write there could say anything. So a key counts only
when it is pinned in the signer's own store, for a role over an area, and it is pinned only

- from the signer's own machine (`nguon-signer passkey trust`), for the first administrator, or
- by a touch of an administrator's pinned key over exactly this key, person, role and area. Nobody counts for
  the own key. After the first week such a grant waits a day, so that others can notice and revoke it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from nguon_protocol import targets
from nguon_protocol.approvals import alert_challenge, approval_challenge, grant_challenge, live_challenge
from nguon_signer import policy
from nguon_signer.assertions import Assertion, BadAssertion, Site, material, verify
from nguon_signer.errors import Refused
from nguon_signer.memory import CONSOLE, Memory, Pinned
from nguon_signer.policy import Refusal
from nguon_signer.rows import Alert, Approval, Grant, LiveSession, Passkey, Revision, Role, Station
from nguon_signer.store import Store

GRANTED = ("administrator", "approver", "duty")
SETTLING_S = 7 * 86_400
"""While an installation is being set up, its administrators' words count at once."""
GRANT_WAIT_S = 86_400
COUNT_PATIENCE_S = 3600
"""Approvals may reach the signer out of their order within so long: a lower sign count is no clone then."""


class Passkeys:
    """The judge of touches; `site` is where people touch their keys, None when this signer was not told."""

    def __init__(self, store: Store, site: Site | None, tz: str) -> None:
        self._store = store
        self._site = site
        self._tz = tz
        self._memory = Memory(store)
        self.demo = self._memory.fact("demo") == "1"
        self._made_at = int(self._memory.fact("made_at") or 0)

    def refuse(self, revision: Revision, now: int) -> Refusal | None:
        """This function will refuse a revision unless every approval of it is a touch of that person's pinned
        key over its content; a demo store alone is content with the database's word."""
        if self.demo:
            return None
        for approval in revision.approvals:
            refusal = self._refuse_approval(revision, approval, now)
            if refusal:
                return refusal
        return self._refuse_one_key(revision.approvals)

    def refuse_live(self, session: LiveSession, now: int) -> Refusal | None:
        """This function will refuse a live session unless its person has touched a pinned key of a duty
        officer for it; a demo store alone is content with the database's word."""
        if self.demo:
            return None
        if session.assertion is None:
            return Refusal("passkey", f"User {session.by} opened this session without a security key.")
        key = self._memory.pinned(session.assertion.credential_id)
        if key is None or key.user != session.by:
            return Refusal("passkey", f"This security key is not pinned here for user {session.by}.")
        areas = [area for one in session.targets for area in (one.area, *one.members) if area is not None]
        if not key.may(policy.DUTY, areas, now):
            return Refusal("passkey", f"The key of user {session.by} does not reach every place of this.")
        targets_ = [one.target for one in session.targets]
        purpose = "|".join(("live", session.id, str(session.minutes), *sorted(targets_)))
        used = self._memory.purpose(session.assertion)
        if used is not None:
            return None if used == purpose else Refusal("passkey", "This touch was used for something else.")
        challenge = live_challenge(session.id, session.minutes, targets_)
        return self._use(key, session.assertion, challenge, purpose, now)

    def refuse_relay(self, relay: Station, now: int) -> Refusal | None:
        """This function will refuse a relay unless its approver has touched a pinned key for exactly this
        station, these hours and these places; a demo store alone is content with the database's word."""
        if self.demo:
            return None
        areas = [area for one in relay.targets for area in (one.area, *one.members) if area is not None]
        if relay.approval is None:
            return Refusal("approval", "This relay is not approved.")
        return self._refuse_decision("relay", relay.id, areas, relay.approval, now)

    def refuse_alert(self, alert: Alert, now: int) -> Refusal | None:
        """This function will refuse an alert unless each of its officers has touched an own pinned key for
        exactly this content; a demo store alone is content with the database's word."""
        if self.demo:
            return None
        areas = [area for one in alert.targets for area in (one.area, *one.members) if area is not None]
        for signed in alert.signed:
            refusal = self._refuse_officer(alert, signed, areas, now)
            if refusal:
                return refusal
        return self._refuse_one_key(alert.signed)

    def _refuse_one_key(self, signed: Iterable[Approval]) -> Refusal | None:
        """Also where both were pinned before this was asked of whoever is pinned."""
        names = [one.assertion.credential_id for one in signed if one.assertion is not None]
        held = [material(key.public_key) for name in names if (key := self._memory.pinned(name))]
        if len(set(held)) < len(held):
            return Refusal("second", "One security key signed this for two people: two keys must.")
        return None

    def _refuse_officer(self, alert: Alert, signed: Approval, areas: list[str], now: int) -> Refusal | None:
        if signed.assertion is None:
            return Refusal("passkey", f"User {signed.by} signed this without a security key.")
        key = self._memory.pinned(signed.assertion.credential_id)
        if key is None or key.user != signed.by:
            return Refusal("passkey", f"This security key is not pinned here for user {signed.by}.")
        if not any(key.may(role, areas, now) for role in (policy.DUTY, policy.APPROVER)):
            return Refusal("passkey", f"The key of user {signed.by} does not reach every place of this.")
        purpose = f"alert|{alert.id}|{signed.content_sha256}|{signed.by}"
        used = self._memory.purpose(signed.assertion)
        if used is not None:
            return None if used == purpose else Refusal("passkey", "This touch was used for something else.")
        challenge = alert_challenge(alert.id, signed.content_sha256)
        return self._use(key, signed.assertion, challenge, purpose, now)

    def pin(self, key: Passkey, grants: Iterable[Grant], roles: Iterable[Role], now: int) -> None:
        """This function will pin a key for what administrators touched; raises Refused for the first bad
        word."""
        known = self._memory.pinned(key.credential_id)
        if known and (known.passkey, known.user, known.public_key) != (key.id, key.user, key.public_key):
            raise Refused("passkey", f"Security key {key.id} is not the one that was pinned.")
        if key.revoked:
            self._memory.revoke(key.credential_id, now)
            return
        if known and known.revoked:
            raise Refused("passkey", f"Security key {key.id} was revoked; a revoked key never comes back.")
        self._refuse_shared(key)
        held = {(role, area) for role, area, _from in known.grants} if known else set()
        judged = tuple(roles)
        for grant in grants:
            if (grant.role, grant.area) not in held:
                self._pin_one(key, grant, judged, now)

    def trust(self, key: Passkey, area: str, now: int) -> None:
        """This function will pin an administrator's key by the word of whoever sits at the signer's machine.

        Raises Refused when the key is pinned for somebody else, was revoked, or `area` is none.
        """
        known = self._memory.pinned(key.credential_id)
        if known and (known.revoked or (known.user, known.public_key) != (key.user, key.public_key)):
            raise Refused("passkey", "This security key is pinned for somebody else, or was revoked.")
        if known and ("administrator", area) in {(role, where) for role, where, _from in known.grants}:
            return
        if not targets.is_area(area):
            raise Refused("passkey", f"{area[:60]!r} is no area.")
        self._refuse_shared(key)
        with self._store.transaction():
            self._memory.grant(key, "administrator", area, CONSOLE, now, now)

    def pinned(self, credential_id: str) -> Pinned | None:
        """This function will give what this signer believes of a key."""
        return self._memory.pinned(credential_id)

    def _refuse_shared(self, key: Passkey) -> None:
        """One key under two names would make one person two."""
        other = self._memory.shared_with(key)
        if other is not None:
            raise Refused("passkey", f"User {other} holds this very security key: each person needs an own.")

    def _refuse_approval(self, revision: Revision, approval: Approval, now: int) -> Refusal | None:
        return self._refuse_decision("approval", revision.id, policy.areas_of(revision), approval, now)

    def _refuse_decision(
        self, what: str, name: str, areas: Iterable[str], approval: Approval, now: int
    ) -> Refusal | None:
        if approval.assertion is None:
            return Refusal("passkey", f"User {approval.by} approved this without a security key.")
        key = self._memory.pinned(approval.assertion.credential_id)
        if key is None or key.user != approval.by:
            return Refusal("passkey", f"This security key is not pinned here for user {approval.by}.")
        if not key.may(policy.APPROVER, areas, now):
            return Refusal("passkey", f"The key of user {approval.by} does not reach every place of this.")
        purpose = f"{what}|{name}|{approval.content_sha256}|{approval.by}"
        used = self._memory.purpose(approval.assertion)
        if used is not None:
            return None if used == purpose else Refusal("passkey", "This touch was used for something else.")
        challenge = approval_challenge(name, approval.content_sha256)
        return self._use(key, approval.assertion, challenge, purpose, now)

    def _use(
        self,
        key: Pinned,
        assertion: Assertion,
        challenge: bytes,
        purpose: str,
        now: int,
        then: Callable[[], None] = lambda: None,
    ) -> Refusal | None:
        """Check one touch, use it up, and do what it asks for: one step of the store."""
        if key.revoked:
            return Refusal("passkey", f"The security key of user {key.user} is revoked.")
        if self._site is None:
            return Refusal("passkey", "This signer was not told at which address people touch their keys.")
        try:
            with self._store.transaction():
                if self._memory.purpose(assertion) != purpose:  # else another request was quicker
                    self._count(key, assertion, challenge, purpose, now, self._site)
                    then()
        except BadAssertion as bad:
            return Refusal("passkey", f"The touch of user {key.user} proves nothing: {bad}.")
        return None

    def _count(
        self, key: Pinned, assertion: Assertion, challenge: bytes, purpose: str, now: int, site: Site
    ) -> None:
        floor = self._memory.highest(key.credential_id, now - COUNT_PATIENCE_S)
        count = verify(assertion, challenge, key.public_key, site, floor)
        if count == 0 and self._memory.highest(key.credential_id) > 0:
            raise BadAssertion("its sign count fell to 0")
        self._memory.prove(assertion, purpose, count, now)

    def _pin_one(self, key: Passkey, grant: Grant, roles: tuple[Role, ...], now: int) -> None:
        by = self._memory.pinned(grant.assertion.credential_id)
        refusal = refuse_grant(key, grant, by, roles, now, self._tz)
        if refusal is None and by is not None:
            said = (key.id, key.user, key.credential_id, key.public_key, grant.role, grant.area)
            from_at = now if now < self._made_at + SETTLING_S else now + GRANT_WAIT_S
            refusal = self._use(
                by,
                grant.assertion,
                grant_challenge(*said),
                "grant|" + "|".join(map(str, said)),
                now,
                lambda: self._memory.grant(key, grant.role, grant.area, by.credential_id, from_at, now),
            )
        if refusal:
            raise Refused(refusal.reason, refusal.message)


def refuse_grant(
    key: Passkey, grant: Grant, by: Pinned | None, roles: Iterable[Role], now: int, tz: str
) -> Refusal | None:
    """This function will refuse an administrator's word beyond the own area, for the own key, or by no
    administrator."""
    if grant.role not in GRANTED or not targets.is_area(grant.area):
        return Refusal("passkey", f"A key is granted no {grant.role[:20]!r} over {grant.area[:60]!r}.")
    if by is None or by.user != grant.by:
        return Refusal("passkey", f"User {grant.by} has no pinned key.")
    if by.user == key.user:
        return Refusal("passkey", "Nobody vouches for the own security key.")
    if not by.may("administrator", [grant.area], now):
        return Refusal("passkey", f"The key of user {grant.by} is no administrator's over {grant.area}.")
    if not policy.has_role(
        roles, grant.by, "administrator", grant.area, policy.day_of(datetime.fromtimestamp(now, UTC), tz)
    ):
        return Refusal("passkey", f"User {grant.by} is no administrator over {grant.area} today.")
    return None
