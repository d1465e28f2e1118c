"""Only what the pinned key has signed is looked at."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from nguon.adapters.cap.checking import of_tree, read
from nguon.adapters.cap.faults import NotCap
from nguon.adapters.cap.signing import NoCertificate, certificate, is_signed, signed_tree
from nguon.adapters.cap.tests.cast import STORM, storm
from nguon.adapters.cap.tests.signers import Signer

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
NS = "{urn:oasis:names:tc:emergency:cap:1.2}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.made(AT)


def codes(data: bytes, pem: str, at: datetime = AT) -> set[str]:
    with pytest.raises(NotCap) as caught:
        signed_tree(data, pem, at=at)
    return {fault.code for fault in caught.value.faults}


def test_a_signed_message_is_the_same_message(signer: Signer) -> None:
    signed = signer.sign(storm())
    assert is_signed(signed)
    assert not is_signed(storm())
    assert read(signed).valid  # the schema allows the signature
    assert of_tree(signed_tree(signed, signer.pem, at=AT)).message == read(storm()).message


def test_what_is_not_signed_by_the_pinned_key_is_refused(signer: Signer) -> None:
    signed = signer.sign(storm())
    assert codes(storm(), signer.pem) == {"unsigned"}
    assert codes(signed, Signer.made(AT).pem) == {"signature"}
    assert codes(signed.replace("trưa nay".encode(), "chiều nay".encode()), signer.pem) == {"signature"}
    assert codes(signed, signer.pem, AT + timedelta(days=4000)) == {"certificate"}


def test_each_broken_byte_of_a_signature_is_refused(signer: Signer) -> None:
    signed = signer.sign(storm())
    root = etree.fromstring(signed)
    value = root.find(f"{DS}Signature/{DS}SignatureValue")
    assert value is not None
    assert value.text
    raw = base64.b64decode(value.text)
    for place in range(0, len(raw), 7):
        broken = bytearray(raw)
        broken[place] ^= 1
        value.text = base64.b64encode(broken).decode()
        assert codes(etree.tostring(root), signer.pem) == {"signature"}


def test_a_signed_message_wrapped_into_another_is_not_the_other(signer: Signer) -> None:
    """A signature that names a part of the document by an id is not over all of it."""
    inner = etree.fromstring(signer.sign(storm()))
    outer = etree.fromstring(STORM.replace("Bão số 3", "Giả mạo").encode())
    signature = inner.find(f"{DS}Signature")
    assert signature is not None
    outer.append(signature)
    assert codes(etree.tostring(outer), signer.pem) == {"signature"}
    two = etree.fromstring(signer.sign(storm()))
    two.append(etree.fromstring(etree.tostring(signature)))
    assert codes(etree.tostring(two), signer.pem) == {"signature"}


def test_a_certificate_must_be_one() -> None:
    for text in ("", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(NoCertificate):
            certificate(text)
