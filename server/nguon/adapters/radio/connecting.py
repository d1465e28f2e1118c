"""One request to a station: redirects by hand, each address looked at first."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult

import httpcore

from nguon.adapters.radio.faults import RadioFault
from nguon.adapters.radio.rules import checked, further, resolved

MOST_REDIRECTS = 5
TIMEOUT = {"connect": 5.0, "read": 10.0, "write": 5.0, "pool": 5.0}
HEADERS = [("User-Agent", "Nguon"), ("Accept", "*/*"), ("Icy-MetaData", "0"), ("Connection", "close")]
_MOVED = frozenset({301, 302, 303, 307, 308})
_OLD = b"ICY "


class _Stream(httpcore.NetworkStream):
    """A line to a station; old stations greet with "ICY 200 OK" where HTTP has its version."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._first = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, timeout)
        if self._first and data:
            self._first = False
            if data.startswith(_OLD):
                return b"HTTP/1.0 " + data[len(_OLD) :]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Looked(httpcore.NetworkBackend):
    """Connects to the numeric address that was looked at, and to no other."""

    def __init__(self, private: Collection[str]) -> None:
        self._private = private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        number = resolved(host, port, self._private)
        return _Stream(self._inner.connect_tcp(number, port, timeout, local_address, socket_options))


class Answer:
    """What a station sends: its last address, kind and headers, and the bytes as they come."""

    def __init__(self, url: str, response: httpcore.Response) -> None:
        """This function will read the headers."""
        self.url = url
        self.headers = {
            key.decode("latin-1").lower(): value.decode("latin-1") for key, value in response.headers
        }
        self.kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        self._response = response

    def blocks(self) -> Iterator[bytes]:
        """This function will give the body as it comes. Raises RadioFault `ended` when the line breaks."""
        try:
            yield from self._response.iter_stream()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            raise RadioFault("ended") from None

    def whole(self, most: int) -> bytes:
        """This function will give the whole body; RadioFault `playlist` when it is larger than `most`."""
        data = bytearray()
        for block in self.blocks():
            data += block
            if len(data) > most:
                raise RadioFault("playlist")
        return bytes(data)


@contextmanager
def ask(url: str, home: SplitResult, private: Collection[str]) -> Iterator[Answer]:
    """This function will give what stands at an address of `home`'s host, following redirects within it.

    `private` are the hosts of our own network that the operator named. Raises RadioFault.
    """
    with httpcore.ConnectionPool(network_backend=Looked(private), max_connections=1) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            request = _request(checked(url))
            response = _sent(pool, request)
            try:
                if response.status not in _MOVED:
                    if response.status != 200:
                        raise RadioFault("status", str(response.status))
                    yield Answer(url, response)
                    return
                said = dict(response.headers).get(b"Location") or dict(response.headers).get(b"location", b"")
                url = further(url, said.decode("latin-1"), home)
            finally:
                response.close()
    raise RadioFault("redirects")


def _request(parts: SplitResult) -> httpcore.Request:
    host = parts.netloc.encode("ascii")
    return httpcore.Request(
        "GET", parts.geturl(), headers=[("Host", host), *HEADERS], extensions={"timeout": TIMEOUT}
    )


def _sent(pool: httpcore.ConnectionPool, request: httpcore.Request) -> httpcore.Response:
    try:
        return pool.handle_request(request)
    except httpcore.ConnectError as error:
        if isinstance(error.__cause__, ssl.SSLError) or "SSL" in str(error) or "certificate" in str(error):
            raise RadioFault("tls") from None
        raise RadioFault("unreachable") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise RadioFault("unreachable") from None
