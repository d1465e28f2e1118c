"""All voices of this machine, and one of them by its id."""

from __future__ import annotations

from pathlib import Path

from nguon.audio.voices import builtin, installed
from nguon.audio.voices.base import Voice

DEFAULT = "espeak-vi-f2"


def all_voices(data: Path) -> list[Voice]:
    """This function will list the built-in voices and those installed under the data folder."""
    return [*builtin.voices(), *installed.voices(data)]


def find(voice_id: str, data: Path) -> Voice | None:
    """This function will return the voice of that id ("" is the default), or None."""
    wanted = voice_id or DEFAULT
    return next((voice for voice in all_voices(data) if voice.id == wanted), None)
