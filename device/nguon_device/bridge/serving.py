"""The one door of a bridge: boxes fetch here what they are to sound, under names that nobody can guess.

A loudspeaker of LSP-1 listens on no port. A bridge must, as old boxes take their sound by address; it answers
GET and HEAD for what is wanted at this moment, POST for boxes that report by themselves, and nothing else.
"""

import queue
import re
import secrets
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nguon_device.bridge.mounts import Mount
from nguon_device.bridge.narrow import NarrowServer, TimelyHandler
from nguon_device.bridge.rendering import BIT_RATE
from nguon_device.bridge.v2.pushed import MOST_BYTES, PushDoor, written

IDLE_S = 60.0
"""A stream in which nothing sounds for so long is ended; whoever wants it comes again."""
TIMEOUT_S = 15.0
POSTED_WITHIN_S = 8.0
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that a box may fetch now."""

    path: Path
    mime: str


class SoundServer:
    """Serves at an address of this machine; `public` is how boxes are to write it."""

    def __init__(self, host: str, port: int, public: str = "") -> None:
        """Begin to listen. Raises OSError when the port is taken."""
        self._offered: dict[str, Offered] = {}
        self._mounts: dict[str, Mount] = {}
        self.pushes = PushDoor()
        self._server = _Server((host, port), self._offered, self._mounts, self.pushes)
        self.port = self._server.server_address[1]
        self.public = public.rstrip("/") or f"http://{host}:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.2,), name="sounds", daemon=True).start()

    def offer(self, path: Path, mime: str) -> str:
        """Give the address of a file, until it is taken back."""
        name = f"/s/{secrets.token_hex(16)}{path.suffix}"
        self._offered[name] = Offered(path, mime)
        return self.public + name

    def take_back(self, url: str) -> None:
        """Answer no more for an address; the file is removed."""
        self.unmount(url)
        found = self._offered.pop(url.removeprefix(self.public), None)
        if found is not None:
            with suppress(OSError):
                found.path.unlink(missing_ok=True)

    def mount(self, mount: Mount, name: str = "") -> str:
        """Give the address of a stream; without a name nobody can guess it."""
        path = name or f"/l/{secrets.token_hex(16)}.mp3"
        self._mounts[path] = mount
        return self.public + path

    def unmount(self, url: str) -> None:
        """Hang up on who listens, and answer no more."""
        found = self._mounts.pop(url.removeprefix(self.public), None)
        if found is not None:
            found.end()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(NarrowServer):
    def __init__(
        self,
        address: tuple[str, int],
        offered: dict[str, Offered],
        mounts: dict[str, Mount],
        pushes: PushDoor,
    ) -> None:
        self.offered, self.mounts, self.pushes = offered, mounts, pushes
        super().__init__(address, _Handler)


class _Handler(TimelyHandler):
    server: _Server
    timeout = TIMEOUT_S
    server_version, sys_version = "Nguon", ""

    def do_GET(self) -> None:  # noqa: N802  the library's name
        self._answer(body=True)

    def do_HEAD(self) -> None:  # noqa: N802  the library's name
        self._answer(body=False)

    def do_POST(self) -> None:  # noqa: N802  the library's name
        """Take what a box says of itself; whoever posts anything else, or slowly, is hung up on."""
        self.close_connection = True
        if not self.server.pushes.answers(self.path):
            self.send_error(404)
            return
        body = self._posted()
        if body is None:
            return
        status, said = self.server.pushes.take(self.path, body, self.headers.get("Authorization", ""))
        data = written(said)
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _posted(self) -> bytes | None:
        """Give the whole body; None when it is too large, or not there in time."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
            self.send_error(413)
            return None
        ends, found = time.monotonic() + POSTED_WITHIN_S, b""
        while len(found) < int(length):
            left = ends - time.monotonic()
            if left <= 0:
                return None
            self.connection.settimeout(left)
            try:
                data = self.rfile.read1(int(length) - len(found))
            except OSError:
                return None
            if not data:
                return None
            found += data
        return found

    def _answer(self, *, body: bool) -> None:
        mount = self.server.mounts.get(self.path)
        if mount is not None:
            self._stream(mount, body=body)
            return
        found = self.server.offered.get(self.path)
        if found is None:
            self.send_error(404)
            return
        try:
            file = found.path.open("rb")
        except OSError:
            self.send_error(404)
            return
        with file:
            size = found.path.stat().st_size
            first, last = self._part(size)
            if first > last:
                self.send_error(416)
                return
            self._head(found, size, first, last)
            if body:
                self._send(file, first, last)

    def _stream(self, mount: Mount, *, body: bool) -> None:
        """Send what sounds, as it sounds, until it ends or the listener does not keep up."""
        if not mount.admits(self.headers.get("Authorization", "")):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="Nguon"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.close_connection = True
        if not body:  # players that look before they listen put nobody out
            self._stream_head(mount)
            return
        line = mount.listen()
        try:
            self._stream_head(mount)
            while data := line.get(timeout=IDLE_S):
                self.wfile.write(data)
        except (OSError, queue.Empty):
            return
        finally:
            mount.leave(line)

    def _stream_head(self, mount: Mount) -> None:
        """What Icecast says too: boxes that were made for it look for these."""
        self.send_response(200)
        self.send_header("Content-Type", mount.mime)
        self.send_header("Cache-Control", "no-store")
        self.send_header("icy-name", "Nguon")
        self.send_header("icy-br", str(BIT_RATE // 1000))
        self.end_headers()

    def _part(self, size: int) -> tuple[int, int]:
        match = _RANGE.fullmatch(self.headers.get("Range", ""))
        if match is None:
            return 0, size - 1
        return int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)

    def _head(self, found: Offered, size: int, first: int, last: int) -> None:
        whole = last - first + 1 == size
        self.send_response(200 if whole else 206)
        self.send_header("Content-Type", found.mime)
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-store")
        if not whole:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()

    def _send(self, file: Any, first: int, last: int) -> None:
        file.seek(first)
        left = last - first + 1
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * _BLOCK)
        while left > 0 and (data := file.read(min(_BLOCK, left))):
            self.wfile.write(data)
            left -= len(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the names are secrets."""
