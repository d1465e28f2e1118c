"""XML signatures of messages (CAP 1.2, section 3.3.4): enveloped, over the whole document, key pinned."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from nguon.adapters.cap.faults import Fault, NotCap
from nguon.adapters.cap.reading import parsed, tree

DSIG = "http://www.w3.org/2000/09/xmldsig#"
_RULES = SignatureConfiguration(
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.SHA256_RSA_MGF1,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
            SignatureMethod.ECDSA_SHA512,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)
SMALLEST_RSA = 2048  # bits


class NoCertificate(Exception):
    """What was given is no certificate with a key that signatures may be checked by."""


def is_signed(data: bytes) -> bool:
    """This function will say whether a document has a signature at its top, good or not. Raises NotCap."""
    return parsed(data).find(f"{{{DSIG}}}Signature") is not None


def certificate(pem: str) -> x509.Certificate:
    """This function will read a certificate (PEM) with an RSA key of 2048 bits or more, or one on a curve.

    Raises NoCertificate.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise NoCertificate from None
    small = isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA
    if small or not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise NoCertificate
    return found


def signed_tree(data: bytes, pem: str, *, at: datetime) -> etree._Element:
    """This function will return the element `alert` of exactly what the pinned certificate's key has signed,
    so that nothing else of the document is ever looked at.

    Raises NotCap: unsigned, signature, certificate (not in force at `at`), or what `tree` raises.
    """
    pinned = certificate(pem)
    if not pinned.not_valid_before_utc <= at <= pinned.not_valid_after_utc:
        raise NotCap(Fault("certificate", about=f"{pinned.not_valid_after_utc:%d/%m/%Y}"))
    root = parsed(data, whole=True)
    if root.find(f"{{{DSIG}}}Signature") is None:
        raise NotCap(Fault("unsigned"))
    try:
        found = XMLVerifier().verify(root, x509_cert=pinned, expect_config=_RULES)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        raise NotCap(Fault("signature")) from None
    if isinstance(found, list) or not found.signed_data:
        raise NotCap(Fault("signature"))
    return tree(found.signed_data)
