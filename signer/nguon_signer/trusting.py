"""`nguon-signer passkey trust`: the first administrator's key is pinned by whoever sits at this machine.

It works beside a signer that runs: SQLite keeps the two apart, and the log stays one chain.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from nguon_signer import words
from nguon_signer.ceremony import is_store
from nguon_signer.errors import SignerError
from nguon_signer.opened import SECOND
from nguon_signer.passkeys import Passkeys
from nguon_signer.rows import Passkey
from nguon_signer.store import Store

LONGEST_CARD = 16_384


def trust(options: argparse.Namespace) -> int:
    """This function will show a key's twelve words, ask whether the person's screen shows the same, and pin
    it."""
    key, area, name = read_card(sys.stdin.read(LONGEST_CARD))
    own = words.of_passkey(key.user, key.credential_id, key.public_key)
    sys.stdout.write(f"{name} (user {key.user}), administrator of {area}\n{own}\n")
    sys.stdout.flush()
    if " ".join(options.words.lower().split()) != own:
        raise SignerError("The words are not those of this key: compare them again. Nothing was pinned.")
    folder = options.store.absolute()
    for one in (folder, folder / SECOND):
        if one is folder or is_store(one):  # a second signer elsewhere is told there
            _pin(one, key, area)
    sys.stdout.write("Pinned.\n")
    return 0


def _pin(folder: Path, key: Passkey, area: str) -> None:
    store = Store.open(folder)
    try:
        Passkeys(store, None, "UTC").trust(key, area, int(time.time()))
    finally:
        store.close()


def read_card(text: str) -> tuple[Passkey, str, str]:
    """This function will read what the server says of a registered key: the key, its person's area and name;
    raises SignerError."""
    try:
        card: dict[str, Any] = json.loads(text)
        key = Passkey(
            id=str(UUID(card["passkey"])),
            user=int(card["user"]),
            credential_id=str(card["credential_id"]),
            public_key=str(card["public_key"]),
            revoked=False,
        )
        return key, str(card["area"]), str(card["name"])[:100]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SignerError("Standard input holds no card of a security key.") from None


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """This function will add the command to the parser."""
    passkey = commands.add_parser("passkey", help="the first administrator's security key")
    actions = passkey.add_subparsers(required=True, metavar="ACTION")
    one = actions.add_parser("trust", help="pin the key whose card comes by standard input")
    one.add_argument("--store", type=Path, required=True)
    one.add_argument("--words", required=True, help="the twelve words that the person's own screen shows")
    one.set_defaults(run=trust)
