"""Yes or no about speech and sound, without asking the database."""

from nguon.audio.states import MOVES, State

LONGEST_SPOKEN_TEXT = 20_000  # characters: about half an hour
LARGEST_UPLOAD = 200 * 1024 * 1024  # bytes


def can_move(before: str, after: State) -> bool:
    """This function will tell whether the table of moves allows it."""
    return after in MOVES[State(before)]


def has_something_to_speak(text: str) -> bool:
    """This function will tell whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)
