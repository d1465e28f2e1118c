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


def bursts(path: Path, seconds: int = 10, rate: int = 48_000) -> Path:
    """This function will write what a fake microphone says: a buzz like a voice, half of each second."""
    wave_of_voice = [
        int(9_000 * sum(math.sin(2 * math.pi * 160 * k * n / rate) / k for k in range(1, 9)) / 2)
        for n in range(rate // 4)
    ]
    second = (wave_of_voice + [0] * (rate // 4)) * 2
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", second).tobytes() * seconds)
    return path


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
