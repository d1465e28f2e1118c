"""Reading one field of a body at a time, with its type and its bounds."""

import re
from collections.abc import Mapping
from typing import Any

from nguon_protocol import targets
from nguon_protocol.errors import ProtocolError
from nguon_protocol.strict_json import MAX_INTEGER

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEX = re.compile(r"([0-9a-f]{2})*")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Fields:
    """A JSON object whose fields are read by name; every reader raises ProtocolError on a wrong value.

    Fields that nobody reads are ignored, so that a later version may add some.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ProtocolError("not an object")
        self.values: Mapping[str, Any] = value

    def has(self, name: str) -> bool:
        """Say whether the field is there."""
        return name in self.values

    def integer(self, name: str, low: int = 0, high: int = MAX_INTEGER - 1) -> int:
        """Read an integer of low <= i <= high."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ProtocolError(f"{name} is not an integer of {low}..{high}")
        return value

    def text(self, name: str, longest: int = 200) -> str:
        """Read text of at most `longest` characters."""
        value = self.values.get(name)
        if not isinstance(value, str) or len(value) > longest:
            raise ProtocolError(f"{name} is not text of at most {longest} characters")
        return value

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        """Read text that is one of the allowed words."""
        value = self.text(name)
        if value not in allowed:
            raise ProtocolError(f"{name} is {value[:40]!r}, which is unknown")
        return value

    def matching(self, name: str, pattern: re.Pattern[str], longest: int = 200) -> str:
        """Read text that the pattern matches whole."""
        value = self.text(name, longest)
        if pattern.fullmatch(value) is None:
            raise ProtocolError(f"{name} has the wrong form")
        return value

    def sha256(self, name: str) -> str:
        """Read 64 lower-case hex digits."""
        return self.matching(name, _SHA256)

    def hex(self, name: str, longest: int = 512) -> str:
        """Read lower-case hex of an even length."""
        return self.matching(name, _HEX, longest)

    def uuid(self, name: str) -> str:
        """Read a lower-case UUID."""
        return self.matching(name, UUID)

    def target(self, name: str = "target") -> str:
        """Read a target's text."""
        return str(targets.parse(self.text(name)))

    def object(self, name: str) -> "Fields":
        """Read an object."""
        return Fields(self.values.get(name))

    def items(self, name: str, most: int = 5000) -> list[Any]:
        """Read a list of at most `most` values."""
        value = self.values.get(name)
        if not isinstance(value, list) or len(value) > most:
            raise ProtocolError(f"{name} is not a list of at most {most}")
        return value
