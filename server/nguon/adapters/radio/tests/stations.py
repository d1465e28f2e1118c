"""Stations on this machine for tests: each path is a way to behave, good or bad."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

TITLE = b"StreamTitle='Ban tin';"


class Station(ThreadingHTTPServer):
    """Serves one encoded sound again and again; `live` is the number of the first segment of its playlist."""

    daemon_threads = True

    def __init__(self, sound: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sound = sound
        self.live = 5
        self.asked: list[str] = []
        self.gone = threading.Event()
        """While set every stream ends and none begins."""
        self.closed = threading.Event()

    @property
    def host(self) -> str:
        """This property will give name and port, as the operator would name them."""
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str) -> str:
        """This function will give the address of a way to behave."""
        return f"http://{self.host}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Station

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        name = self.path.strip("/").partition(".")[0].partition("?")[0]
        with contextlib.suppress(OSError):
            if self.server.gone.is_set():
                self.send_error(503)
                return
            getattr(self, f"_{name}", self._missing)()

    def _missing(self) -> None:
        self.send_error(404)

    def _head(self, kind: str, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def _on(self) -> bool:
        return not self.server.gone.is_set() and not self.server.closed.is_set()

    def _plain(self) -> None:
        self._head("audio/mpeg")
        while self._on():
            self.wfile.write(self.server.sound)

    def _once(self) -> None:
        self._head("audio/mpeg")
        self.wfile.write(self.server.sound)

    def _icecast(self) -> None:
        self._head("audio/mpeg", icy_metaint="1000", icy_name="Dai thu")
        at = 0
        while self._on():
            part = (self.server.sound * 2)[at % len(self.server.sound) :][:1000]
            at += len(part)
            self.wfile.write(part)
            self.wfile.write(bytes([2]) + TITLE.ljust(32, b"\0") if at % 3000 == 0 else b"\0")

    def _old(self) -> None:
        self.wfile.write(b"ICY 200 OK\r\nContent-Type: audio/mpeg\r\nicy-metaint: 1000\r\n\r\n")
        self.wfile.write(self.server.sound[:1000] + b"\0")

    def _garbage(self) -> None:
        self._head("audio/mpeg")
        while self._on():
            self.wfile.write(bytes(range(256)) * 64)

    def _slow(self) -> None:
        self._head("audio/mpeg")
        for byte in self.server.sound:
            if not self._on():
                return
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def _moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", {"/moved": "/plain"}.get(self.path, self.path.partition("?")[2]))
        self.end_headers()

    def _circle(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"/circle?{len(self.server.asked)}")
        self.end_headers()

    def _list(self) -> None:
        self._head("application/vnd.apple.mpegurl")
        self.wfile.write(unquote(self.path.partition("?")[2]).encode())

    def _master(self) -> None:
        self._head("application/vnd.apple.mpegurl")
        self.wfile.write(
            b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nbig.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=64000\nmedia.m3u8\n"
        )

    def _media(self) -> None:
        self._head("application/vnd.apple.mpegurl")
        first = self.server.live
        self.server.live += 1
        lines = [f"#EXTINF:1,\nsegment.ts?{n}" for n in range(first, first + 5)]
        text = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{first}\n" + "\n".join(lines) + "\n"
        self.wfile.write(text.encode())

    def _segment(self) -> None:
        self._head("video/mp2t")
        self.wfile.write(self.path.encode() if self.server.sound == b"" else self.server.sound)


@contextlib.contextmanager
def station(sound: bytes | Path) -> Iterator[Station]:
    """This function will have a station on the air."""
    server = Station(sound if isinstance(sound, bytes) else sound.read_bytes())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closed.set()
        server.shutdown()
        server.server_close()
