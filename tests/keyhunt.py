"""Looking for private keys where none may stand: rows of tables, logs, settings, whatever a run left.

A key is looked for in each form in which one is written down by accident: the lines of its PEM file, its bare
bytes, and these in hex and base64.
"""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

KINDS = ("*.pem", "*.nk", "*.creds", "*.key")
SHORTEST = 40
"""Lines of a key file that are shorter say nothing alone."""


def key_files(*folders: Path) -> set[Path]:
    """This function will give every file that holds a private key or a seed."""
    found = {path for folder in folders for kind in KINDS for path in folder.rglob(kind)}
    return {path for path in found if _is_secret(path.read_bytes())}


def _is_secret(content: bytes) -> bool:
    return b"PRIVATE KEY" in content or b"SEED" in content or content.strip().startswith(b"S")


def forms(path: Path) -> set[bytes]:
    """This function will give the forms of the keys of one file."""
    content = path.read_bytes()
    lines = {line.strip() for line in content.splitlines()}
    found = {line for line in lines if len(line) > SHORTEST and b"-" not in line}
    if b"PRIVATE KEY" in content:
        found |= written(_bare(content))
    return found


def written(bare: bytes) -> set[bytes]:
    """This function will give bare bytes, and them in hex and both base64s."""
    texts = (base64.b64encode(bare).rstrip(b"="), base64.urlsafe_b64encode(bare).rstrip(b"="))
    return {bare, bare.hex().encode(), bare.hex().upper().encode(), *texts}


def _bare(pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(pem, password=None)
    if isinstance(key, EllipticCurvePrivateKey):
        return key.private_numbers().private_value.to_bytes(32, "big")
    assert isinstance(key, Ed25519PrivateKey)
    return key.private_bytes_raw()


def files(folders: Iterable[Path], without: set[Path]) -> dict[str, bytes]:
    """This function will read every file of some folders but the key files themselves and the database's own
    (its rows are read as rows)."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path not in without and "postgres" not in path.parts
    }


def rows(url: str) -> bytes:
    """This function will give every row of every table as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        query = sql.SQL("SELECT whole::text FROM {} AS whole")
        found = [
            str(row)
            for (table,) in tables
            for row in connection.execute(query.format(sql.Identifier(table))).fetchall()
        ]
    return "\n".join(found).encode()


def found_in(keys: Iterable[bytes], shown: Mapping[str, bytes]) -> list[str]:
    """This function will name each place that shows a key."""
    looked_for = list(keys)
    return [name for name, content in shown.items() if any(key in content for key in looked_for)]
