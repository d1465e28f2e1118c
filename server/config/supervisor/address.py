"""The address that people open: a listening socket that is ours, so that a busy port is known at once."""

import errno
import socket

from config.engines.process import listening_socket
from config.errors import StartError
from config.words import tr

DEFAULT_PORT = 8000
TRIES = 50


def listen(host: str, port: int | None) -> socket.socket:
    """This function will listen on the port, or, when none was asked for, on the first free one from 8000."""
    for candidate in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + TRIES):
        try:
            return listening_socket(host, candidate)
        except socket.gaierror as failure:
            raise StartError(tr("unknown_host", host=host)) from failure
        except OSError as failure:
            if failure.errno == errno.EADDRNOTAVAIL:
                raise StartError(tr("unknown_host", host=host)) from failure
            if failure.errno in {errno.EACCES, errno.EPERM}:
                raise StartError(tr("forbidden_port", port=candidate)) from failure
            if failure.errno != errno.EADDRINUSE:
                raise
    raise StartError(tr("busy_port", port=port if port is not None else DEFAULT_PORT))


def url(listener: socket.socket, *, tls: bool = False) -> str:
    """This function will return the address of a listener for a browser on this machine."""
    scheme = "https" if tls else "http"
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
