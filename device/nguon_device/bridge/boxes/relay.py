"""A made-up relay board over HTTP: it closes for as many seconds as it is told, and then opens by itself."""

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class RelayBoard:
    """Contacts at a port of 127.0.0.1, until `close`."""

    def __init__(self, port: int = 0) -> None:
        """Begin to listen, all contacts open."""
        self.until: dict[str, float] = {}
        self.orders: list[tuple[str, str]] = []
        self.hangs_s = 0.0
        self.status = 200
        self._ending = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(OSError):
                    outer.answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Switch it off."""
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()

    def closed(self, name: str) -> bool:
        """Say whether a contact is closed now."""
        return self.until.get(name, 0.0) > time.monotonic()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Do one order: /relay/NAME?turn=on&timer=SECONDS, or turn=off."""
        self._ending.wait(self.hangs_s)
        parts = urlsplit(request.path)
        name, asked = parts.path.rpartition("/")[2], parse_qs(parts.query)
        turn = asked.get("turn", [""])[0]
        self.orders.append((name, turn))
        if self.status == 200:
            seconds = float(asked["timer"][0]) if turn == "on" else 0.0
            self.until[name] = time.monotonic() + seconds
        request.send_response(self.status)
        request.send_header("Content-Length", "0")
        request.end_headers()
