"""A security key in software, which can also be told to misbehave: what a browser would hand over."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from nguon_signer.assertions import Assertion

ORIGIN = "https://nguon.example.vn"
UP, UV, AT = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One P-256 credential; `count` is the next sign count less one (None: a synced key, always 0)."""

    origin: str = ORIGIN
    rp_id: str = "nguon.example.vn"
    count: int | None = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def credential_id(self) -> str:
        """This function will give the credential's name in base64url."""
        return bytes_to_base64url(self.credential)

    @property
    def public_key(self) -> str:
        """This function will give the COSE key in base64url."""
        return bytes_to_base64url(self._cose())

    def _cose(self) -> bytes:
        point = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        if self.count is not None:
            self.count += 1
        head = hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags])
        return head + (self.count or 0).to_bytes(4, "big") + more

    def _client(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": bytes_to_base64url(challenge), "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def touch(self, challenge: bytes, flags: int = UP | UV, kind: str = "webauthn.get") -> Assertion:
        """This function will sign a challenge, the person present and verified unless `flags` say else."""
        data, client = self._data(flags), self._client(kind, challenge)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return Assertion(self.credential_id, *map(bytes_to_base64url, (data, client, signature)))

    def register(self, challenge: bytes) -> dict[str, Any]:
        """This function will give what navigator.credentials.create() gives, as JSON, without attestation."""
        more = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._cose()
        data = self._data(UP | UV | AT, more)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "id": self.credential_id,
            "rawId": self.credential_id,
            "type": "public-key",
            "response": {
                "clientDataJSON": bytes_to_base64url(self._client("webauthn.create", challenge)),
                "attestationObject": bytes_to_base64url(attestation),
            },
        }
