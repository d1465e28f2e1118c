"""Whom a call by SIP goes to: read once from the settings, and refused where it could be read otherwise."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from typing import Any

from nguon_device.bridge.faults import FarFault
from nguon_device.bridge.paging.rtp import CODECS, Codec
from nguon_device.bridge.reaching import Address, Reach, tls_context
from nguon_device.bridge.settings import BoxSettings

PORTS = {"sip": 5060, "sips": 5061}
ANSWER_S = 8.0
_USER = re.compile(r"[A-Za-z0-9._+-]{0,40}")
_HEADER = re.compile(r"[A-Za-z-]{1,40}")
AUTO_ANSWER = {"Call-Info": "<sip:nguon>;answer-after=0", "Alert-Info": "info=alert-autoanswer"}
"""What makes most intercoms answer by themselves; makers' own go over it (option `headers`)."""
SPOKEN = ("pcmu", "pcma")


def unless_known(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of what went wrong in a callback as asyncio does, but for what the library asserts of sockets and
    is not so before Python 3.12: it has no effect, and would be in the log at each call."""
    if not isinstance(context.get("exception"), AssertionError):
        loop.default_exception_handler(context)


@dataclass(frozen=True, slots=True)
class Callee:
    """Whom to call: a numeric address, the user part, how to log in, the codec, headers of its maker."""

    host: str
    port: int
    user: str
    username: str
    password: str
    codec: Codec
    headers: dict[str, str]
    seconds: float
    name: str = ""
    """What its certificate is to say."""
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: BoxSettings, reach: Reach) -> "Callee":
        """Read the settings. Raises FarFault: settings, address, private, unreachable, slow."""
        address = Address.parse(settings.address, tuple(PORTS))
        name = str(settings.options.get("codec", "pcmu"))
        told = settings.options.get("headers", {})
        good = isinstance(told, dict) and all(
            _HEADER.fullmatch(key) and isinstance(one, str) and one.isprintable() and len(one) <= 200
            for key, one in told.items()
        )
        if not good or name not in SPOKEN or _USER.fullmatch(settings.box) is None or address.path:
            raise FarFault("settings", "headers" if not good else "codec" if name not in SPOKEN else "box")
        port = address.port or PORTS[address.scheme]
        return cls(
            reach.resolve(address.host, port),
            port,
            settings.box,
            settings.username,
            settings.password,
            CODECS[name],
            AUTO_ANSWER | told,
            settings.option("seconds", ANSWER_S, 0.2, 30),
            address.host,
            tls_context(settings) if address.scheme == "sips" else None,
        )

    @property
    def uri(self) -> str:
        """Give its SIP address."""
        way = ";transport=tls" if self.tls is not None else ""
        return f"sip:{self.user}@{self._host}{way}" if self.user else f"sip:{self._host}{way}"

    @property
    def _host(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in PORTS.values() else f"{host}:{self.port}"
