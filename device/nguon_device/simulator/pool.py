"""HTTP for all simulated devices: a few threads with a kept connection each, and one download a file."""

import errno
import http.client
import queue
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from nguon_device.ports import Reply, Request
from nguon_device.shelf import FolderShelf
from nguon_protocol.documents import Media
from nguon_protocol.strict_json import MAX_BYTES

TIMEOUT_S = 30.0
MOST_WAITING = 400
Answer = Callable[[Reply], None]
Sign = Callable[[Request], str | None]


class Pool:
    """`ask` gives a request to the next free thread; `post` is called from there with what came back."""

    def __init__(self, url: str, shelf: FolderShelf, tls: ssl.SSLContext, threads: int = 8) -> None:
        self._url = urlsplit(url)
        self._tls = tls
        self._shelf = shelf
        self._jobs: queue.SimpleQueue[tuple[Request, Sign, Answer] | None] = queue.SimpleQueue()
        self._one_file = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def is_full(self) -> bool:
        """Say whether so many wait that an answer would come too late to be of use."""
        return self._jobs.qsize() > MOST_WAITING

    def ask(self, request: Request, sign: Sign, post: Answer) -> None:
        """Begin to ask; `sign` gives the Authorization header at the moment of sending."""
        self._jobs.put((request, sign, post))

    def close(self) -> None:
        """End the threads; what waits is not asked any more."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while (job := self._jobs.get()) is not None:
            request, sign, post = job
            reply = None
            for _attempt in (1, 2):
                fresh = connection is None
                connection = connection or self._connection()
                try:
                    reply = self._perform(connection, request, sign)
                except (OSError, http.client.HTTPException) as error:
                    connection.close()
                    connection = None
                    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
                    reply = Reply(request, 0, error="disk-full" if full else "network")
                    if fresh:
                        break
                else:
                    break
            post(reply or Reply(request, 0, error="network"))

    def _connection(self) -> http.client.HTTPConnection:
        if self._url.scheme == "https":
            return http.client.HTTPSConnection(self._url.netloc, timeout=TIMEOUT_S, context=self._tls)
        return http.client.HTTPConnection(self._url.netloc, timeout=TIMEOUT_S)

    def _perform(self, connection: http.client.HTTPConnection, request: Request, sign: Sign) -> Reply:
        if request.media is not None:
            return self._file(connection, request, request.media)
        headers = {"Authorization": header} if (header := sign(request)) else {}
        if request.body:
            headers["Content-Type"] = "application/json"
        sent_at = time.monotonic()
        connection.request(request.method, request.path, body=request.body or None, headers=headers)
        response = connection.getresponse()
        body = response.read(2 * MAX_BYTES)
        return Reply(request, response.status, body, sent_at=sent_at, received_at=time.monotonic())

    def _file(self, connection: http.client.HTTPConnection, request: Request, media: Media) -> Reply:
        """Fetch a file once for all who ask; its whole hash is checked by the shelf."""
        with self._one_file:
            if media.sha256 in self._shelf.stored():
                return Reply(request, 200)
            connection.request("GET", request.path)
            response = connection.getresponse()
            data = response.read(media.size + 1)
            if response.status != 200:
                return Reply(request, response.status)
            self._shelf.part(media.sha256).write_bytes(data)
            good = self._shelf.finish(media.sha256)
        return Reply(request, 200) if good else Reply(request, 0, error="hash")
