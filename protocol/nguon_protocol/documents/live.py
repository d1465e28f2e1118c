"""What an order to go live names: whose voice it is, where it is heard, how loud it may be."""

import re
from dataclasses import dataclass
from typing import Any

from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.keys import ED25519, PublicKey

LONGEST_S = 1800
"""A live session ends with its order, so an order to go live lives for half an hour at most."""
_PUB = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"(https://[a-z0-9.-]+(:[0-9]{1,5})?)?/[A-Za-z0-9/._~?=&%+-]*")
_MAX_URL = 500


@dataclass(frozen=True, slots=True)
class Live:
    """One live session: the Ed25519 key of its segments, their address, `volume` 0-100, `priority` 1-3.

    `url` is https, or a path of the device's own server.
    """

    session: PublicKey
    url: str
    volume: int
    priority: int

    def to_json(self) -> dict[str, Any]:
        """Give the object that an order holds."""
        return {
            "session_pub": self.session.pub.hex(),
            "url": self.url,
            "volume": self.volume,
            "priority": self.priority,
        }

    @classmethod
    def parse(cls, fields: Fields) -> "Live":
        """Read it back."""
        return cls(
            session=PublicKey.from_hex(ED25519, fields.matching("session_pub", _PUB)),
            url=fields.matching("url", _URL, _MAX_URL),
            volume=fields.integer("volume", 0, 100),
            priority=fields.integer("priority", 1, 3),
        )


def check_life(issued: int, expires: int) -> None:
    """Hold an order to go live to its half hour (epoch seconds); ProtocolError when it is longer."""
    if not issued < expires <= issued + LONGEST_S:
        raise ProtocolError(f"a live session lasts {LONGEST_S} s at most")
