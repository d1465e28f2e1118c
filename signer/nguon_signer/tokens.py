"""Where a holder's keys lie: in files of that person's own machine, or in a PIV token (YubiKey and others).

Tokens come by way of securesystemslib's HSMSigner (PKCS#11). It is installed on a holder's machine alone.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nguon_protocol.keys import P256, PublicKey, Signer
from nguon_signer import keys
from nguon_signer.errors import SignerError

PIV = "piv:"
DIGITAL_SIGNATURE = 2
"""PKCS#11's number of PIV slot 9c, which asks for the PIN at every signature."""


class TokenSigner:
    """One P-256 key in a PIV token."""

    def __init__(self, hsm: Any, public: PublicKey) -> None:
        self._hsm = hsm
        self.public = public

    def sign(self, message: bytes) -> bytes:
        """This function will have the token sign (DER); it asks for the PIN."""
        return bytes.fromhex(self._hsm.sign(message).signature)


def signers(where: str) -> list[Signer]:
    """This function will load a holder's keys from a folder, or from the token named piv:[SLOT].

    Raises SignerError in one sentence when they are not there.
    """
    return [*_token(where.removeprefix(PIV))] if where.startswith(PIV) else [*keys.read(Path(where))]


def _token(slot: str) -> list[Signer]:
    try:
        import_module("PyKCS11")
        hsm = import_module("securesystemslib.signer").HSMSigner
    except ImportError:
        raise SignerError(
            "A PIV token needs more on this machine: pip install 'securesystemslib[hsm]', and the token's"
            " PKCS#11 library (PYKCS11LIB)."
        ) from None
    try:
        number = int(slot) if slot else DIGITAL_SIGNATURE
        uri, key = hsm.import_(number)
        opened = hsm.from_priv_key_uri(uri, key)
        public = serialization.load_pem_public_key(key.keyval["public"].encode())
    except Exception as error:  # the libraries of tokens raise what they like
        raise SignerError(f"The PIV token cannot be used: {type(error).__name__}: {error}.") from error
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise SignerError("The PIV token holds no P-256 key in this slot.")
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return [TokenSigner(opened, PublicKey(P256, point))]
