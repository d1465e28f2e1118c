"""Keys that come out the same for the same seed, and signatures that are checked once for the same bytes."""

import hashlib
from functools import lru_cache
from typing import Any, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from nguon_protocol.documents import PARSERS, Order, Plan
from nguon_protocol.keys import Ed25519Signer, P256Signer, PublicKey, Signer

_STEADY = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_verify = PublicKey.verify


class SteadyP256(P256Signer):
    """A P-256 key whose signatures are the same for the same message (RFC 6979)."""

    def sign(self, message: bytes) -> bytes:
        """This function will give the DER signature over the SHA-256 of the message."""
        return self._private.sign(message, _STEADY)


def ed25519_key(name: str) -> Ed25519Signer:
    """This function will make the Ed25519 key of that name."""
    secret = hashlib.sha256(b"ed25519" + name.encode()).digest()
    return Ed25519Signer(ed25519.Ed25519PrivateKey.from_private_bytes(secret))


def p256_key(name: str) -> P256Signer:
    """This function will make the P-256 key of that name."""
    number = int.from_bytes(hashlib.sha512(b"p256" + name.encode()).digest()) % (_ORDER - 1) + 1
    return SteadyP256(ec.derive_private_key(number, ec.SECP256R1()))


def pair(name: str) -> list[Signer]:
    """This function will make the two keys that each holder has."""
    return [ed25519_key(name), p256_key(name)]


@lru_cache(maxsize=100_000)
def _remembered(key: PublicKey, signature: bytes, message: bytes) -> bool:
    return _verify(key, signature, message)


def remember_work() -> None:
    """This function will make this process check each (key, signature, message) and read each body once: many
    loudspeakers share documents. What is valid and what is not stays as it was.
    """
    PublicKey.verify = lambda self, signature, message: _remembered(self, signature, message)  # type: ignore[method-assign]
    for kind, document in (("plan", Plan), ("order", Order)):
        if not hasattr(document.parse, "cache_info"):
            read = lru_cache(maxsize=2_000)(document.parse)
            document.parse = staticmethod(read)  # type: ignore[method-assign,assignment]
            cast(dict[str, Any], PARSERS)[kind] = read
