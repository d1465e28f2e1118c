"""Text -> phonemes (by whoever is handed in) -> ids -> ONNX -> sound.

Framing of ids as the trainer has it (piper-phonemize, phoneme_ids.cpp): start, pad, then every phoneme
followed by a pad, then end.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from nguon.adapters.pcm import EngineError, Sound, pieces_of

PAD, START, END = "_", "^", "$"
LONGEST_PIECE = 200  # characters; the network's time and memory grow with the piece
PAUSE = 0.25  # seconds between sentences
_CLAUSE = re.compile(r"[^,;:.!?…]+|[,;:.!?…]")

Phonemise = Callable[[str, str], str]


class PiperError(EngineError):
    """The voice's files are not what they should be, or the network failed (English, for the log)."""


class PiperVoice:
    """A loaded voice; `phonemise(text, espeak_voice)` gives the International Phonetic Alphabet."""

    def __init__(self, model: Path, config: Path, phonemise: Phonemise) -> None:
        """This method will load the network.  PiperError: the files do not fit."""
        try:
            settings: dict[str, Any] = json.loads(config.read_text("utf-8"))
            self.rate = int(settings["audio"]["sample_rate"])
            self.ids: dict[str, list[int]] = settings["phoneme_id_map"]
            self.language_voice = str(settings["espeak"]["voice"])
            inference = settings.get("inference", {})
            self.scales = (
                float(inference.get("noise_scale", 0.667)),
                float(inference.get("length_scale", 1.0)),
                float(inference.get("noise_w", 0.8)),
            )
            self.has_speakers = int(settings.get("num_speakers", 1)) > 1
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 2
            self.session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own kinds, all plain Exceptions
            raise PiperError(f"{model.name}: {error}") from error
        self.phonemise = phonemise

    def synthesise(self, text: str, *, length: float = 1.0) -> Sound:
        """This method will speak; `length` 1.2 is a fifth slower than the voice's own pace."""
        pause = b"\0\0" * round(self.rate * PAUSE)
        pieces = [self._speak(piece, length) for piece in pieces_of(text, LONGEST_PIECE)]
        return Sound(pause.join(piece for piece in pieces if piece), self.rate)

    def _speak(self, piece: str, length: float) -> bytes:
        ids = self._ids(self._phonemes(piece))
        if not ids:
            return b""
        inputs: dict[str, npt.NDArray[Any]] = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([self.scales[0], self.scales[1] * length, self.scales[2]], dtype=np.float32),
        }
        if self.has_speakers:
            inputs["sid"] = np.array([0], dtype=np.int64)
        try:
            wave = self.session.run(None, inputs)[0]
        except Exception as error:
            raise PiperError(f"the network failed: {error}") from error
        return bytes((np.clip(np.asarray(wave).ravel(), -1.0, 1.0) * 32767).astype("<i2"))

    def _phonemes(self, piece: str) -> Iterator[str]:
        """eSpeak drops the marks of punctuation, and the network was taught to pause at them."""
        for part in _CLAUSE.findall(piece):
            if len(part) == 1 and not part.isalnum():
                yield part
            elif part.strip():
                yield from unicodedata.normalize("NFD", self.phonemise(part, self.language_voice))
                yield " " if part.endswith(" ") else ""

    def _ids(self, phonemes: Iterator[str]) -> list[int]:
        spoken = [self.ids[phoneme] for phoneme in phonemes if phoneme in self.ids]
        if not spoken:
            return []
        pad = self.ids.get(PAD, [0])
        ids = [*self.ids.get(START, []), *pad]
        for one in spoken:
            ids += [*one, *pad]
        return [*ids, *self.ids.get(END, [])]
