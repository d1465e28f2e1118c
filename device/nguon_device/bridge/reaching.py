"""One exchange with a box over HTTP: one address, no redirect, so many bytes and seconds and no more."""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.settings import BoxSettings

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

    def resolve(self, host: str, port: int, seconds: float = EXCHANGE_S) -> str:
        """Give the one numeric address to connect to. Raises FarFault: unreachable, private, slow (who knows
        names may hang as well as any box)."""
        number = host if _is_number(host) else _looked_up(host, port, seconds)
        if not self.allows(number):
            raise FarFault("private", host)
        return number


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _looked_up(host: str, port: int, seconds: float) -> str:
    """Ask on a thread of its own, which is left behind when it takes too long: nothing ends such a call."""
    found: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(str(told[0][4][0]))
        except (OSError, UnicodeError):
            found.put("")

    threading.Thread(target=ask, name=f"name {host}", daemon=True).start()
    try:
        number = found.get(timeout=seconds)
    except queue.Empty:
        raise FarFault("slow", host) from None
    if not number:
        raise FarFault("unreachable", host)
    return number


def tls_context(settings: BoxSettings) -> ssl.SSLContext:
    """Give how a box proves itself over TLS: by a certificate of the web, or by the one (PEM) that its
    settings name, which then alone counts, whatever name stands in it. Raises FarFault `settings`."""
    given = settings.options.get("certificate")
    if given is None:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=given if isinstance(given, str) else "")
    except (ValueError, ssl.SSLError):
        raise FarFault("settings", "certificate") from None
    return context


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

    def __init__(self, settings: BoxSettings, reach: Reach, seconds: float | None = None) -> None:
        """Keep where it is. Raises FarFault: address, settings. Nothing is connected yet."""
        self._address = Address.parse(settings.address)
        self._reach = reach
        self._tls = tls_context(settings) if self._address.scheme == "https" else None
        self._line: socket.socket | None = None
        self.seconds = seconds or settings.option("seconds", EXCHANGE_S, 0.2, 30)

    def hang_up(self) -> None:
        """End the exchange under way, if there is one."""
        line = self._line
        if line is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # of the line itself, whatever lies over it

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Give the answer to one request. Raises FarFault; a redirect is `elsewhere`, never followed."""
        ends = time.monotonic() + self.seconds
        number = self._reach.resolve(self._address.host, self._address.port, self.seconds)
        late = threading.Event()

        def end() -> None:
            late.set()
            self.hang_up()

        watch = threading.Timer(max(0.0, ends - time.monotonic()), end)
        watch.daemon = True
        watch.start()
        try:
            answer = self._exchange(number, method, path, body, headers or {}, ends)
            if late.is_set():  # it was hung up on, and what had come until then looked like all of it
                raise FarFault("slow")
            return answer
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
        if self._tls is not None:
            self._line = line = self._tls.wrap_socket(
                self._line, server_hostname=self._address.host, do_handshake_on_connect=False
            )
            line.settimeout(max(0.1, ends - time.monotonic()))
            try:
                line.do_handshake()
            except ssl.SSLError:  # a certificate that is not known, or no TLS at all
                raise FarFault("tls", self._address.host) from None
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
