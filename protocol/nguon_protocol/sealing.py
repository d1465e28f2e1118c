"""Passwords of foreign boxes on their way to a bridge: nobody in between can read or move them.

HPKE (RFC 9180) in its base mode, with X25519, HKDF-SHA256 and ChaCha20-Poly1305. What the password is for
(which device, which box, where it is) is bound into the seal: whoever changes it needs the password again.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from nguon_protocol import strict_json
from nguon_protocol.errors import ProtocolError

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_LABEL = b"NGUONSEAL1"
MOST_BYTES = 4096
BOUND = ("device", "adapter", "address", "box", "username")
"""What a seal is bound to, beside the maker's own options."""


def context(values: Mapping[str, Any]) -> bytes:
    """Give the bytes that a seal is bound to. ProtocolError when a value is missing or no JSON of LSP-1."""
    try:
        bound = {name: values[name] for name in BOUND} | {"options": values["options"]}
    except KeyError as error:
        raise ProtocolError(f"{error} is missing") from None
    return _LABEL + hashlib.sha256(strict_json.dumps(bound)).digest()


def seal(secret: str, key: str, values: Mapping[str, Any]) -> str:
    """Give a secret sealed for whoever holds the private half of `key` (32 bytes in hex), in base64."""
    try:
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError:
        raise ProtocolError("not a key to seal for") from None
    return base64.b64encode(_SUITE.encrypt(secret.encode(), public, context(values))).decode()


def unseal(sealed: str, key: X25519PrivateKey, values: Mapping[str, Any]) -> str:
    """Give the secret back; ProtocolError when it was sealed for another key or for something else."""
    try:
        data = base64.b64decode(sealed, validate=True)
        if len(data) > MOST_BYTES:
            raise ProtocolError("too long")
        return bytes(_SUITE.decrypt(data, key, context(values))).decode()
    except (ValueError, InvalidTag) as error:
        raise ProtocolError("not sealed for this bridge and this box") from error
