"""The key by which push services know this installation (RFC 8292), made at its first use."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from nguon.kernel.later import later

if TYPE_CHECKING:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    serialization = later("cryptography.hazmat.primitives.serialization")
    ec = later("cryptography.hazmat.primitives.asymmetric.ec")

FILE = "vapid.pem"


def signing_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """This function will return the key in a folder (mode 600), made now if there is none. Two processes may
    ask at once: the first one's stays."""
    path = folder / FILE
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path}: P-256 is asked for")
    return key


def public_key(folder: Path) -> str:
    """This function will return the public key as browsers want it: the uncompressed point in base64url."""
    point = signing_key(folder).public_key()
    kind = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return base64.urlsafe_b64encode(point.public_bytes(*kind)).decode().rstrip("=")


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(half, path)
    except FileExistsError:
        pass
    finally:
        half.unlink()
