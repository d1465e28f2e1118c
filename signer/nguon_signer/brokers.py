"""Who may talk at the broker, and who may no more: passes of loudspeakers, the account with its revocations.

A loudspeaker's user key is derived from the account's own, so that every pass of one loudspeaker has the same
subject and one revocation takes all of them back. Revocations stand in the append-only log: what the signer
once took back it never gives again, whatever the database says later. The newest account token is also what
the broker's configuration is made of: a broker that was wiped and started again knows every revocation.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nguon_signer import keys, natsauth
from nguon_signer.natsauth import NatsKey
from nguon_signer.rows import Device
from nguon_signer.store import Store

CREDENTIAL_S = 24 * 3600
REMEMBERED_S = 3 * CREDENTIAL_S
"""A pass lives for a day, so an older revocation has nothing to take back; three, for clocks that jump."""
REVOKED = "device.revoked"
PUSH_CREDS = "push.creds"
Answer = dict[str, Any]


class BrokerTrust:
    """The signer's word to the broker. `folder` is the store's; safe in many threads."""

    def __init__(self, folder: Path, store: Store, account: NatsKey) -> None:
        self._folder = folder
        self._store = store
        self._account = account
        self._lock = threading.Lock()
        self._revoked = {str(data["device"]): at for at, data in store.facts(REVOKED)}

    def is_revoked(self, device: str) -> bool:
        """This function will say whether this signer ever took a loudspeaker's pass back."""
        return device in self._revoked

    def credentials(self, devices: Iterable[Device], now: int) -> list[Answer]:
        """This function will mint the broker passwords of some loudspeakers: their own topics, for a day."""
        expires = now + CREDENTIAL_S
        made = [
            {"device": one.id, "area": one.area, "expires": expires, "jwt": self._mint(one, now, expires)}
            for one in devices
        ]
        with self._store.transaction():
            for row in made:
                data = {"device": row["device"], "area": row["area"], "expires": expires}
                self._store.append(at=now, fact="credential.minted", data=data)
        return made

    def revoke(self, device: str, now: int) -> Answer:
        """This function will take every pass of a loudspeaker back for good, and give the account token that
        says so to the broker; the same loudspeaker again gives a fresh token."""
        with self._lock:
            if device not in self._revoked:
                with self._store.transaction():
                    self._store.append(at=now, fact=REVOKED, data={"device": device})
                self._revoked[device] = now
            return self._publish(now)

    def account(self, now: int) -> Answer:
        """This function will give the account token with every revocation that still matters."""
        with self._lock:
            return self._publish(now)

    def _mint(self, device: Device, now: int, expires: int) -> str:
        groups = list(device.groups)
        return natsauth.device_jwt(self._account, device.id, device.area, groups, at=now, expires=expires)

    def _publish(self, now: int) -> Answer:
        public, nats = self._folder / "public" / "nats", self._folder / "nats"
        # A token that looks older than the one it has is not taken by the broker: the time never falls.
        at = max(now, natsauth.issued_at((public / "account.jwt").read_text()) + 1)
        # A pass minted by a clock that ran ahead dies too: the date reaches as far as any pass may live.
        revoked = {
            natsauth.device_key(self._account, device).public: since + REMEMBERED_S
            for device, since in self._revoked.items()
            if since + REMEMBERED_S >= now
        }
        operator = _key(nats / "operator.nk")
        system = _key(nats / "system.nk")
        token = natsauth.account_jwt(
            operator, self._account.public, "NGUON", at=at, jetstream=True, revocations=revoked
        )
        system_token = (public / "system-account.jwt").read_text().strip()
        conf = natsauth.auth_conf(
            (public / "operator.jwt").read_text().strip(),
            system.public,
            {system.public: system_token, self._account.public: token},
        )
        replace(public / "account.jwt", token)
        replace(public / "auth.conf", conf)
        return {"account": self._account.public, "jwt": token, "revoked": len(revoked)}


def write_push_creds(folder: Path, system: NatsKey, at: int) -> None:
    """This function will make the credentials with which the server hands account tokens to the broker, and
    can do nothing else there, unless they exist; `folder` is the store's public/nats."""
    path = folder / PUSH_CREDS
    if not path.exists():
        user = natsauth.new_key(natsauth.USER)
        creds = natsauth.creds_file(natsauth.push_jwt(system, user.public, at=at), user)
        keys.write_secret(path, creds.encode())


def bring_up_to_date(folder: Path, at: int) -> None:
    """This function will add to a store made by an earlier version what a broker with revocations needs."""
    write_push_creds(folder / "public" / "nats", _key(folder / "nats" / "system.nk"), at)


def replace(path: Path, text: str) -> None:
    """This function will write a file whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _key(path: Path) -> NatsKey:
    return natsauth.key_from_seed(keys.read_secret(path).strip())
