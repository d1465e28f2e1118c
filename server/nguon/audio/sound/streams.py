"""Our side of the process that decodes a station: bytes in, plain sound out, both while they come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import BinaryIO, cast

BLOCK = 1 << 14


class StreamDecoder:
    """One sandboxed decoder; `heard` is what it says of the sound, `fault` the slug of why it ended."""

    def __init__(self) -> None:
        """This function will start the process."""
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-m", "nguon.audio.sound.stream_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        pipes = (self._child.stdin, self._child.stdout, self._child.stderr)
        self._in, self._out, self._words = (cast(BinaryIO, pipe) for pipe in pipes)
        self.heard: dict[str, object] = {}
        self.fault = ""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def write(self, data: bytes) -> bool:
        """This function will hand over encoded bytes, waiting while the decoder has enough; False when it has
        ended."""
        try:
            self._in.write(data)
            self._in.flush()
        except (OSError, ValueError):
            return False
        return True

    def finish(self) -> None:
        """This function will say that no more bytes come."""
        with suppress(OSError, ValueError):
            self._in.close()

    def read(self) -> bytes:
        """This function will give plain sound (mono, 16 bits, 48 kHz) as it comes; b"" at the end."""
        try:
            return os.read(self._out.fileno(), BLOCK)
        except (OSError, ValueError):
            return b""

    def close(self) -> None:
        """This function will end the process."""
        self._child.kill()  # first: whoever waits at one of its pipes goes on
        self._child.wait()
        self._listener.join(2)
        self.finish()
        for pipe in (self._out, self._words):
            with suppress(OSError, ValueError):
                pipe.close()

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            for line in self._words:
                with suppress(ValueError):
                    words = json.loads(line)
                    self.fault = str(words.pop("fault", self.fault))
                    self.heard |= words
