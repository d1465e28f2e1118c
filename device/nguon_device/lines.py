"""The lines of live sessions over HTTP: a thread each, which reads what comes and no faster than speech."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from nguon_device.ports import LineClosed, LineData
from nguon_device.trust import Trust

TIMEOUT_S = 10.0
BURST = 512 * 1024
RATE = 64 * 1024
"""Bytes, and bytes a second: ten times what speech needs. Whoever sends more has to wait."""
_BLOCK = 1 << 14


class WebLines:
    """The Lines port. A path is of the device's own `server`; whatever it is, TLS is checked as ever."""

    def __init__(self, server: str, post: Callable[[LineData | LineClosed], None], trust: Trust) -> None:
        self._server = server.rstrip("/")
        self._post = post
        self._trust = trust
        self._open: dict[int, _Line] = {}

    def open(self, line: int, url: str) -> None:
        """Begin to listen; nothing is asked that tells who listens."""
        whole = url if url.startswith("https://") else self._server + url
        self._open[line] = _Line(line, whole, self._post, self._trust)
        self._open[line].start()

    def close(self, line: int) -> None:
        """Hang up."""
        found = self._open.pop(line, None)
        if found is not None:
            found.hang_up()


class _Line(threading.Thread):
    def __init__(
        self, line: int, url: str, post: Callable[[LineData | LineClosed], None], trust: Trust
    ) -> None:
        super().__init__(name=f"live {line}", daemon=True)
        self._line = line
        self._url = urlsplit(url)
        self._post = post
        self._trust = trust
        self._closing = threading.Event()
        self._socket: socket.socket | None = None

    def hang_up(self) -> None:
        self._closing.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        with suppress(Exception):  # whatever a server does, the core asks again later
            self._listen()
        self._post(LineClosed(self._line))

    def _connection(self) -> http.client.HTTPConnection:
        if self._url.scheme != "https":
            return http.client.HTTPConnection(self._url.netloc, timeout=TIMEOUT_S)
        context = self._trust.context()
        return http.client.HTTPSConnection(self._url.netloc, timeout=TIMEOUT_S, context=context)

    def _listen(self) -> None:
        connection = self._connection()
        try:
            connection.connect()
            self._socket = connection.sock
            path = self._url.path + (f"?{self._url.query}" if self._url.query else "")
            connection.request("GET", path)
            response = connection.getresponse()
            if response.status == 200:
                self._read(response)
        finally:
            connection.close()

    def _read(self, response: http.client.HTTPResponse) -> None:
        began, size = time.monotonic(), 0
        while not self._closing.is_set() and (data := response.read1(_BLOCK)):
            size += len(data)
            self._post(LineData(self._line, data))
            ahead = (size - BURST) / RATE - (time.monotonic() - began)
            self._closing.wait(max(0.0, ahead))
