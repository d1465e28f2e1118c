"""A store that is whole and ready: keys loaded and checked against the root that devices believe."""

from __future__ import annotations

import binascii
import fcntl
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import nkeys

from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import Root
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import Signer
from nguon_signer import keys, natsauth
from nguon_signer.errors import SignerError, StoreMissing
from nguon_signer.store import Store

SERVER_KEYS = "server"
HOLDERS = "holders"
NATS = "nats"
PUBLIC = "public"
SECOND = "second"
"""The second signer's own store, until it is moved to another machine or user."""
ACCOUNT_SEED = "account.nk"


@dataclass(frozen=True)
class Opened:
    """Everything that signing needs, in memory; the repr shows no secret because no part of it does."""

    store: Store
    signers: list[Signer]
    root: Root
    root_envelope: str
    nats_account: natsauth.NatsKey
    lock: IO[bytes]
    folder: Path

    @property
    def epoch(self) -> int:
        """This function will give the server role's epoch."""
        return self.root.roles["server"].epoch

    @property
    def epochs(self) -> dict[str, int]:
        """This function will give the epoch of every role that the root names."""
        return {name: role.epoch for name, role in self.root.roles.items()}

    @property
    def tz(self) -> str:
        """This function will give the time zone of the root's policy."""
        return self.root.policy.tz

    def close(self) -> None:
        """This function will close the store and let another signer have it."""
        self.store.close()
        self.lock.close()


def open_store(folder: Path) -> Opened:
    """This function will open a store for signing; raises StoreMissing when any part is absent, damaged or
    foreign."""
    store = Store.open(folder)
    lock = lock_store(folder)
    try:
        row = store.latest("root", "")
        if row is None or row.envelope is None:
            raise StoreMissing(f"The store {folder} has no root: nothing is signed.")
        root = verified_root(row.envelope)
        signers = keys.read(folder / SERVER_KEYS)
        if {signer.public.kid for signer in signers} != set(root.roles["server"].kids):
            raise StoreMissing(f"The server keys in {folder} are not those of its root: nothing is signed.")
        account = _nats_key(folder / NATS / ACCOUNT_SEED)
    except BaseException:
        store.close()
        lock.close()
        raise
    return Opened(store, signers, root, row.envelope, account, lock, folder)


def verified_root(envelope: str) -> Root:
    """This function will read a root that its own quorum signed; raises StoreMissing otherwise."""
    try:
        parsed = envelopes.parse(envelope)
        root = Root.parse(parsed.payload)
        holders = envelopes.verify(parsed, root.keys_of("root"))
    except ProtocolError as error:
        raise StoreMissing(f"The root of this store is damaged: {error}.") from error
    if parsed.payload_type != envelopes.payload_type("root") or len(holders) < root.roles["root"].quorum:
        raise StoreMissing("The root of this store is not signed by its holders: nothing is signed.")
    return root


def _nats_key(path: Path) -> natsauth.NatsKey:
    seed = keys.read_secret(path).strip()
    try:
        return natsauth.key_from_seed(seed)
    except (nkeys.NkeysError, binascii.Error, ValueError, IndexError):
        raise StoreMissing(f"The key file {path} is damaged: no credential is made.") from None


def lock_store(folder: Path) -> IO[bytes]:
    """This function will keep every other signer off a store, until the file is closed: two on one store
    would both be right about the next number. Raises SignerError."""
    path = folder / "lock"
    path.touch(mode=0o600)
    file = path.open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise SignerError(f"Another signer uses the store {folder}.") from None
    return file
