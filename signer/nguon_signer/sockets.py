"""The signer's only door: a Unix socket, mode 0600, one JSON object a line in and one a line out."""

from __future__ import annotations

import json
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nguon_signer.errors import DatabaseDown, Refused, SignerError

MAX_REQUEST = 64 * 1024
MAX_PATH = 100  # bytes; the kernel's sun_path holds 108
IDLE_SECONDS = 60
Handle = Callable[[dict[str, Any]], dict[str, Any]]
log = logging.getLogger("nguon_signer")


def refusal(reason: str, message: str) -> dict[str, Any]:
    """This function will give the answer of a request that was not fulfilled."""
    return {"ok": False, "reason": reason, "message": message}


def answer(line: bytes, handle: Handle) -> dict[str, Any]:
    """This function will give the answer to one line, whatever the line holds; it never raises."""
    if len(line) > MAX_REQUEST:
        return refusal("parse", f"A request is at most {MAX_REQUEST} bytes.")
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return refusal("parse", "A request is one JSON object on one line.")
    if not isinstance(request, dict):
        return refusal("parse", "A request is one JSON object on one line.")
    try:
        return {"ok": True, **handle(request)}
    except Refused as error:
        log.info("refused op=%r reason=%s: %s", request.get("op"), error.reason, error.message)
        return refusal(error.reason, error.message)
    except DatabaseDown as error:
        return refusal("unavailable", str(error))
    except SignerError as error:
        log.error("op=%r: %s", request.get("op"), error)
        return refusal("unavailable", str(error))
    except Exception:
        # Whatever went wrong, nothing was signed: the envelope is the last thing that comes into being.
        log.exception("op=%r failed", request.get("op"))
        return refusal(
            "internal", "The signer failed on this request; its log has the details. Nothing was signed."
        )


class _Lines(socketserver.StreamRequestHandler):
    timeout = IDLE_SECONDS
    server: SignerServer

    def handle(self) -> None:
        """This function will answer the lines of one connection until it ends."""
        try:
            while line := self.rfile.readline(MAX_REQUEST + 1):
                with self.server.busy():
                    reply = answer(line, self.server.answer_with)
                    self.wfile.write(
                        json.dumps(reply, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
                    )
                if len(line) > MAX_REQUEST:
                    return
        except (OSError, ValueError):
            return


class SignerServer(socketserver.ThreadingUnixStreamServer):
    """A thread for each connection; the work inside is short, and the store has one lock."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, path: Path, handle: Handle) -> None:
        self.answer_with = handle
        self.path = path
        self._at_work = 0
        self._count = threading.Lock()
        _make_room(path)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Lines)
        except OSError as error:
            raise SignerError(f"The signer cannot listen on {path}: {error.strerror or error}.") from error
        finally:
            os.umask(before)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """This function will count one request as being worked on."""
        with self._count:
            self._at_work += 1
        try:
            yield
        finally:
            with self._count:
                self._at_work -= 1

    def drain(self, seconds: float = 5.0) -> None:
        """This function will wait until every request is answered, but no longer than that."""
        deadline = time.monotonic() + seconds
        while self._at_work and time.monotonic() < deadline:
            time.sleep(0.01)

    def server_close(self) -> None:
        """This function will stop listening and take the socket file away."""
        super().server_close()
        self.path.unlink(missing_ok=True)


def _make_room(path: Path) -> None:
    if len(os.fsencode(path)) > MAX_PATH:
        raise SignerError(f"The socket path {path} is longer than {MAX_PATH} bytes: choose a shorter one.")
    if not path.parent.is_dir():
        raise SignerError(f"The folder of the socket {path} does not exist.")
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)  # left behind by a signer that was killed
            return
    raise SignerError(f"Another signer already listens on {path}.")
