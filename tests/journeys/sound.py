"""What a demo loudspeaker wrote while it played, and how loud it was."""

import array
import json
import math
import wave
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Played:
    """One recording: what sounded, from when, for how many seconds, and how loud (RMS, 0 to 1)."""

    title: str
    seconds: float
    loudness: float
    complete: bool


def played(data: Path) -> list[Played]:
    """This function will return what all demo loudspeakers of an installation have played."""
    return [_read(path) for path in sorted((data / "demo" / "speakers").glob("*/wav/*.wav"))]


def _read(path: Path) -> Played:
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with wave.open(str(path)) as sound:
        assert sound.getsampwidth() == 2
        samples = array.array("h", sound.readframes(sound.getnframes()))
        seconds = sound.getnframes() / sound.getframerate()
    energy = sum(sample * sample for sample in samples) / max(1, len(samples))
    return Played(told["title"], seconds, math.sqrt(energy) / 32768, bool(told["complete"]))
