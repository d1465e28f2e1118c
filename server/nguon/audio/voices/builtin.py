"""The voices that are always there: eSpeak NG, small and mechanical, without a network."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from nguon.adapters.espeak import EspeakError, shared
from nguon.adapters.pcm import Sound
from nguon.audio.voices.base import Voice, VoiceError

LICENCE = "GPL-3.0-or-later"
CREDIT = "eSpeak NG (github.com/espeak-ng/espeak-ng)"
VERSION = "1.52.0"

NAMES = {
    "vi+f2": _("Giọng nữ miền Bắc, máy đọc (eSpeak NG)"),
    "vi": _("Giọng nam miền Bắc, máy đọc (eSpeak NG)"),
    "vi-vn-x-central+f2": _("Giọng nữ miền Trung, máy đọc (eSpeak NG)"),
    "vi-vn-x-south+f2": _("Giọng nữ miền Nam, máy đọc (eSpeak NG)"),
}


def voices() -> list[Voice]:
    """This function will list the built-in voices, the default one first."""
    return [
        Voice(
            id="espeak-" + code.replace("-vn-x", "").replace("+", "-"),
            name=str(name),
            language="vi",
            licence=LICENCE,
            credit=CREDIT,
            engine="espeak",
            version=VERSION,
            speaker=partial(_speak, code),
        )
        for code, name in NAMES.items()
    ]


def _speak(code: str, text: str, wpm: int) -> Sound:
    try:
        return shared().synthesise(text, voice=code, wpm=wpm)
    except EspeakError as error:
        raise VoiceError(str(error)) from error
