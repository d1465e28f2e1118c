"""Voices behind one small interface: the built-in ones, and those installed in the data folder."""

from nguon.audio.voices.base import FASTEST, SLOWEST, Voice, VoiceError
from nguon.audio.voices.registry import DEFAULT, all_voices, find

__all__ = ["DEFAULT", "FASTEST", "SLOWEST", "Voice", "VoiceError", "all_voices", "find"]
