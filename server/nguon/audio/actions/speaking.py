"""A text as a sound, without a database: voice, speed, pauses after sentences, a tune before and after."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from nguon.adapters.pcm import Sound, sentences_of
from nguon.audio import errors, reader
from nguon.audio.rules import LONGEST_SPOKEN_TEXT, has_something_to_speak
from nguon.audio.sound import jingles
from nguon.audio.sound.chain import Master, master_of_pcm
from nguon.audio.states import PAUSES, Jingle
from nguon.audio.voices import FASTEST, SLOWEST, Voice, VoiceError, all_voices, find


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a text is spoken: voice ("" is the default), words a minute, milliseconds of silence added after
    each sentence (for the echo), and the tune around it ("" is none)."""

    voice: str = ""
    speed: int = 120
    pause_ms: int = 0
    jingle: str = Jingle.NONE


def voice_for(text: str, manner: Manner, data: Path) -> Voice:
    """This function will return the voice for a spoken text, once all is as it must be.

    Raises NothingToSpeak, SpokenTextTooLong, SpeedOutOfRange, PauseUnknown, JingleUnknown, VoiceUnknown.
    """
    if not has_something_to_speak(text):
        raise errors.NothingToSpeak
    if len(text) > LONGEST_SPOKEN_TEXT:
        raise errors.SpokenTextTooLong(length=len(text), limit=LONGEST_SPOKEN_TEXT)
    if not SLOWEST <= manner.speed <= FASTEST:
        raise errors.SpeedOutOfRange(least=SLOWEST, most=FASTEST)
    if manner.pause_ms not in PAUSES:
        raise errors.PauseUnknown(choices=", ".join(map(str, PAUSES)))
    if manner.jingle not in Jingle.values:
        raise errors.JingleUnknown(jingle=manner.jingle, choices=", ".join(filter(None, Jingle.values)))
    chosen = find(manner.voice, data)
    if chosen is None:
        raise errors.VoiceUnknown(voice=manner.voice, choices=", ".join(one.id for one in all_voices(data)))
    return chosen


def spoken_sound(text: str, voice: Voice, manner: Manner) -> Sound:
    """This function will speak a spoken text in that manner.  Raises VoiceError."""
    sound = _with_pauses(text, voice, manner) if manner.pause_ms else voice.speak(text, manner.speed)
    if not manner.jingle or not sound.pcm:
        return sound
    before = jingles.like(jingles.tune(manner.jingle, sound.rate), sound.pcm)
    after = jingles.like(jingles.tune(manner.jingle, sound.rate, closing=True), sound.pcm)
    return Sound(before + sound.pcm + _silence(300, sound.rate) + after, sound.rate)


def master_of_text(text: str, *, manner: Manner, data: Path) -> Master:
    """This function will read a text as officers write it, speak it, and make the master.

    Raises what `voice_for` raises, SpeechFailed, or SoundFault.
    """
    spoken = reader.spoken(text)
    voice = voice_for(spoken, manner, data)
    try:
        sound = spoken_sound(spoken if voice.language == "vi" else text, voice, manner)
    except VoiceError as error:
        raise errors.SpeechFailed from error
    return master_of_pcm(io.BytesIO(sound.pcm), sound.rate)


def _with_pauses(text: str, voice: Voice, manner: Manner) -> Sound:
    parts: list[bytes] = []
    rate = 0
    for sentence in sentences_of(text):
        if not has_something_to_speak(sentence):
            continue
        sound = voice.speak(sentence, manner.speed)
        rate = sound.rate
        parts.append(sound.pcm)
    return Sound(_silence(manner.pause_ms, rate).join(parts), rate or 1)


def _silence(milliseconds: int, rate: int) -> bytes:
    return bytes(2 * round(rate * milliseconds / 1000))
