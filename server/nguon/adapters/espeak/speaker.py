"""The process that loads eSpeak NG (GPL-3.0-or-later) and answers one request at a time over its pipes.

It is started as a script (`python -I speaker.py LIBRARY DATA`), imports nothing of Nguồn, and shares no
memory with it: what crosses the pipe is text one way and sound or phonemes the other (docs/adr/010).
Both ways a message is one line of JSON; an answer's line may say `"bytes": n`, and n raw bytes follow.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import Any, BinaryIO

RETRIEVAL, UTF8 = 1, 1  # espeak_AUDIO_OUTPUT, espeakCHARS_UTF8; the SSML flag (0x10) is never given
RATE, WORD_GAP = 1, 7  # espeak_PARAMETER
IPA = 0x02
MEMORY = 512 * 1024 * 1024

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Speaker:
    """One loaded library with the voice and speed it was last told."""

    def __init__(self, library: str, data: str) -> None:
        self.lib = ctypes.CDLL(library)
        self.lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.rate = self.lib.espeak_Initialize(RETRIEVAL, 0, data.encode(), 1 << 15)  # 1 << 15: never exit()
        if self.rate <= 0:
            raise OSError(f"eSpeak NG found no data in {data}")
        self.pieces: list[bytes] = []
        self.callback = CALLBACK(self._collect)  # kept: ctypes does not hold it for us
        self.lib.espeak_SetSynthCallback(self.callback)
        self.voice = ""

    def _collect(self, wave: Any, count: int, _events: int | None) -> int:
        if wave and count > 0:
            self.pieces.append(ctypes.string_at(wave, count * 2))
        return 0

    def choose(self, voice: str) -> None:
        if voice != self.voice:
            if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise LookupError(f"eSpeak NG has no voice {voice}")
            self.voice = voice

    def synthesise(self, text: str, voice: str, wpm: int) -> bytes:
        self.choose(voice)
        self.lib.espeak_SetParameter(RATE, wpm, 0)
        raw = text.encode("utf-8", "replace")
        self.pieces.clear()
        status = self.lib.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, UTF8, None, None)
        if status != 0:
            raise OSError(f"eSpeak NG answered {status}")
        self.lib.espeak_Synchronize()
        return b"".join(self.pieces)

    def phonemes(self, text: str, voice: str) -> str:
        self.choose(voice)
        buffer = ctypes.create_string_buffer(text.encode("utf-8", "replace"))
        pointer = ctypes.c_void_p(ctypes.addressof(buffer))
        clauses = []
        while pointer.value:
            answer = self.lib.espeak_TextToPhonemes(ctypes.byref(pointer), UTF8, IPA)
            if answer:
                clauses.append(answer.decode("utf-8", "replace"))
        return " ".join(clauses)


def answer(speaker: Speaker, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the answer's head and its raw bytes."""
    if request["op"] == "synthesise":
        sound = speaker.synthesise(request["text"], request["voice"], request["wpm"])
        return {"ok": True, "rate": speaker.rate, "bytes": len(sound)}, sound
    if request["op"] == "phonemes":
        return {"ok": True, "phonemes": speaker.phonemes(request["text"], request["voice"])}, b""
    return {"ok": False, "message": "unknown request"}, b""


def serve(speaker: Speaker, requests: BinaryIO, answers: BinaryIO) -> None:
    for line in requests:
        try:
            head, body = answer(speaker, json.loads(line))
        except (KeyError, ValueError, LookupError, OSError) as error:
            head, body = {"ok": False, "message": str(error)}, b""
        answers.write(json.dumps(head).encode() + b"\n" + body)
        answers.flush()


def main() -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not be taken for an answer
    serve(Speaker(sys.argv[1], sys.argv[2]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
