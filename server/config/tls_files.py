"""The files of one server's TLS; apart from what makes them, which takes long to import."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tls:
    """Its certificate (with what leads to the root), its key, and the root to pin (None: a public one)."""

    certificate: Path
    key: Path
    ca: Path | None = None


def is_loopback(host: str) -> bool:
    """This function will say whether only this machine can reach a listener on this host."""
    return host in {"127.0.0.1", "::1", "localhost"}
