"""How other processes ask the signer: one JSON object a line over its Unix socket. Imports nothing heavy."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

MAX_ANSWER = 32 * 1024 * 1024  # 64 plans of 256 KiB, and what is told of their items
ASK_AGAIN = frozenset({"unavailable", "internal"})
"""A full disk or a fault of the signer's own says nothing about what was asked."""


class SignerRefused(Exception):
    """The signer looked and will not sign; asking again changes nothing until the data change."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


class SignerUnavailable(Exception):
    """The signer, or the database it reads, cannot be asked just now; the same call may be repeated later."""


class SignerClient:
    """One call, one connection: nothing to mend after the signer was restarted; safe in many threads."""

    def __init__(self, socket_path: str | os.PathLike[str], timeout: float = 10.0) -> None:
        self.socket_path = os.fspath(socket_path)
        self.timeout = timeout

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        """This function will give the signer's answer, without "ok".

        `op` and `fields` are identifiers only (see the service's table of operations). Raises SignerRefused,
        or SignerUnavailable when no whole answer came within `timeout` seconds.
        """
        request = json.dumps({"op": op, **fields}, default=str).encode() + b"\n"
        try:
            answer = json.loads(self._exchange(request))
        except (OSError, ValueError) as error:
            raise SignerUnavailable(f"The signer at {self.socket_path} does not answer: {error}") from error
        if answer.pop("ok", False) is True:
            return dict(answer)
        reason, message = str(answer.get("reason", "unknown")), str(answer.get("message", ""))
        if reason in ASK_AGAIN:
            raise SignerUnavailable(message)
        raise SignerRefused(reason, message)

    def _exchange(self, request: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self.timeout)
            connection.connect(self.socket_path)
            connection.sendall(request)
            with connection.makefile("rb") as lines:
                line = lines.readline(MAX_ANSWER)
        if not line.endswith(b"\n"):
            raise OSError("it closed the connection before its answer was complete")
        return line
