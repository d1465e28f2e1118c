"""Which addresses may be asked: http(s), one host by its name, nothing of our own network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

from nguon.adapters.radio.faults import RadioFault

LONGEST = 500
_PORTS = {"http": 80, "https": 443}


def checked(url: str) -> SplitResult:
    """This function will read an address that a person gave; RadioFault `address` when it is none of http or
    https with a plain host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RadioFault("address") from None
    if len(url) > LONGEST or not url.isprintable() or " " in url or not url.isascii():
        raise RadioFault("address")
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise RadioFault("address")
    return parts


def further(url: str, said: str, home: SplitResult) -> str:
    """This function will give the address that a redirect or a playlist at `url` names, within the same host
    alone: at the port of the address that was signed for, or at those of the web."""
    found = checked(urljoin(url, said))
    if found.hostname != home.hostname or port_of(found) not in {port_of(home), *_PORTS.values()}:
        raise RadioFault("elsewhere", (found.hostname or "")[:100])
    return found.geturl()


def port_of(parts: SplitResult) -> int:
    """This function will give the port of an address."""
    return parts.port or _PORTS[parts.scheme]


def resolved(host: str, port: int, private: Collection[str]) -> str:
    """This function will give a numeric address of a host, which is the one to connect to: a name that
    changes its mind between a look and a connection has one look only.

    Every address of it must be public, unless the operator named the host. RadioFault: unreachable, private.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RadioFault("unreachable", host[:100]) from None
    numbers = [str(one[4][0]) for one in found]
    if not {host, f"{host}:{port}"} & set(private) and not all(map(is_public, numbers)):
        raise RadioFault("private", host[:100])
    return numbers[0]


def is_public(number: str) -> bool:
    """This function will say whether a numeric address is one of the open network."""
    address = ipaddress.ip_address(number.partition("%")[0])
    inner = address.version == 6 and (address.ipv4_mapped or address.sixtofour)
    address = inner or address
    return address.is_global and not address.is_multicast
