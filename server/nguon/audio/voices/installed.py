"""Voices in `$NGUON_DATA/voices/<id>/`: a manifest `voice.json` beside the files of the engine."""

from __future__ import annotations

from pathlib import Path

from nguon.audio.voices.base import Voice


def voices(data: Path) -> list[Voice]:
    """This function will list the installed voices, in the order of their ids."""
    return []
