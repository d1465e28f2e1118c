"""A weather service with a key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner


@dataclass(frozen=True)
class Signer:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    pem: str

    @classmethod
    def made(cls, at: datetime) -> Signer:
        """This function will make a key and a certificate that it signs itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kttv.example")])
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + timedelta(days=365))
        )
        return cls(key, built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode())

    def sign(self, data: bytes) -> bytes:
        """This function will sign a document."""
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256, digest_algorithm=DigestAlgorithm.SHA256
        )
        signed = signer.sign(etree.fromstring(data), key=self.key, cert=[self.pem])
        text: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
        return text
