"""What `setup` tells of the people that it made, their passwords among it: shown once, kept nowhere."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from config.words import tr


def made(lines: Iterable[str]) -> list[dict[str, str]]:
    """This function will return the entries of "people" in the JSON lines of `setup`."""
    found: list[dict[str, str]] = []
    for text in lines:
        with suppress(ValueError):
            line: Any = json.loads(text)
            entries = line.get("people") if isinstance(line, dict) else None
            found += [{key: str(value) for key, value in entry.items()} for entry in entries or []]
    return found


def passwords(lines: Iterable[str]) -> list[str]:
    """This function will return the passwords alone."""
    return [entry["password"] for entry in made(lines) if entry.get("password")]


def told(lines: Iterable[str]) -> list[str]:
    """This function will return a title and one line for each person; nothing when nobody was made."""
    entries = [entry for entry in made(lines) if entry.get("password")]
    rows = [f"  {e.get('username', ''):<12} {e['password']:<20} {e.get('name', '')}" for e in entries]
    return [tr("people_title"), *rows] if rows else []
