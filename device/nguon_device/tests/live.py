"""A real agent process and a real HTTP server around an Authority."""

import json
import math
import os
import signal
import ssl
import struct
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import av

from nguon_device.tests.authority import Authority


def tone(seconds: float, rate: int = 48_000) -> bytes:
    """Give an Ogg Opus file with a tone of that length."""
    file = BytesIO()
    with av.open(file, "w", format="ogg") as container:
        stream: Any = container.add_stream("libopus", rate=rate)
        stream.layout = "mono"
        samples = [
            int(12_000 * math.sin(index * 440 * 2 * math.pi / rate)) for index in range(int(seconds * rate))
        ]
        frame = av.AudioFrame("s16", "mono", len(samples))
        frame.sample_rate, frame.pts = rate, 0
        frame.planes[0].update(struct.pack(f"<{len(samples)}h", *samples))
        fifo = av.AudioFifo()
        fifo.write(frame)
        while (part := fifo.read(960)) is not None:
            container.mux(stream.encode(part))
        if (part := fifo.read(960, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


@contextmanager
def serving(authority: Authority, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve the authority's answers on 127.0.0.1, encrypted or not, and give the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            authority.now = time.time()
            status, found = authority.answer(self.command, self.path, self.headers["Authorization"], body)
            start = int((self.headers["Range"] or "bytes=0-")[6:-1])
            if status == 200 and start:
                status, found = 206, found[start:]
            self.send_response(status)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()


class Process:
    """One `nguon-device run` on a folder; killed at the end of the test."""

    def __init__(
        self, folder: Path, url: str, poll: float = 0.3, environment: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.environment = environment or {}
        self.poll = str(poll)
        self.url = url
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "nguon_device",
            "run",
            "--data",
            str(self.folder),
            "--server",
            self.url,
        ]
        command += ["--sink", f"wav:{self.folder / 'wav'}", "--poll", self.poll, "--name", "Cụm 1"]
        self.child = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONUNBUFFERED": "1"} | self.environment
        )

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(60)

    def end(self) -> int:
        self.child.terminate()
        return self.child.wait(10)

    def wavs(self) -> list[tuple[float, int, dict[str, Any]]]:
        """Give (seconds, loudest sample, sidecar) of each file, oldest first."""
        found = []
        for path in sorted((self.folder / "wav").glob("*.wav")):
            with suppress(OSError, EOFError):  # it was begun this very moment
                found.append(_heard(path))
        return found


def _heard(path: Path) -> tuple[float, int, dict[str, Any]]:
    sidecar = json.loads(path.with_suffix(".json").read_text())
    with wave.open(str(path)) as file:
        data = file.readframes(file.getnframes())
        seconds = file.getnframes() / file.getframerate()
    loudest = max((abs(value) for (value,) in struct.iter_unpack("<h", data)), default=0)
    return seconds, loudest, sidecar


def wait_for(condition: Callable[[], object], at_most_s: float = 120.0) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + at_most_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
