"""Writes: choosing where, opening the microphone, what is said, the end, and what is kept of it."""

from nguon.live.actions.ending import end, sweep
from nguon.live.actions.opening import challenge_of, open_session, prepare
from nguon.live.actions.recording import keep_recording, prune
from nguon.live.actions.speaking import Heard, hear

__all__ = [
    "Heard",
    "challenge_of",
    "end",
    "hear",
    "keep_recording",
    "open_session",
    "prepare",
    "prune",
    "sweep",
]
