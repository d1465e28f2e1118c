"""Our side of the eSpeak process: started when first needed, replaced when it dies, killed when it hangs."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import re
import select
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import IO, Any

from nguon.adapters.pcm import EngineError, Sound

SCRIPT = Path(__file__).with_name("speaker.py")
PIECE = 2_000
LONGEST_DATA_PATH = 120  # the library keeps its data path in 160 bytes and truncates without a word
_UNSPEAKABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…;:\n])\s+")


class EspeakError(EngineError):
    """eSpeak NG could not answer; the text says why (English, for the log)."""


class Espeak:
    """One eSpeak process at most; safe to use from several threads, which then take turns."""

    def __init__(self, *, timeout: float = 30.0) -> None:
        self.timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def synthesise(self, text: str, *, voice: str = "vi+f2", wpm: int = 120) -> Sound:
        """Speak the text, as plain text whatever is in it, at `wpm` words a minute (80-450)."""
        rate, sounds = 22050, []
        for piece in _pieces(text):
            head, body = self._ask({"op": "synthesise", "text": piece, "voice": voice, "wpm": wpm})
            rate = int(head["rate"])
            sounds.append(body)
        return Sound(b"".join(sounds), rate)

    def phonemes(self, text: str, *, voice: str) -> str:
        """Return the text in the International Phonetic Alphabet as the voice's language says it."""
        requests = ({"op": "phonemes", "text": piece, "voice": voice} for piece in _pieces(text))
        return " ".join(self._ask(request)[0]["phonemes"] for request in requests)

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            try:
                head, body = self._exchange(request)
            except (OSError, ValueError):  # it died between two requests or in this one: once more
                self._end()
                head, body = self._once_more(request)
        if not head.get("ok"):
            raise EspeakError(str(head.get("message")))
        return head, body

    def _once_more(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            return self._exchange(request)
        except (OSError, ValueError) as error:
            self._end()
            raise EspeakError(f"eSpeak NG ended without an answer: {error}") from error

    def _exchange(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        requests, answers = self._pipes()
        requests.write(json.dumps(request).encode() + b"\n")
        deadline = time.monotonic() + self.timeout
        buffer = b""
        while b"\n" not in buffer:
            buffer += self._read(answers, deadline)
        line, body = buffer.split(b"\n", 1)
        head: dict[str, Any] = json.loads(line)
        chunks, missing = [body], int(head.get("bytes", 0)) - len(body)
        while missing > 0:
            chunks.append(self._read(answers, deadline))
            missing -= len(chunks[-1])
        return head, b"".join(chunks)

    def _read(self, answers: IO[bytes], deadline: float) -> bytes:
        ready, _, _ = select.select([answers], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            self._end()
            raise EspeakError(f"eSpeak NG did not answer within {self.timeout:g} seconds")
        chunk = os.read(answers.fileno(), 1 << 16)
        if not chunk:
            raise ConnectionResetError("its pipe closed")
        return chunk

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._owner != os.getpid():  # after a fork the pipes belong to the parent
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = _start()
        if self._process.stdin is None or self._process.stdout is None:
            raise ConnectionResetError("it has no pipes")
        return self._process.stdin, self._process.stdout

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


def _start() -> subprocess.Popen[bytes]:
    library, data = _installed()
    return subprocess.Popen(
        [sys.executable, "-I", str(SCRIPT), library, data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )


@cache
def shared() -> Espeak:
    """Return the one eSpeak of this process."""
    engine = Espeak()
    atexit.register(engine.close)
    return engine


@cache
def _installed() -> tuple[str, str]:
    """Return the paths of the library and of its data, found without importing (so without loading) it."""
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise EspeakError("the package espeakng-loader is not installed")
    folder = Path(spec.origin).parent
    data = folder / "espeak-ng-data"
    if len(os.fsencode(data)) > LONGEST_DATA_PATH:
        link = Path(tempfile.mkdtemp(prefix="espeak-")) / "data"
        link.symlink_to(data)
        data = link
    return str(folder / "libespeak-ng.so"), str(data)


def _pieces(text: str) -> list[str]:
    """Cut the text where sentences end, into pieces that one request may hold."""
    clean = _UNSPEAKABLE.sub(" ", text)
    pieces, piece = [], ""
    for sentence in _END_OF_SENTENCE.split(clean):
        for start in range(0, len(sentence), PIECE):
            part = sentence[start : start + PIECE]
            if piece and len(piece) + len(part) > PIECE:
                pieces.append(piece)
                piece = ""
            piece = f"{piece} {part}" if piece else part
    return [*pieces, piece] if piece.strip() else pieces
