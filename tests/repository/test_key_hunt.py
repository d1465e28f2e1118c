"""The search for keys of tests/keyhunt.py finds a key that was left anywhere, in any usual form."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nguon_protocol import keys
from tests import keyhunt

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "bare bytes": bytes,
    "hex": lambda bare: bare.hex().encode(),
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "server" / "ed25519.pem"
    path.parent.mkdir()
    path.write_bytes(keys.generate().to_pem())
    return path


def bare(path: Path) -> bytes:
    """Give the 32 bytes with which an Ed25519 key in PEM ends."""
    return base64.b64decode(path.read_bytes().splitlines()[1])[-32:]


@pytest.mark.parametrize("form", FORMS)
def test_a_key_planted_in_a_log_is_found(tmp_path: Path, secret: Path, form: str) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"INFO signing\n")
    found = keyhunt.key_files(tmp_path)
    assert found == {secret}
    looked_for = keyhunt.forms(secret)
    assert keyhunt.found_in(looked_for, keyhunt.files([tmp_path], found)) == []
    with log.open("ab") as file:
        file.write(b'{"key": "' + FORMS[form](bare(secret)) + b'"}\n')
    assert keyhunt.found_in(looked_for, keyhunt.files([tmp_path], found)) == [str(log)]


def test_a_key_planted_in_a_table_is_found(secret: Path) -> None:
    url, looked_for = os.environ["DATABASE_URL"], keyhunt.forms(secret)
    line = secret.read_text().splitlines()[1]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE TABLE planted_key (id int, note text)")
        try:
            owner.execute("INSERT INTO planted_key VALUES (1, 'x')")
            assert keyhunt.found_in(looked_for, {"rows": keyhunt.rows(url)}) == []
            owner.execute("INSERT INTO planted_key VALUES (2, %s)", [f"-----BEGIN-----\n{line}\n"])
            assert keyhunt.found_in(looked_for, {"rows": keyhunt.rows(url)}) == ["rows"]
        finally:
            owner.execute("DROP TABLE planted_key")


def test_both_kinds_of_keys_are_looked_for(tmp_path: Path) -> None:
    made = keys.generate(keys.P256)
    path = tmp_path / "p256.pem"
    path.write_bytes(made.to_pem())
    number = serialization.load_pem_private_key(made.to_pem(), None)
    assert isinstance(number, ec.EllipticCurvePrivateKey)
    assert f"{number.private_numbers().private_value:064x}".encode() in keyhunt.forms(path)


def test_a_seed_of_the_broker_is_looked_for(tmp_path: Path) -> None:
    seed = tmp_path / "account.nk"
    seed.write_text("SA" + "B" * 56 + "\n")
    (tmp_path / "nats.conf").write_text("user: SA" + "B" * 56)
    found = keyhunt.key_files(tmp_path)
    assert keyhunt.found_in(keyhunt.forms(seed), keyhunt.files([tmp_path], found)) == [
        str(tmp_path / "nats.conf")
    ]


def test_public_halves_are_no_secret(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert keyhunt.key_files(tmp_path) == set()
