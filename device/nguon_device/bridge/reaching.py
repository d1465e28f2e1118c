"""One exchange with a box over HTTP: one address, no redirect, so many bytes and seconds and no more."""

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from nguon_device.bridge.faults import FarFault

EXCHANGE_S = 8.0
"""The whole of one exchange, from the name to the last byte."""
MOST_BYTES = 256 * 1024
_PORTS = {"http": 80, "https": 443}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Reach:
    """The networks of our own that this bridge was started for; public addresses are open to it anyway."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Reach":
        """Read networks such as 192.168.10.0/24; ValueError for anything else."""
        return cls(tuple(ipaddress.ip_network(text, strict=False) for text in texts))

    def allows(self, number: str) -> bool:
        """Say whether an address may be talked to."""
        address = ipaddress.ip_address(number.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(address in network for network in self.networks if network.version == address.version):
            return True
        return address.is_global and not address.is_multicast

    def resolve(self, host: str, port: int) -> str:
        """Give the one numeric address to connect to. Raises FarFault: unreachable, private."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FarFault("unreachable", host) from None
        number = str(found[0][4][0])
        if not self.allows(number):
            raise FarFault("private", host)
        return number


@dataclass(frozen=True, slots=True)
class Address:
    """Where a box is, read once from what a person gave."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str, schemes: Collection[str] = ("http", "https")) -> "Address":
        """Read an address; FarFault `address` for one with a user in it, another scheme or odd letters."""
        try:
            parts = urlsplit(text)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise FarFault("address") from None
        odd = not text.isascii() or not text.isprintable() or " " in text or len(text) > 500
        if odd or parts.scheme not in schemes or not parts.hostname or parts.username is not None:
            raise FarFault("address")
        return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a box said: the status, and the whole body."""

    status: int
    body: bytes


class Caller:
    """Talks to one box, one exchange at a time; `hang_up` from another thread ends the one under way."""

    def __init__(self, address: Address, reach: Reach, tls: ssl.SSLContext | None = None) -> None:
        """Keep where it is; nothing is connected yet."""
        self._address = address
        self._reach = reach
        self._tls = tls
        self._line: socket.socket | None = None
        self.seconds = EXCHANGE_S

    def hang_up(self) -> None:
        """End the exchange under way, if there is one."""
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Give the answer to one request. Raises FarFault; a redirect is `elsewhere`, never followed."""
        ends = time.monotonic() + self.seconds
        number = self._reach.resolve(self._address.host, self._address.port)
        late = threading.Event()

        def end() -> None:
            late.set()
            self.hang_up()

        watch = threading.Timer(self.seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return self._exchange(number, method, path, body, headers or {}, ends)
        except ssl.SSLCertVerificationError:
            raise FarFault("tls", self._address.host) from None
        except TimeoutError:
            raise FarFault("slow") from None
        except (OSError, http.client.HTTPException, FarFault) as error:
            if late.is_set():
                raise FarFault("slow") from None
            if isinstance(error, FarFault):
                raise
            raise FarFault("unreachable" if isinstance(error, OSError) else "rubbish") from None
        finally:
            watch.cancel()
            self._drop()

    def _exchange(
        self, number: str, method: str, path: str, body: bytes, headers: dict[str, str], ends: float
    ) -> Answer:
        self._line = socket.create_connection((number, self._address.port), max(0.1, ends - time.monotonic()))
        if self._address.scheme == "https":
            context = self._tls or ssl.create_default_context()
            self._line = context.wrap_socket(self._line, server_hostname=self._address.host)
        connection = http.client.HTTPConnection(self._address.host, self._address.port)
        connection.sock = self._line
        common = {"User-Agent": "Nguon", "Connection": "close"}
        try:
            connection.request(method, self._address.path + path, body or None, common | headers)
            with connection.getresponse() as response:
                if 300 <= response.status < 400:
                    raise FarFault("elsewhere", _host_of(response.getheader("Location", "")))
                return Answer(response.status, _whole(response))
        finally:
            connection.close()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _whole(response: http.client.HTTPResponse) -> bytes:
    data = response.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FarFault("large")
    if (length := response.length) is not None and length > 0:
        raise FarFault("unreachable")  # it hung up before its own end
    return data


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object in UTF-8; FarFault `rubbish` for anything else, and for a name that comes twice."""
    try:
        found = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise FarFault("rubbish") from None
    if not isinstance(found, dict):
        raise FarFault("rubbish")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
