"""Speech: how long a 60-second bulletin takes to be ready, against raw eSpeak synthesis in the same run.

    python bench/speech.py [DATA_FOLDER]      with a data folder, the voices installed there as well

Prints ratios; the goal is a bulletin of 60 seconds ready in at most 3 s.  It also reads text and measures
how many syllables of each Vietnamese voice a recogniser mishears, if viet-asr is installed.
"""

import importlib
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SENTENCE = "Ủy ban nhân dân xã thông báo đến toàn thể bà con nhân dân. "
RAW = (
    "UBND xã thông báo: ngày 15/6, từ 7h30 đến 17:00, tiêm vắc-xin cho 1.250 trẻ tại trường THCS Nguyễn Du. "
)


def best(step: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """This function will run a step some times and return the least seconds with the last result."""
    least, result = float("inf"), None
    for _ in range(times):
        begun = time.perf_counter()
        result = step()
        least = min(least, time.perf_counter() - begun)
    return least, result


def main() -> None:
    """This function will print the table."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "data").absolute()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["NGUON_DATA"] = str(data)
    importlib.import_module("django").setup()
    espeak = importlib.import_module("nguon.adapters.espeak").shared()
    chain = importlib.import_module("nguon.audio.sound.chain")
    reader = importlib.import_module("nguon.audio.reader")
    text = SENTENCE * 12
    espeak.synthesise("sẵn sàng")
    raw, sound = best(lambda: espeak.synthesise(text))
    print(f"raw eSpeak synthesis of {sound.seconds:.0f} s of sound: {raw:.2f} s, 1.0 x")
    master, _ = best(lambda: chain.master_of_pcm(io.BytesIO(sound.pcm), sound.rate))
    ready = raw + master
    print(f"ready to listen to (speech, loudness, limiter, Opus): {ready:.2f} s, {ready / raw:.1f} x")
    speaking = importlib.import_module("nguon.audio.actions.speaking")
    voice = importlib.import_module("nguon.audio.voices").find("", data)
    tuned = speaking.Manner(pause_ms=500, jingle="chime")
    whole, _ = best(lambda: made(speaking, chain, text, voice, tuned))
    print(f"the same with pauses and a tune: {whole:.2f} s, {whole / raw:.1f} x")
    reading, _ = best(lambda: reader.spoken(RAW * 10))
    print(f"reading {len(RAW) * 10} characters: {reading * 1000:.1f} ms, {reading / raw:.2f} x")
    voices(data)


def made(speaking: Any, chain: Any, text: str, voice: Any, manner: Any) -> Any:
    """This function will speak a text in a manner and make its master."""
    sound = speaking.spoken_sound(text, voice, manner)
    return chain.master_of_pcm(io.BytesIO(sound.pcm), sound.rate)


def voices(data: Path) -> None:
    """This function will print speed and misheard syllables of each Vietnamese voice."""
    try:
        hearing = importlib.import_module("nguon.audio.tests.hearing")
    except ImportError:
        print("viet-asr is not installed: no voice was heard")
        return
    for voice in importlib.import_module("nguon.audio.voices").all_voices(data):
        if voice.language == "vi":
            seconds, sound = best(lambda voice=voice: voice.speak(SENTENCE * 4, 120), 2)
            share = hearing.misheard(voice, 120)
            print(
                f"{voice.id:24} {sound.seconds / seconds:5.0f} x real time, {share:.0%} of syllables misheard"
            )


if __name__ == "__main__":
    main()
