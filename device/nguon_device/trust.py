"""Whose certificates this device believes: those of the authority that it pinned when it was enrolled.

A server with a certificate of a public authority gives nothing to pin; then the machine's own list counts.
Only a device that is not enrolled yet talks to a server that it cannot verify: it has no secret to lose, and
the fingerprint that it shows beside its claim code is compared by a person before anything is believed.

Whether a certificate is of today is judged by the device's own clock, never by the machine's: a box without
a battery wakes up in another year, and would otherwise refuse the very server that could tell it the time.
While it knows no time, dates are not looked at; what it then hears is signed like everything else.
"""

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nguon_protocol.certificates import fingerprint

FILE = "server-ca.pem"
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python's ssl does not name."""


class Trust:
    """The pinned authority of one device folder; `now` gives epoch seconds, None while no time is known."""

    def __init__(self, folder: Path, now: Callable[[], float | None] = lambda: None) -> None:
        self._file = folder / FILE
        self._now = now

    @property
    def mark(self) -> tuple[int, bool]:
        """Give what changes when another authority is pinned, or when there is a time to judge by: older
        connections are dropped."""
        try:
            pinned = self._file.stat().st_mtime_ns
        except OSError:
            pinned = 0
        return pinned, self._now() is not None

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
        context.verify_flags |= _NO_CHECK_TIME
        context.sslsocket_class = _dated(self._now)
        return context

    def may_look_first(self, *, enrolled: bool) -> bool:
        """Say whether a server that cannot be verified may still be asked to enrol this device."""
        return not enrolled and not self._file.exists()


def _dated(now: Callable[[], float | None]) -> type[ssl.SSLSocket]:
    """Make a socket that hangs up on a certificate which is not of today by this clock."""

    class Dated(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            check_dates(self.getpeercert() or {}, now())

    return Dated


def check_dates(certificate: dict[str, Any], now: float | None) -> None:
    """Raise SSLCertVerificationError when a verified certificate is not yet or no longer good at `now`."""
    if now is None or not certificate:
        return
    first, last = (ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter"))
    if not first <= now <= last:
        raise ssl.SSLCertVerificationError(1, f"the certificate is good from {first} to {last}, not at {now}")


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
