"""HTTP to the server, by the standard library: two threads, so that a long file never holds up a beacon.

http.client and not httpx: a loudspeaker starts in a third of the time and half the memory without it, and
needs none of what it adds.
"""

import errno
import http.client
import queue
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from nguon_device.identity import DeviceKey
from nguon_device.ports import Reply, Request
from nguon_device.shelf import FolderShelf
from nguon_device.trust import Trust
from nguon_protocol import http_auth
from nguon_protocol.strict_json import MAX_BYTES

TIMEOUT_S = 10.0
_BLOCK = 1 << 16


class Web:
    """The Network port over real HTTP. `post` takes the replies; `device` and `now` sign each request."""

    def __init__(
        self,
        url: str,
        key: DeviceKey,
        shelf: FolderShelf,
        post: Callable[[Reply], None],
        device: Callable[[], str],
        now: Callable[[], float],
        trust: Trust,
    ) -> None:
        def worker(name: str) -> _Worker:
            return _Worker(name, url, key, shelf, post, device, now, trust)

        self._small, self._large = worker("http"), worker("media")

    def ask(self, request: Request) -> None:
        """Begin to ask; files wait behind files only."""
        (self._small if request.media is None else self._large).requests.put(request)


class _Worker(threading.Thread):
    def __init__(
        self,
        name: str,
        url: str,
        key: DeviceKey,
        shelf: FolderShelf,
        post: Callable[[Reply], None],
        device: Callable[[], str],
        now: Callable[[], float],
        trust: Trust,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._url = urlsplit(url)
        self._key = key
        self._shelf = shelf
        self._post = post
        self._device = device
        self._now = now
        self._trust = trust
        self._mark: object = None
        self._connection: http.client.HTTPConnection | None = None
        self._sent_at: float | None = None
        self.start()

    def run(self) -> None:
        while True:
            request = self.requests.get()
            self._post(self._perform(request))

    def _perform(self, request: Request) -> Reply:
        for attempt in (1, 2):
            fresh = self._connection is None
            try:
                return self._media(request) if request.media is not None else self._plain(request)
            except OSError as error:
                self._drop()
                if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                    return Reply(request, 0, error="disk-full")
                if fresh or attempt == 2:
                    return Reply(request, 0, error="network")
            except Exception:  # whatever a server answers, this thread goes on asking
                self._drop()
                if fresh or attempt == 2:
                    return Reply(request, 0, error="network")
        raise AssertionError("unreachable")

    def _drop(self) -> None:
        """Forget the connection; a kept one may have been closed by the server meanwhile."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _send(self, request: Request, headers: dict[str, str]) -> http.client.HTTPResponse:
        if self._mark != self._trust.mark:
            self._drop()  # opened before an authority was pinned, or before there was a time
        if self._connection is None:
            self._connection = self._open()  # before the time is taken: it is no part of the way of a beacon
        path = self._url.path.rstrip("/") + request.path
        if request.auth:
            headers["Authorization"] = http_auth.header(
                self._key,
                self._device(),
                request.method,
                request.path,
                max(0, int(self._now())),
                request.body,
            )
        if request.body:
            headers["Content-Type"] = "application/json"
        self._sent_at = time.monotonic()
        self._connection.request(request.method, path, body=request.body or None, headers=headers)
        return self._connection.getresponse()

    def _open(self) -> http.client.HTTPConnection:
        """Connect; only who is not enrolled yet may talk to a server that it cannot verify."""
        self._mark = self._trust.mark
        if self._url.scheme != "https":
            plain = http.client.HTTPConnection(self._url.netloc, timeout=TIMEOUT_S)
            plain.connect()
            return plain
        enrolled = self._device() != ""
        try:
            return self._open_tls(self._trust.context())
        except ssl.SSLCertVerificationError:
            if not self._trust.may_look_first(enrolled=enrolled):
                raise
            return self._open_tls(self._trust.context(enrolled=enrolled, verified=False))

    def _open_tls(self, context: ssl.SSLContext) -> http.client.HTTPConnection:
        connection = http.client.HTTPSConnection(self._url.netloc, timeout=TIMEOUT_S, context=context)
        connection.connect()
        return connection

    def _plain(self, request: Request) -> Reply:
        self._sent_at = None
        response = self._send(request, {})
        body = response.read(2 * MAX_BYTES)
        received_at = time.monotonic()
        if not response.isclosed():
            self._drop()
        return Reply(request, response.status, body, sent_at=self._sent_at, received_at=received_at)

    def _media(self, request: Request) -> Reply:
        """Fetch a file from where the last try ended; it counts only when its whole hash is right."""
        media = request.media
        if media is None:
            raise ValueError("no media")
        part = self._shelf.part(media.sha256)
        have = part.stat().st_size if part.exists() else 0
        if have < media.size:
            response = self._send(request, {"Range": f"bytes={have}-"} if have else {})
            if response.status not in {200, 206}:
                response.read()
                return Reply(request, response.status)
            with part.open("ab" if response.status == 206 else "wb") as file:
                while block := response.read(_BLOCK):
                    file.write(block)
                    if file.tell() > media.size:
                        self._drop()
                        break
                have = file.tell()
        if have < media.size:
            return Reply(request, 0, error="network")
        return Reply(request, 200) if self._shelf.finish(media.sha256) else Reply(request, 0, error="hash")
