"""The key and certificate for CAP messages, apart from those that loudspeakers obey, and the signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from nguon_signer import keys
from nguon_signer.errors import StoreMissing

FOLDER, KEY, CERTIFICATE = "cap", "p256.pem", "certificate.pem"
_LIFE = timedelta(days=3653)


class CapKey:
    """A P-256 key with a certificate that it signs itself; whoever takes our messages pins it."""

    def __init__(self, folder: Path, name: str, now: int) -> None:
        """This function will load the key of a store, or make it at its first use."""
        home = folder / FOLDER
        if not (home / CERTIFICATE).is_file():
            _make(home, name, datetime.fromtimestamp(now, UTC))
        key = load_pem_private_key(keys.read_secret(home / KEY), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise StoreMissing(f"The key file {home / KEY} holds no key for CAP: nothing is signed.")
        self._key = key
        self.certificate = (home / CERTIFICATE).read_text("ascii")

    def sign(self, message: bytes) -> bytes:
        """This function will add an enveloped XML signature over the whole message, with the certificate."""
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256, digest_algorithm=DigestAlgorithm.SHA256
        )
        signed = signer.sign(etree.fromstring(message), key=self._key, cert=[self.certificate])
        text: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
        return text


def _make(home: Path, name: str, at: datetime) -> None:
    """The certificate is written last: without it the key is made anew."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / KEY).unlink(missing_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys.write_secret(home / KEY, pem)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _LIFE)
    )
    certificate = built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    keys.write_secret(home / CERTIFICATE, certificate)
