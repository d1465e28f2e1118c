"""Keys that come out the same for the same seed.

A world needs signatures that nobody else can make, not the mathematics of a curve, and half of its time went
into those: so most seeds sign with a keyed hash, whose secret never leaves the key, and every
25th seed with Ed25519 and P-256. The bytes have the same shapes, the code under test is the same,
and the curves themselves are tested by the protocol's vectors.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from nguon_protocol import envelope
from nguon_protocol.documents import PARSERS, Order, Plan
from nguon_protocol.keys import ED25519, P256, Ed25519Signer, P256Signer, PublicKey, Signer

REAL_EVERY, REAL_FROM = 25, 5
"""Seeds 5, 30, 55 and so on: small worlds, for a big one makes ten times as many signatures."""
_STEADY = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SHARED: tuple[tuple[str, Any], ...] = (("plan", Plan), ("order", Order))
_secrets: dict[PublicKey, bytes] = {}
_real_verify = PublicKey.verify
_real = True


class SteadyP256(P256Signer):
    """A P-256 key whose signatures are the same for the same message (RFC 6979)."""

    def sign(self, message: bytes) -> bytes:
        """This function will give the DER signature over the SHA-256 of the message."""
        return self._private.sign(message, _STEADY)


class _Hashing:
    """Stands for a key: a keyed BLAKE2b is the signature, a hash of the secret the public half."""

    def __init__(self, alg: str, name: str) -> None:
        self._secret = hashlib.blake2b(f"{alg} {name}".encode()).digest()
        public = hashlib.blake2b(self._secret).digest()
        self.public = PublicKey(alg, public[:32] if alg == ED25519 else b"\4" + public)
        _secrets[self.public] = self._secret

    def sign(self, message: bytes) -> bytes:
        return _hashed(self._secret, message)


def ed25519_key(name: str) -> Ed25519Signer:
    """This function will make the Ed25519 key of that name, or what stands for it."""
    if not _real:
        return cast(Ed25519Signer, _Hashing(ED25519, name))
    secret = hashlib.sha256(b"ed25519" + name.encode()).digest()
    return Ed25519Signer(ed25519.Ed25519PrivateKey.from_private_bytes(secret))


def p256_key(name: str) -> P256Signer:
    """This function will make the P-256 key of that name, or what stands for it."""
    if not _real:
        return cast(P256Signer, _Hashing(P256, name))
    number = int.from_bytes(hashlib.sha512(b"p256" + name.encode()).digest()) % (_ORDER - 1) + 1
    return SteadyP256(ec.derive_private_key(number, ec.SECP256R1()))


def pair(name: str) -> list[Signer]:
    """This function will make the two keys that each holder has."""
    return [ed25519_key(name), p256_key(name)]


@contextmanager
def of_seed(seed: int) -> Iterator[None]:
    """This function will have this process make and check, for a while, the keys that a seed asks for, and
    read each envelope and body once: many loudspeakers share documents. What is valid and what
    is not stays as it was.
    """
    global _real  # one process lives through one world after the other
    _real = seed % REAL_EVERY == REAL_FROM
    usual = [(kind, document, document.__dict__["parse"]) for kind, document in _SHARED]
    PublicKey.verify = _verify  # type: ignore[method-assign,assignment]
    parsers = cast(dict[str, Any], PARSERS)
    read = envelope.parse
    envelope.parse = lru_cache(maxsize=2_000)(read)
    for kind, document, _ in usual:
        parsers[kind] = lru_cache(maxsize=2_000)(document.parse)
        document.parse = staticmethod(parsers[kind])
    try:
        yield
    finally:
        PublicKey.verify = _real_verify  # type: ignore[method-assign]
        envelope.parse = read
        for kind, document, parse in usual:
            document.parse = parse
            parsers[kind] = document.parse
        _secrets.clear()
        _remembered.cache_clear()
        _real = True


def _verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
    if _real:
        return _remembered(key, signature, message)
    secret = _secrets.get(key)
    return secret is not None and signature == _hashed(secret, message)


@lru_cache(maxsize=100_000)
def _remembered(key: PublicKey, signature: bytes, message: bytes) -> bool:
    return _real_verify(key, signature, message)


def _hashed(secret: bytes, message: bytes) -> bytes:
    return hashlib.blake2b(message, key=secret).digest()
