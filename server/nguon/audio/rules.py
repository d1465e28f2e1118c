"""Yes or no about speech and sound, without asking the database."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.audio.states import MOVES, State

LONGEST_SPOKEN_TEXT = 20_000  # characters: about half an hour
TEACHERS = (Role.WRITER, Role.APPROVER, Role.ADMINISTRATOR)
"""Who may say how words are read in their area, and how it is spoken to."""
GAP_MS = 1500
"""Silence between two languages of one sound, so that nobody takes the second for the end of the first."""
_SAYABLE = re.compile(r"[^\W\d_]+(?:[ ,\-]+[^\W\d_]+)*")
LARGEST_UPLOAD = 200 * 1024 * 1024  # bytes
MOST_ARRIVING = 8  # files that one person sends at the same time
SOURCE_KEPT = timedelta(days=2)
"""How long the file that was sent stays after its sound was made, to be cut otherwise."""
SHORTEST_CUT = 500  # milliseconds


def joined_key(parts: Sequence[str]) -> str:
    """This function will return by what name these sounds (SHA-256), in this order, are found as one."""
    return hashlib.sha256(json.dumps([GAP_MS, *parts]).encode()).hexdigest()


def can_move(before: str, after: State) -> bool:
    """This function will tell whether the table of moves allows it."""
    return after in MOVES[State(before)]


def has_something_to_speak(text: str) -> bool:
    """This function will tell whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def can_teach(user: User, area: str, at: datetime) -> bool:
    """This function will tell whether the person may say how words are read in `area`."""
    return any(has_role(user, role, area, at) for role in TEACHERS)


def is_sayable(reading: str) -> bool:
    """This function will tell whether a reading is words alone: nothing in it needs to be read again."""
    return _SAYABLE.fullmatch(reading) is not None
