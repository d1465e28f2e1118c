"""What the signer has seen with its own eyes, kept in its own store: pinned keys, used touches, first looks.

Nothing here can be changed from the database that the web application writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from nguon_protocol.targets import contains
from nguon_signer.assertions import Assertion, BadAssertion, material
from nguon_signer.rows import Passkey
from nguon_signer.store import Store

CONSOLE = "console"
"""Who pinned a key from the signer's own machine."""


@dataclass(frozen=True)
class Pinned:
    """A key that this signer believes; `grants` are (role, area, first second in which it counts)."""

    credential_id: str
    passkey: str
    user: int
    public_key: str
    revoked: bool
    grants: tuple[tuple[str, str, int], ...]

    def may(self, role: str, areas: Iterable[str], now: int) -> bool:
        """This function will say whether the key may act in a role over all of these areas at `now`."""
        mine = [area for held, area, from_at in self.grants if held == role and from_at <= now]
        return all(any(contains(outer, area) for outer in mine) for area in areas)


class Memory:
    """The tables of approval in the signer's store; every write leaves a row in the chained log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def fact(self, name: str) -> str:
        """This function will give what was settled when the store was made; "" when it was not."""
        found = self._store.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(found[0][0]) if found else ""

    def settle(self, name: str, value: str) -> None:
        """This function will settle a fact for ever (inside a transaction)."""
        self._store.change("INSERT INTO facts (name, value) VALUES (?, ?)", (name, value))

    def pinned(self, credential_id: str) -> Pinned | None:
        """This function will give the pinned key of a credential, with all that it may do."""
        found = self._store.rows(
            "SELECT passkey, user, public_key, revoked_at FROM passkeys WHERE credential_id = ?",
            (credential_id,),
        )
        if not found:
            return None
        passkey, user, public_key, revoked_at = found[0]
        grants = self._store.rows(
            "SELECT role, area, from_at FROM grants WHERE credential_id = ? ORDER BY role, area",
            (credential_id,),
        )
        whole = tuple((role, area, from_at) for role, area, from_at in grants)
        return Pinned(credential_id, passkey, user, public_key, revoked_at is not None, whole)

    def shared_with(self, key: Passkey) -> int | None:
        """This function will give another person for whom the very same key was ever pinned, or None."""
        rows = self._store.rows("SELECT user, public_key FROM passkeys WHERE user <> ?", (key.user,))
        own = material(key.public_key)
        return next((user for user, public_key in rows if material(public_key) == own), None)

    def on_duty(self, user: int, areas: Collection[str], now: int) -> bool:
        """This function will say whether a key of this person is pinned for duty over all of the areas."""
        rows = self._store.rows(
            "SELECT credential_id FROM passkeys WHERE user = ? AND revoked_at IS NULL", (user,)
        )
        keys = [self.pinned(credential_id) for (credential_id,) in rows]
        return any(key is not None and key.may("duty", areas, now) for key in keys)

    def purpose(self, assertion: Assertion) -> str | None:
        """This function will give what this very touch was used for, or None."""
        found = self._store.rows("SELECT purpose FROM proofs WHERE assertion = ?", (assertion.sha256,))
        return str(found[0][0]) if found else None

    def highest(self, credential_id: str, before: int | None = None) -> int:
        """This function will give the highest sign count of a key that was seen (before that second)."""
        when = 2**62 if before is None else before
        found = self._store.rows(
            "SELECT coalesce(max(count), 0) FROM proofs WHERE credential_id = ? AND at < ?",
            (credential_id, when),
        )
        return int(found[0][0])

    def prove(self, assertion: Assertion, purpose: str, count: int, now: int) -> None:
        """This function will use a touch up (inside a transaction); raises BadAssertion for a used count."""
        try:
            self._store.change(
                "INSERT INTO proofs (assertion, purpose, credential_id, count, at) VALUES (?, ?, ?, ?, ?)",
                (assertion.sha256, purpose, assertion.credential_id, count, now),
            )
        except sqlite3.IntegrityError:
            raise BadAssertion(f"its sign count {count} was used by another touch of this key") from None
        data = {"purpose": purpose, "credential": assertion.credential_id, "assertion": assertion.sha256}
        self._store.append(at=now, fact="passkey.touched", data={**data, "count": count})

    def grant(self, key: Passkey, role: str, area: str, by: str, from_at: int, now: int) -> None:
        """This function will pin a key, and what it may do from `from_at` on (inside a transaction)."""
        self._store.change(
            "INSERT INTO passkeys (credential_id, passkey, user, public_key, pinned_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
            (key.credential_id, key.id, key.user, key.public_key, now),
        )
        values = (key.credential_id, role, area, by, from_at)
        self._store.change(
            "INSERT INTO grants (credential_id, role, area, by, from_at) VALUES (?, ?, ?, ?, ?)", values
        )
        data: dict[str, Any] = {"passkey": key.id, "user": key.user, "credential": key.credential_id}
        data |= {"role": role, "area": area, "by": by, "from": from_at}
        self._store.append(at=now, fact="passkey.granted", data=data)

    def revoke(self, credential_id: str, now: int) -> None:
        """This function will end a key for ever; a second time changes nothing."""
        with self._store.transaction():
            ended = self._store.change(
                "UPDATE passkeys SET revoked_at = ? WHERE credential_id = ? AND revoked_at IS NULL",
                (now, credential_id),
            )
            if ended:
                self._store.append(at=now, fact="passkey.revoked", data={"credential": credential_id})

    def first_look(self, revision: str, now: int) -> int:
        """This function will give the second in which this revision was first seen wholly approved: now, or
        earlier."""
        found = self._store.rows("SELECT at FROM approved WHERE revision = ?", (revision,))
        if found:
            return int(found[0][0])
        with self._store.transaction():
            self._store.change(
                "INSERT INTO approved (revision, at) VALUES (?, ?) ON CONFLICT DO NOTHING", (revision, now)
            )
            self._store.append(at=now, fact="revision.approved", data={"revision": revision})
        return now

    def reached(self, approver: int, since: int, revision: str) -> dict[str, frozenset[str]]:
        """This function will give the communes that one approver reached at once since then, by revision; and
        those of `revision`, whenever it was counted."""
        rows = self._store.rows(
            "SELECT revision, json_group_array(commune) FROM reached"
            " WHERE (approver = ? AND at > ?) OR revision = ? GROUP BY revision",
            (approver, since, revision),
        )
        return {revision: frozenset(json.loads(communes)) for revision, communes in rows}

    def reach(self, approver: int, revision: str, communes: Collection[str], now: int) -> None:
        """This function will count the communes that a revision reaches at once (inside a transaction)."""
        for commune in sorted(communes):
            self._store.change(
                "INSERT INTO reached (approver, revision, commune, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (approver, revision, commune, now),
            )
