"""Making a signer: its keys, root v1, its store and the broker's trust, all at once or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from nguon_protocol.documents import Policy, Root
from nguon_protocol.documents.root import Role
from nguon_protocol.envelope import HolderKey
from nguon_protocol.keys import Signer
from nguon_signer import keys, natsauth
from nguon_signer.brokers import write_push_creds
from nguon_signer.errors import SignerError
from nguon_signer.memory import Memory
from nguon_signer.opened import ACCOUNT_SEED, HOLDERS, NATS, PUBLIC, SECOND, SERVER_KEYS
from nguon_signer.second import HOLDER, KEYS
from nguon_signer.store import FILE, Issued, Store

HOLDER_NAMES = ("holder-1", "holder-2", "holder-3")
ROOT_QUORUM = 2
ROOT_LIFE_S = 3 * 366 * 86_400
VOLUME_MAX = 90
MINUTES_PER_DAY = 240
QUIET = (("22:00", "05:00"),)
CREDS = "server.creds"
AUTH_CONF = "auth.conf"


@dataclass(frozen=True)
class Made:
    """What `init` made: the store's folder, the root's version and body hash, and where the holders' keys
    lie."""

    folder: Path
    root_v: int
    root_sha256: str
    holders: Path


def is_store(folder: Path) -> bool:
    """This function will say whether a finished signer store lies in the folder."""
    return (folder / FILE).is_file()


def make_store(folder: Path, *, policy: Policy, at: int, demo: bool = False) -> Made:
    """This function will make a new store in `folder` (0700); raises SignerError when anything is there
    already. A `demo` store is content with approvals by password, and can never become a real one.

    It is made beside its place and moved there when whole, so that a crash leaves no half of a store.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SignerError(f"{folder} is not empty: nothing was made, nothing was changed.")
    draft = folder.parent / f".{folder.name}.new-{os.getpid()}"
    try:
        draft.mkdir(mode=0o700, parents=True)
        root = _fill(draft, policy, at, demo=demo)
        _sync_folder(draft)
        draft.rename(folder)
        _sync_folder(folder.parent)
    except OSError as error:
        raise SignerError(
            f"The signer's store cannot be made in {folder}: {error.strerror or error}."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Made(folder, root.v, root.sha256, folder / HOLDERS)


def _fill(folder: Path, policy: Policy, at: int, *, demo: bool) -> Root:
    server = keys.write_new(folder / SERVER_KEYS)
    holders = {name: keys.write_new(folder / HOLDERS / name) for name in HOLDER_NAMES}
    (folder / HOLDERS).chmod(0o700)
    second = keys.write_new(folder / SECOND / KEYS)
    root = root_document(server, holders, policy, at, second)
    # Any two of the three make the quorum; each signs with both of its keys.
    envelope = root.sign([signer for name in HOLDER_NAMES[:ROOT_QUORUM] for signer in holders[name]])
    for store in (folder, folder / SECOND):
        _first_rows(Store.create(store), root, envelope, demo=demo)
    (folder / SECOND).chmod(0o700)
    public = folder / PUBLIC
    (public / NATS).mkdir(mode=0o700, parents=True)
    _write(public / "root.json", envelope)
    _broker_trust(folder, at)
    return root


def root_document(
    server: list[Signer],
    holders: dict[str, list[Signer]],
    policy: Policy,
    at: int,
    second: list[Signer],
) -> Root:
    """This function will build root v1: the holders make roots (2 of 3), the server signs the everyday
    documents, and alerts together with the second signer.

    No key is named for duty or release: until a later root does, nobody can sign those at all.
    """
    held = {"server": server, **holders, HOLDER: second}
    return Root(
        issued=at,
        expires=at + ROOT_LIFE_S,
        v=1,
        keys={one.public.kid: HolderKey(one.public, holder) for holder, pair in held.items() for one in pair},
        roles={
            "root": Role(ROOT_QUORUM, tuple(one.public.kid for pair in holders.values() for one in pair), 1),
            "server": Role(1, tuple(one.public.kid for one in server), 1),
            "urgent": Role(2, tuple(one.public.kid for one in (*server, *second)), 1),
        },
        policy=policy,
    )


def _first_rows(store: Store, root: Root, envelope: str, *, demo: bool) -> None:
    with store.transaction():
        data = {"root_v": root.v, "sha256": root.sha256, "kids": sorted(root.keys), "demo": demo}
        memory = Memory(store)
        memory.settle("demo", "1" if demo else "0")
        memory.settle("made_at", str(root.issued))
        _insert(store, root, envelope, store.append(at=root.issued, fact="store.made", data=data))
    store.close()


def insert_root(store: Store, root: Root, envelope: str, at: int) -> None:
    """This function will make a root the newest of a store; who may do that has been asked before."""
    with store.transaction():
        data = {"root_v": root.v, "sha256": root.sha256, "kids": sorted(root.keys)}
        _insert(store, root, envelope, store.append(at=at, fact="root.installed", data=data))


def _insert(store: Store, root: Root, envelope: str, seq: int) -> None:
    store.insert(
        Issued(
            sha256=root.sha256,
            seq=seq,
            type="root",
            target="",
            epoch=1,
            v=root.v,
            action="",
            order_id="",
            content="",
            issued=root.issued,
            expires=root.expires,
            items=[],
            body=root.body(),
            envelope=envelope,
        )
    )


def _broker_trust(folder: Path, at: int) -> None:
    operator, system = natsauth.new_key(natsauth.OPERATOR), natsauth.new_key(natsauth.ACCOUNT)
    account, user = natsauth.new_key(natsauth.ACCOUNT), natsauth.new_key(natsauth.USER)
    (folder / NATS).mkdir(mode=0o700)
    for name, key in (("operator.nk", operator), ("system.nk", system), (ACCOUNT_SEED, account)):
        keys.write_secret(folder / NATS / name, key.seed + b"\n")
    operator_jwt = natsauth.operator_jwt(operator, system.public, at=at)
    accounts = {
        system.public: natsauth.account_jwt(operator, system.public, "SYS", at=at, jetstream=False),
        account.public: natsauth.account_jwt(operator, account.public, "NGUON", at=at, jetstream=True),
    }
    public = folder / PUBLIC
    _write(public / NATS / "operator.jwt", operator_jwt)
    _write(public / NATS / "system-account.jwt", accounts[system.public])
    _write(public / NATS / "account.jwt", accounts[account.public])
    _write(public / NATS / AUTH_CONF, natsauth.auth_conf(operator_jwt, system.public, accounts))
    creds = natsauth.creds_file(natsauth.server_jwt(account, user.public, at=at), user)
    keys.write_secret(public / NATS / CREDS, creds.encode())
    write_push_creds(public / NATS, system, at)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
