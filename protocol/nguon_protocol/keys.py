"""Keys of two kinds: Ed25519 (libsodium, OpenSSL) and P-256 (TPM, PIV, HSM, Mbed TLS). Either is enough."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from nguon_protocol.errors import ProtocolError

ED25519 = "ed25519"
P256 = "p256"
_PUBLIC_LENGTH = {ED25519: 32, P256: 65}
_ECDSA = ec.ECDSA(hashes.SHA256())


def key_id(alg: str, pub: bytes) -> str:
    """Name a public key: the first 16 hex digits of SHA-256 over the algorithm's name and the key's bytes."""
    return hashlib.sha256(alg.encode("ascii") + pub).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as documents carry it: `alg` ed25519 (32 bytes) or p256 (65-byte uncompressed point)."""

    alg: str
    pub: bytes

    def __post_init__(self) -> None:
        if _PUBLIC_LENGTH.get(self.alg) != len(self.pub):
            raise ProtocolError(f"no {self.alg[:20]} key has {len(self.pub)} bytes")

    @property
    def kid(self) -> str:
        """Give the key's name."""
        return key_id(self.alg, self.pub)

    @property
    def fingerprint(self) -> str:
        """Give 32 hex digits in groups of four, for two people to compare aloud."""
        digest = hashlib.sha256(self.alg.encode("ascii") + self.pub).hexdigest()[:32]
        return " ".join(digest[index : index + 4] for index in range(0, 32, 4))

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Say whether the signature (64 bytes for Ed25519, DER for P-256) is this key's over the message."""
        try:
            if self.alg == ED25519:
                ed25519.Ed25519PublicKey.from_public_bytes(self.pub).verify(signature, message)
            else:
                point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.pub)
                point.verify(signature, message, _ECDSA)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_json(self) -> dict[str, str]:
        """Give {"alg", "pub" (hex)}."""
        return {"alg": self.alg, "pub": self.pub.hex()}

    @classmethod
    def from_hex(cls, alg: str, pub: str) -> "PublicKey":
        """Read a key from its algorithm's name and lower-case hex; ProtocolError when it is neither."""
        try:
            raw = bytes.fromhex(pub)
        except ValueError as error:
            raise ProtocolError("public key is not hex") from error
        if raw.hex() != pub:
            raise ProtocolError("public key is not lower-case hex")
        return cls(alg, raw)


class Signer(Protocol):
    """Whatever can sign: a key in a file, a token, a TPM."""

    @property
    def public(self) -> PublicKey:
        """Give the public half."""

    def sign(self, message: bytes) -> bytes:
        """Sign the message's bytes."""


class Ed25519Signer:
    """An Ed25519 private key in memory."""

    def __init__(self, private: ed25519.Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public: PublicKey = PublicKey(ED25519, raw)

    def sign(self, message: bytes) -> bytes:
        """Give the 64-byte signature over the message."""
        return self._private.sign(message)

    def to_pem(self) -> bytes:
        """Give the private key as unencrypted PKCS#8 PEM; the caller keeps it at mode 0600."""
        return _pem(self._private)


class P256Signer:
    """A P-256 private key in memory."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        if not isinstance(private.curve, ec.SECP256R1):
            raise ProtocolError("only the curve P-256 is used")
        self._private = private
        raw = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public: PublicKey = PublicKey(P256, raw)

    def sign(self, message: bytes) -> bytes:
        """Give the DER signature over the SHA-256 of the message."""
        return self._private.sign(message, _ECDSA)

    def to_pem(self) -> bytes:
        """Give the private key as unencrypted PKCS#8 PEM; the caller keeps it at mode 0600."""
        return _pem(self._private)


def generate(alg: str = ED25519) -> Ed25519Signer | P256Signer:
    """Make a fresh private key of the kind named."""
    if alg == ED25519:
        return Ed25519Signer(ed25519.Ed25519PrivateKey.generate())
    if alg == P256:
        return P256Signer(ec.generate_private_key(ec.SECP256R1()))
    raise ProtocolError(f"no algorithm {alg[:20]}")


def load_pem(pem: bytes) -> Ed25519Signer | P256Signer:
    """Read a private key written by `to_pem`; ProtocolError when it is anything else."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise ProtocolError("not a private key in PEM") from error
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return Ed25519Signer(private)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return P256Signer(private)
    raise ProtocolError("neither an Ed25519 nor a P-256 key")


def _pem(private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
