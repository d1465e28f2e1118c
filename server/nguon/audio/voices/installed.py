"""Voices in `$NGUON_DATA/voices/<id>/`: a manifest `voice.json` beside the files of the engine."""

from __future__ import annotations

import json
import logging
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from nguon.adapters.espeak import shared
from nguon.adapters.pcm import EngineError, Sound
from nguon.audio.voices.base import NORMAL, Voice, VoiceError

MANIFEST = "voice.json"
ENGINES = ("piper", "sano")
LENGTH = {"piper": 1.15, "sano": 1.5}  # at NORMAL words a minute, if the manifest says nothing
LENGTH_RANGE = (0.7, 2.5)


class Engine(Protocol):
    """What the adapters of both engines give."""

    def synthesise(self, text: str, *, length: float) -> Sound:
        """This method will speak, `length` times as slowly as the voice was taught."""
        ...


log = logging.getLogger(__name__)


def folder(data: Path) -> Path:
    """This function will return where voices are installed."""
    return data / "voices"


def voices(data: Path) -> list[Voice]:
    """This function will list the installed voices, in the order of their ids; broken ones are left out."""
    found = []
    for manifest in sorted(folder(data).glob(f"[!.]*/{MANIFEST}")):
        try:
            found.append(load(manifest.parent))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the voice in %s is not usable: %r", manifest.parent, error)
    return found


def load(home: Path) -> Voice:
    """This function will read a voice's manifest; its weights are loaded when it first speaks."""
    told: dict[str, Any] = json.loads((home / MANIFEST).read_text("utf-8"))
    if told["engine"] not in ENGINES:
        raise ValueError(f"engine {told['engine']!r}")
    return Voice(
        id=home.name,
        name=str(told["name"]),
        language=str(told["language"]),
        licence=str(told["licence"]),
        credit=str(told["credit"]),
        engine=str(told["engine"]),
        version=str(told["version"]),
        speaker=partial(_speak, home, str(told["engine"]), str(told["version"]), _length(told)),
    )


def _length(told: dict[str, Any]) -> float:
    return float(told.get("length") or LENGTH[told["engine"]])


def _speak(home: Path, engine: str, version: str, length: float, text: str, wpm: int) -> Sound:
    slowest, fastest = LENGTH_RANGE[1], LENGTH_RANGE[0]
    stretched = max(fastest, min(slowest, length * NORMAL / wpm))
    try:
        return _engine(home, engine, version).synthesise(text, length=stretched)
    except EngineError as error:
        raise VoiceError(str(error)) from error


@lru_cache(maxsize=3)
def _engine(home: Path, engine: str, version: str) -> Engine:
    """The engines are imported when first needed: the web process lists voices and never speaks."""
    adapter = import_module(f"nguon.adapters.{engine}")
    if engine == "sano":
        sano: Engine = adapter.SanoVoice(home)
        return sano
    model = next(home.glob("*.onnx"))
    piper: Engine = adapter.PiperVoice(model, model.with_name(model.name + ".json"), _phonemes)
    return piper


def _phonemes(text: str, espeak_voice: str) -> str:
    return shared().phonemes(text, voice=espeak_voice)
