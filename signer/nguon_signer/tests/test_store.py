"""The store: a log that only grows, counters that never fall, and no signature before its log row."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nguon_protocol.documents import Plan
from nguon_signer import issuing
from nguon_signer.errors import Refused, SignerError, StoreMissing
from nguon_signer.issuing import Draft, Issuer
from nguon_signer.opened import Opened, open_store
from nguon_signer.store import FILE

DRAFT = Draft("plan", "vn.5.120", 1, "", "", "said", 100, 200, [])


def _plan(v: int) -> Plan:
    return Plan(issued=100, expires=200, epoch=1, v=v, target="vn.5.120")


def test_log_is_chained_and_cannot_be_changed(opened: Opened, store_folder: Path) -> None:
    issuer = Issuer(opened.store, opened.signers)
    issuer.issue(DRAFT, _plan)
    assert opened.store.broken_at() is None
    with closing(sqlite3.connect(store_folder / FILE, isolation_level=None)) as other:
        for statement in ("UPDATE log SET at = 1", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="never falls"):
            other.execute("UPDATE counters SET v = v - 1")
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            other.execute("UPDATE documents SET envelope = 'other'")
        other.execute("DROP TRIGGER log_no_update")
        other.execute("UPDATE log SET data = '{}' WHERE seq = 2")
    assert opened.store.broken_at() == 2


def test_log_row_is_on_the_disk_before_the_signature(
    opened: Opened, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def sign(*_: Any) -> str:
        with closing(sqlite3.connect(store_folder / FILE)) as other:
            seen.extend(other.execute("SELECT max(seq) FROM log").fetchone())
        raise KeyboardInterrupt

    monkeypatch.setattr(issuing, "sign_envelope", sign)
    with pytest.raises(KeyboardInterrupt):
        Issuer(opened.store, opened.signers).issue(DRAFT, _plan)
    assert seen == [2]
    left = opened.store.latest("plan", "vn.5.120")
    assert left is not None
    assert (left.v, left.envelope) == (1, None)
    assert opened.store.live(["vn.5.120"], {"server": 1}, 150) == []


def test_what_a_crash_left_unsigned_is_signed_as_it_stands(
    opened: Opened, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(issuing, "sign_envelope", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Issuer(opened.store, opened.signers).issue(DRAFT, _plan)
    opened.close()
    again = open_store(store_folder)
    left = again.store.latest("plan", "vn.5.120")
    assert left is not None
    signed = Issuer(again.store, again.signers).finish(left)
    assert (signed.sha256, signed.v) == (left.sha256, 1)
    assert [row.sha256 for row in again.store.live(["vn.5.120"], {"server": 1}, 150)] == [left.sha256]
    again.close()


def test_a_document_that_no_device_accepts_takes_no_number(opened: Opened) -> None:
    issuer = Issuer(opened.store, opened.signers)
    head = opened.store.head()
    with pytest.raises(Refused, match="No device"):
        issuer.issue(DRAFT, lambda v: Plan(issued=-1, expires=200, epoch=1, v=v, target="vn.5.120"))
    assert opened.store.head() == head
    assert issuer.issue(DRAFT, _plan).v == 1


def test_no_keys_no_signature(opened: Opened) -> None:
    with pytest.raises(Refused, match="cannot be signed"):
        Issuer(opened.store, []).issue(DRAFT, _plan)
    left = opened.store.latest("plan", "vn.5.120")
    assert left is not None
    assert left.envelope is None


def test_two_signers_cannot_share_a_store(opened: Opened, store_folder: Path) -> None:
    with pytest.raises(SignerError, match="Another signer"):
        open_store(store_folder)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("server/ed25519.pem", None),
        ("server/p256.pem", None),
        ("server/ed25519.pem", b""),
        ("server/p256.pem", b"-----BEGIN PRIVATE KEY-----\nMC4CAQ"),
        ("nats/account.nk", None),
        ("nats/account.nk", b"SAAB"),
        (FILE, None),
        (FILE, b"not a database, but long enough to be looked at" * 100),
    ],
)
def test_missing_or_truncated_parts_end_with_one_sentence(
    store_folder: Path, file: str, damage: bytes | None
) -> None:
    path = store_folder / file
    path.unlink()
    if damage is not None:
        path.touch(mode=0o600)
        path.write_bytes(damage)
    with pytest.raises(StoreMissing) as missing:
        open_store(store_folder)
    assert "\n" not in str(missing.value)


def test_foreign_swapped_and_open_keys_are_refused(store_folder: Path) -> None:
    server, holder = store_folder / "server", store_folder / "holders" / "holder-1"
    original = (server / "ed25519.pem").read_bytes()
    for replacement in ((holder / "ed25519.pem").read_bytes(), (server / "p256.pem").read_bytes()):
        (server / "ed25519.pem").write_bytes(replacement)
        with pytest.raises(StoreMissing, match="nothing is signed"):
            open_store(store_folder)
    (server / "ed25519.pem").write_bytes(original)
    (server / "ed25519.pem").chmod(0o644)
    with pytest.raises(StoreMissing, match="read by others"):
        open_store(store_folder)


def test_the_signer_works_without_the_holders_keys(store_folder: Path) -> None:
    for path in sorted((store_folder / "holders").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    open_store(store_folder).close()


def test_everything_secret_is_closed_to_others(store_folder: Path) -> None:
    assert stat.S_IMODE(store_folder.stat().st_mode) & 0o077 == 0
    for path in store_folder.rglob("*"):
        if path.suffix in {".pem", ".nk", ".creds", ".sqlite3"}:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_old_plans_and_orders_go_and_the_newest_and_the_numbers_stay(opened: Opened) -> None:
    issuer = Issuer(opened.store, opened.signers)
    first, second = issuer.issue(DRAFT, _plan), issuer.issue(DRAFT, _plan)
    assert opened.store.prune(before=101) == 1
    assert opened.store.document(first.sha256) is None
    assert opened.store.latest("plan", "vn.5.120") == second
    assert opened.store.prune(before=10**9) == 0
    assert issuer.issue(DRAFT, _plan).v == 3
    assert opened.store.latest("root", "") is not None
    assert opened.store.broken_at() is None


def test_a_transaction_that_cannot_commit_leaves_the_store_usable(opened: Opened) -> None:
    def fail() -> None:
        with opened.store.transaction():
            opened.store.next_v("plan", "vn.5.120")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Issuer(opened.store, opened.signers).issue(DRAFT, _plan).v == 1


def test_a_store_of_another_version_is_refused(opened: Opened, store_folder: Path) -> None:
    opened.close()
    with closing(sqlite3.connect(store_folder / FILE)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreMissing, match="version 99"):
        open_store(store_folder)
