"""What a loudspeaker needs to go on after its journal is lost: who it is, its root, where the broker is,
and behind which number its receipts began when a journal was lost before.

The journal is one SQLite file on a card that may rot. The passport is a second, small file beside it, written
whole when something in it changes. It does not bring back what was played, accepted or reported: of all that
the device then knows nothing, says so, and plays nothing that was due before its first fresh beacon.
"""

import json
import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from nguon_device import identity
from nguon_device.store import FIRST_RECEIPT, Store

JOURNAL, PASSPORT = "agent.db", "passport.json"
LOST = "journal.lost"
_PARTS = ("", "-wal", "-shm")
log = logging.getLogger("nguon_device")


def is_damage(error: BaseException) -> bool:
    """Say whether an error means that the journal's file is broken, and not that the disk is full or busy."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError | sqlite3.IntegrityError | sqlite3.ProgrammingError
    )


def open_journal(folder: Path) -> Store:
    """Open the journal of a folder; one that is broken or gone is replaced by what the passport still knows.

    The broken file is kept beside the new one, for whoever wants to look. The new one carries the fact LOST
    until a fresh beacon has come.
    """
    path = folder / JOURNAL
    try:
        store = Store(path)
        try:
            damage = store.damage()
        except BaseException:
            store.close()
            raise
        if not damage:
            return _with_passport(store, folder)
        store.close()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        damage = str(error)
    log.error("the journal is broken (%s): it is moved aside", damage[:200])
    _move_aside(path)
    return _with_passport(Store(path), folder)


def _with_passport(store: Store, folder: Path) -> Store:
    """Give an empty journal what the passport holds, as a device that has lost its memory."""
    if identity.load(store) is None and (saved := _read(folder / PASSPORT)) is not None:
        me = identity.Identity(saved["device"], saved["area"], saved["name"], tuple(saved["groups"]))
        with store.transaction():
            identity.save(store, me)
            store.remember("root", saved["root"])
            identity.save_broker(store, saved)
            store.remember(FIRST_RECEIPT, saved.get("first", 0))
            store.remember(LOST, 1)
    return store


def _read(path: Path) -> dict[str, Any] | None:
    try:
        saved = json.loads(path.read_text())
        texts = all(isinstance(saved[name], str) for name in ("device", "area", "name", "root"))
        good = texts and isinstance(saved["groups"], list) and isinstance(saved.get("first", 0), int)
        return dict(saved) if good else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _move_aside(path: Path) -> None:
    number = 1
    while path.with_name(f"{path.name}.lost-{number}").exists():
        number += 1
    for part in _PARTS:
        one = path.with_name(path.name + part)
        if one.exists():
            one.rename(path.with_name(f"{path.name}.lost-{number}{part}"))


class Passport:
    """Keeps the passport of a folder up to date."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._path = folder / PASSPORT
        self._store = store
        self._written = self._path.read_text() if self._path.exists() else ""

    def keep(self) -> None:
        """Write the passport when anything in it has changed; nothing before enrolment."""
        me, root = identity.load(self._store), self._store.fact("root")
        if me is None or root is None:
            return
        access = identity.load_broker(self._store)
        broker = None if access is None else {"url": access.url, "jwt": access.jwt, "expires": access.expires}
        saved = {"device": me.device, "area": me.area, "name": me.name, "groups": list(me.groups)}
        first = self._store.number(FIRST_RECEIPT)
        text = json.dumps(saved | {"root": root, "broker": broker, "first": first})
        if text == self._written:
            return
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._written = text
