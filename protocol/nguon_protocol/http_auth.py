"""How a device proves itself over HTTP: `Authorization: LOA <device>:<ts>:<hex signature>`."""

import hashlib
from dataclasses import dataclass

from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey, Signer

SCHEME = "LOA"
MAX_SKEW_S = 300


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the header says; proven only after `verify`."""

    device: str
    ts: int
    signature: bytes


def message(method: str, path: str, ts: int, body: bytes) -> bytes:
    """Give the bytes that the device signs; `path` includes the query."""
    digest = hashlib.sha256(body).hexdigest()
    return f"LOAHTTP1|{method.upper()}|{path}|{ts}|{digest}".encode()


def header(signer: Signer, device: str, method: str, path: str, ts: int, body: bytes = b"") -> str:
    """Make the value of the Authorization header for one request at ts (epoch seconds)."""
    return f"{SCHEME} {device}:{ts}:{signer.sign(message(method, path, ts, body)).hex()}"


def parse(value: str) -> Credentials:
    """Read a header's value; ProtocolError when it is not of this scheme."""
    scheme, _, rest = value.partition(" ")
    parts = rest.split(":")
    if scheme != SCHEME or len(parts) != 3 or not parts[1].isascii() or not parts[1].isdecimal():
        raise ProtocolError("not a LOA header")
    device, ts, signature = parts
    if len(device) > 64 or len(ts) > 12 or len(signature) > 256:
        raise ProtocolError("a LOA header's parts are shorter")
    try:
        return Credentials(device, int(ts), bytes.fromhex(signature))
    except ValueError as error:
        raise ProtocolError("the signature is not hex") from error


def verify(
    credentials: Credentials,
    key: PublicKey,
    method: str,
    path: str,
    body: bytes,
    now: int,
    max_skew: int | None = MAX_SKEW_S,
) -> bool:
    """Say whether this device's key signed this request, within max_skew seconds of now.

    max_skew None leaves the time out: a device without a clock must be able to fetch its first beacon.
    """
    if max_skew is not None and abs(credentials.ts - now) > max_skew:
        return False
    return key.verify(credentials.signature, message(method, path, credentials.ts, body))
