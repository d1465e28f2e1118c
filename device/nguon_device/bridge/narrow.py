"""A web server for boxes that mean no good: so many lines, so many of one address, and no slow questions."""

import socket
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_AT_ONCE = 64
MOST_OF_ONE = 16
"""Lines from one address: a box that opens ever more of them leaves room for the others."""
HEAD_S = 10.0
"""A question that is not said by then is hung up on, however busily it is being said."""


class NarrowServer(ThreadingHTTPServer):
    """Lets so many in at a time; the others are hung up on."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        """Begin to listen. Raises OSError when the port is taken."""
        self._lines: Counter[str] = Counter()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let somebody in while there is room, and he has not taken his share of it."""
        host = client_address[0]
        with self._lock:
            room = self._lines.total() < MOST_AT_ONCE and self._lines[host] < MOST_OF_ONE
            self._lines[host] += room
        if not room:
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._lines[client_address[0]] -= 1
                self._lines += Counter()  # whoever has none is forgotten

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A box that hangs up is no news."""


class TimelyHandler(BaseHTTPRequestHandler):
    """Reads a question for so long at most; answering has time-outs of its own."""

    def handle_one_request(self) -> None:
        """Read one and answer it."""
        self._late = threading.Timer(HEAD_S, self._hang_up)
        self._late.daemon = True
        self._late.start()
        try:
            super().handle_one_request()
        finally:
            self._late.cancel()

    def parse_request(self) -> bool:
        """Read the whole head; from then on whoever answers minds the time."""
        good = super().parse_request()
        self._late.cancel()
        return good

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
