"""Voices in the Piper format (a VITS network as ONNX beside a JSON of phoneme ids), by onnxruntime.

The format is open and onnxruntime is MIT; the program piper-tts is GPL-3.0 and not used.
"""

from nguon.adapters.piper.engine import PiperError, PiperVoice

__all__ = ["PiperError", "PiperVoice"]
