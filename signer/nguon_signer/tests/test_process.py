"""`nguon-signer init` and `serve` as real processes."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from nguon_protocol import envelope
from nguon_protocol.documents import Beacon
from nguon_signer.client import SignerClient, SignerUnavailable
from nguon_signer.opened import verified_root
from nguon_signer.store import FILE
from nguon_signer.tests.cast import COMMUNE, World

pytestmark = pytest.mark.django_db
Start = Callable[[], tuple[subprocess.Popen[bytes], SignerClient]]


def _run(*arguments: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "NGUON_SIGNER_DATABASE_URL"}
    if url is not None:
        environment["NGUON_SIGNER_DATABASE_URL"] = url
    command = [sys.executable, "-m", "nguon_signer", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def start(store_folder: Path, signer_url: str, tmp_path: Path) -> Iterator[Start]:
    """This fixture will start a signer on its store and wait for its first answer."""
    children: list[subprocess.Popen[bytes]] = []
    path = tmp_path / "s.sock"

    def begin() -> tuple[subprocess.Popen[bytes], SignerClient]:
        command = [sys.executable, "-m", "nguon_signer", "serve", "--store", str(store_folder)]
        with (tmp_path / "log").open("ab") as log:
            child = subprocess.Popen(
                [*command, "--socket", str(path)],
                env={**os.environ, "NGUON_SIGNER_DATABASE_URL": signer_url},
                stderr=log,
            )
        children.append(child)
        client = SignerClient(path)
        deadline = time.monotonic() + 20
        while True:
            try:
                client.call("status")
            except SignerUnavailable:
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.05)
            else:
                return child, client

    yield begin
    for child in children:
        child.kill()
        child.wait(60)


def test_init_makes_a_root_that_its_holders_signed_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "signer"
    done = _run("init", "--store", str(folder), "--no-quiet-hours")
    assert done.returncode == 0, done.stderr
    assert "holders" in done.stdout
    root = verified_root((folder / "public" / "root.json").read_text())
    assert (root.v, root.roles["root"].quorum, set(root.roles)) == (1, 2, {"root", "server", "urgent"})
    assert {root.keys[kid].holder for kid in root.roles["root"].kids} == {"holder-1", "holder-2", "holder-3"}
    assert (root.policy.quiet, root.policy.volume_max, root.policy.tz) == ((), 90, "Asia/Ho_Chi_Minh")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = _run("init", "--store", str(folder))
    assert (again.returncode, "nothing was changed" in again.stdout) == (0, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["signer"]


def test_init_refuses_a_full_folder_and_a_wrong_zone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    for arguments, said in (
        (("--store", str(tmp_path)), "is not empty"),
        (("--store", str(tmp_path / "letter.txt" / "x")), "cannot be made"),
        (("--store", str(tmp_path / "x"), "--tz", "Asia/Saigon-2"), "no time zone"),
    ):
        done = _run("init", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_serve_ends_with_one_sentence_when_something_is_missing(
    tmp_path: Path, store_folder: Path, signer_url: str
) -> None:
    path = str(tmp_path / "s.sock")
    for store, url, said in (
        (tmp_path / "none", signer_url, "nguon-signer init"),
        (store_folder, None, "NGUON_SIGNER_DATABASE_URL is not set"),
        (store_folder, "postgresql://nobody@", "cannot read the database"),
    ):
        done = _run("serve", "--store", str(store), "--socket", path, "--patience", "0", url=url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert said in done.stderr


def test_serve_signs_survives_lost_connections_and_kill_9_and_ends_on_sigterm(
    start: Start, world: World, signer_url: str, tmp_path: Path, store_folder: Path
) -> None:
    child, client = start()
    first = client.call("plan", target=COMMUNE)["document"]
    _cut_connections(signer_url)
    assert client.call("plan", target=COMMUNE)["document"] == first
    child.kill()
    child.wait(60)
    child, client = start()
    assert client.call("plan", target=COMMUNE)["document"] == first
    answer = client.call("beacon", device=world.device, nonce="ab" * 16)
    beacon = Beacon.parse(envelope.parse(answer["document"]["envelope"]).payload)
    assert [one.sha256 for one in beacon.latest] == [first["sha256"]]
    client.call("credential", device=world.device)
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    assert not (tmp_path / "s.sock").exists()
    _no_secret_in(store_folder, (tmp_path / "log").read_bytes())


def _cut_connections(url: str) -> None:
    """End the signer's sessions as a restart of PostgreSQL does."""
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND datname = %s AND pid <> pg_backend_pid()",
            (conninfo_to_dict(url)["dbname"],),
        )


def _no_secret_in(folder: Path, log: bytes) -> None:
    """No key, whole or in part, stands in the log file, in the store's tables or in what is public."""
    secrets = [
        line for path in folder.rglob("*.pem") for line in path.read_bytes().splitlines() if b"-" not in line
    ]
    secrets += [path.read_bytes().strip() for path in folder.rglob("*.nk")]
    assert len(secrets) >= 4 * 3 + 3
    shown = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".pem", ".nk"}]
    assert any(path.name == "signer.sqlite3" for path in shown)
    for text in (log, *(path.read_bytes() for path in shown)):
        assert not any(secret in text for secret in secrets)


def test_no_secret_is_logged_or_shown_on_failure(
    store_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = store_folder / "server" / "ed25519.pem"
    secret = path.read_text().splitlines()[1]
    path.write_text(path.read_text().replace("END", "XXX"))
    done = _run(
        "serve", "--store", str(store_folder), "--socket", str(store_folder / "s"), url="postgresql://x"
    )
    assert done.returncode == 1
    assert secret not in done.stderr + done.stdout + caplog.text


def test_check_says_whether_the_log_is_whole(store_folder: Path) -> None:
    done = _run("check", "--store", str(store_folder))
    assert (done.returncode, "whole: 1 rows" in done.stdout) == (0, True)
    with closing(sqlite3.connect(store_folder / FILE)) as other:
        other.execute("DROP TRIGGER log_no_update")
        other.execute("UPDATE log SET at = at + 1")
        other.commit()
    done = _run("check", "--store", str(store_folder))
    assert (done.returncode, "broken at row 1" in done.stderr) == (1, True)
