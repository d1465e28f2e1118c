"""Whose certificates this device believes: those of the authority that it pinned when it was enrolled.

A server with a certificate of a public authority gives nothing to pin; then the machine's own list counts.
Only a device that is not enrolled yet talks to a server that it cannot verify: it has no secret to lose, and
the fingerprint that it shows beside its claim code is compared by a person before anything is believed.
"""

import os
import ssl
from pathlib import Path

from nguon_protocol.certificates import fingerprint

FILE = "server-ca.pem"


class Trust:
    """The pinned authority of one device folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    @property
    def mark(self) -> int:
        """Give a number that changes when another authority is pinned: older connections are dropped."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0

    def context(self, *, enrolled: bool = True, verified: bool = True) -> ssl.SSLContext:
        """Give what a TLS connection is checked with; unverified only before there is something to go by."""
        if self._file.exists():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cafile=self._file)
        else:
            context = ssl.create_default_context()
            if not enrolled and not verified:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def may_look_first(self, *, enrolled: bool) -> bool:
        """Say whether a server that cannot be verified may still be asked to enrol this device."""
        return not enrolled and not self._file.exists()


def pin(folder: Path, pem: str) -> None:
    """Believe this authority and no other from now on; ProtocolError when it is no certificate."""
    fingerprint(pem)
    path = folder / FILE
    fresh = path.with_suffix(".new")
    with fresh.open("w") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
