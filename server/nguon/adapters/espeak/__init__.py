"""eSpeak NG in a process of its own: text to sound, and text to phonemes, for about a hundred languages."""

from nguon.adapters.espeak.client import Espeak, EspeakError, shared

__all__ = ["Espeak", "EspeakError", "shared"]
