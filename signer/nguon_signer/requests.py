"""Reading one field of a request at a time; whatever else stands in it is refused, never passed on."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from nguon_protocol import targets
from nguon_protocol.errors import ProtocolError
from nguon_signer.errors import Refused

MOST = 500
MOST_TARGETS = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"([0-9a-f]{2}){1,32}")


def only(request: dict[str, Any], *names: str) -> None:
    """This function will refuse a request with other fields than `op` and these: the signer takes
    identifiers only."""
    unknown = set(request) - {"op", *names}
    if unknown:
        raise Refused("parse", f"This request has no field {sorted(unknown)[0][:40]!r}.")


def number(request: dict[str, Any], name: str) -> int:
    """This function will read a whole number above 0."""
    value = request.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
        raise Refused("parse", f"The field {name} is a whole number above 0.")
    return value


def uuid(request: dict[str, Any], name: str) -> str:
    """This function will read an identifier in its one lower-case form."""
    value = request.get(name)
    try:
        if not isinstance(value, str):
            raise ValueError(name)
        return str(UUID(value))
    except ValueError:
        raise Refused("parse", f"The field {name} is a UUID.") from None


def uuids(request: dict[str, Any], name: str) -> list[str]:
    """This function will read up to 500 different identifiers, sorted."""
    values = request.get(name)
    if not isinstance(values, list) or len(values) > MOST:
        raise Refused("parse", f"The field {name} is a list of at most {MOST} UUIDs.")
    return sorted({uuid({name: value}, name) for value in values})


def speakers(request: dict[str, Any]) -> dict[str, int]:
    """This function will read the live sessions of a request, each with the number of its person."""
    values = request.get("sessions")
    if not isinstance(values, dict) or not 0 < len(values) <= MOST_TARGETS:
        raise Refused("parse", f"The field sessions names 1 to {MOST_TARGETS} sessions and their people.")
    return {uuid({"session": name}, "session"): number({"by": by}, "by") for name, by in values.items()}


def target(request: dict[str, Any], name: str = "target") -> str:
    """This function will read a target's text."""
    value = request.get(name)
    try:
        if not isinstance(value, str):
            raise ProtocolError(name)
        return str(targets.parse(value))
    except ProtocolError:
        raise Refused("parse", f"The field {name} is an area, g/<group> or d/<device>.") from None


def targets_of(request: dict[str, Any]) -> list[str]:
    """This function will read a list of targets, each once."""
    found = request.get("targets")
    if not isinstance(found, list) or not 0 < len(found) <= MOST_TARGETS:
        raise Refused("parse", f"The field targets is a list of 1 to {MOST_TARGETS} targets.")
    return list(dict.fromkeys(target({"target": one}) for one in found))


def sha256(request: dict[str, Any], name: str) -> str:
    """This function will read the name of a document: 64 digits in lower-case hex."""
    value = request.get(name)
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise Refused("parse", f"The field {name} is a SHA-256 in lower-case hex.")
    return value


def nonce(request: dict[str, Any]) -> str:
    """This function will read a beacon's nonce: 1 to 32 bytes in lower-case hex."""
    value = request.get("nonce")
    if not isinstance(value, str) or _NONCE.fullmatch(value) is None:
        raise Refused("parse", "The field nonce is 1 to 32 bytes in lower-case hex.")
    return value
