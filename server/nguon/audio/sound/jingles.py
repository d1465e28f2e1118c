"""Short tunes before and after a bulletin (nhạc hiệu), computed here: nobody's licence is needed.

Notes are of the Vietnamese five-tone scale on D (rê mi sol la si); partials and decay make a bell of bronze,
a bamboo tube or a plucked string.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from nguon.kernel.later import later

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = later("numpy")


_D, _E, _G, _A, _B, _D2 = 293.66, 329.63, 392.00, 440.00, 493.88, 587.33  # hertz
FULL = 32_767
_SILENT_TAIL = 0.35  # seconds after the tune, before anybody speaks


@dataclass(frozen=True)
class Timbre:
    """Partials as (multiple of the note, strength, seconds until it is at a third)."""

    partials: tuple[tuple[float, float, float], ...]


BELL = Timbre(((1, 1.0, 0.55), (2.0, 0.45, 0.35), (2.76, 0.25, 0.22), (5.4, 0.1, 0.1)))
BAMBOO = Timbre(((1, 1.0, 0.16), (3.0, 0.22, 0.07), (6.2, 0.08, 0.03)))
STRING = Timbre(((1, 1.0, 0.35), (2, 0.6, 0.25), (3, 0.35, 0.18), (4, 0.2, 0.12), (5, 0.1, 0.08)))
# slug: timbre, notes before (hertz, seconds from the beginning), notes after
TUNES: dict[str, tuple[Timbre, tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]] = {
    "chime": (BELL, ((_G, 0.0), (_B, 0.35), (_D2, 0.7)), ((_D2, 0.0), (_G, 0.4))),
    "bamboo": (
        BAMBOO,
        ((_D, 0.0), (_E, 0.16), (_G, 0.32), (_A, 0.48), (_B, 0.64), (_D2, 0.9)),
        ((_B, 0.0), (_A, 0.16), (_G, 0.32), (_D, 0.56)),
    ),
    "zither": (
        STRING,
        ((_A, 0.0), (_D2, 0.22), (_B, 0.44), (_A, 0.66), (_G, 0.88)),
        ((_G, 0.0), (_E, 0.25), (_D, 0.5)),
    ),
}


@lru_cache(maxsize=16)
def tune(slug: str, rate: int, *, closing: bool = False) -> bytes:
    """This function will return a tune as mono 16-bit sound at `rate` samples a second, its loudest sample
    at half of full scale.  KeyError: there is no such tune."""
    timbre, opening, ending = TUNES[slug]
    notes = ending if closing else opening
    length = notes[-1][1] + 4 * timbre.partials[0][2]
    wave = np.zeros(round(rate * length))
    for hertz, begins in notes:
        at = round(begins * rate)
        wave[at:] += _note(timbre, hertz, rate, wave.size - at)
    fade = min(wave.size, rate // 20)
    wave[-fade:] *= np.linspace(1, 0, fade)
    wave *= 0.5 / np.abs(wave).max()
    tail = np.zeros(0 if closing else round(_SILENT_TAIL * rate))
    return _samples(np.concatenate([wave, tail]))


def like(tune_pcm: bytes, speech_pcm: bytes) -> bytes:
    """This function will make a tune about as loud as the speech that it stands beside, by the loud half of
    both: one is measured and levelled with the other."""
    ratio = _strength(speech_pcm) / max(_strength(tune_pcm), 1.0)
    wave = np.frombuffer(tune_pcm, "<i2").astype(np.float64) / FULL * ratio
    return _samples(np.clip(wave, -1, 1))


def _note(timbre: Timbre, hertz: float, rate: int, samples: int) -> NDArray[np.float64]:
    at = np.arange(samples) / rate
    wave = np.zeros(samples)
    for multiple, strength, third in timbre.partials:
        if hertz * multiple < rate / 2:
            wave += strength * np.exp(-at * np.log(3) / third) * np.sin(2 * np.pi * hertz * multiple * at)
    attack = min(samples, round(0.004 * rate))
    wave[:attack] *= np.linspace(0, 1, attack)
    return wave


def _strength(pcm: bytes) -> float:
    wave = np.abs(np.frombuffer(pcm, "<i2").astype(np.float64))
    loud = wave[wave > wave.mean()] if wave.size else wave
    return float(np.sqrt(np.mean(loud**2))) if loud.size else 0.0


def _samples(wave: NDArray[np.float64]) -> bytes:
    return (wave * FULL).round().astype("<i2").tobytes()
