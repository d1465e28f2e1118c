"""The DSSE envelope (github.com/secure-systems-lab/dsse, v1): bytes, what they claim to be, who signed."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nguon_protocol import strict_json
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey, Signer

MAX_SIGNATURES = 8


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature with its hint of a key name; the hint is never trusted."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed envelope; nothing in it is verified yet."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]
    sha256: str = field(init=False)
    """The hex SHA-256 of the body, the name by which documents are fetched."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.payload).hexdigest())


@dataclass(frozen=True, slots=True)
class HolderKey:
    """A public key and the person or machine that holds it; two keys of one holder count once."""

    key: PublicKey
    holder: str


def payload_type(document_type: str) -> str:
    """Give the media type of a document type, for instance application/vnd.loa.plan.v1+json."""
    return f"application/vnd.loa.{document_type}.v1+json"


def pae(kind: str, body: bytes) -> bytes:
    """Give the bytes that are signed: DSSE's pre-authentication encoding of media type and body."""
    name = kind.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(body), body)


def sign(body: bytes, kind: str, signers: Sequence[Signer]) -> str:
    """Sign the body under its media type with every signer and give the envelope as JSON text.

    Raises ProtocolError without a signer (no code path emits an unsigned document) or when it is too big.
    """
    if not 0 < len(signers) <= MAX_SIGNATURES:
        raise ProtocolError(f"an envelope has 1 to {MAX_SIGNATURES} signatures, not {len(signers)}")
    message = pae(kind, body)
    data = strict_json.dumps(
        {
            "payload": base64.b64encode(body).decode("ascii"),
            "payloadType": kind,
            "signatures": [
                {"keyid": one.public.kid, "sig": base64.b64encode(one.sign(message)).decode("ascii")}
                for one in signers
            ],
        }
    )
    if len(data) > strict_json.MAX_BYTES:
        raise ProtocolError(f"the envelope has {len(data)} bytes, more than {strict_json.MAX_BYTES}")
    return data.decode("utf-8")


def parse(envelope: str | bytes) -> Envelope:
    """Read an envelope's shape; ProtocolError when it is not exactly that shape."""
    data = envelope.encode("utf-8", "surrogatepass") if isinstance(envelope, str) else envelope
    value = strict_json.loads(data)
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise ProtocolError("an envelope has payload, payloadType and signatures, nothing else")
    signatures = value["signatures"]
    if not isinstance(signatures, list) or not 0 < len(signatures) <= MAX_SIGNATURES:
        raise ProtocolError(f"an envelope has 1 to {MAX_SIGNATURES} signatures")
    if not isinstance(value["payloadType"], str):
        raise ProtocolError("payloadType is not text")
    return Envelope(
        payload=_decode(value["payload"]),
        payload_type=value["payloadType"],
        signatures=tuple(_signature(one) for one in signatures),
    )


def valid_keys(envelope: Envelope, keys: Mapping[str, HolderKey]) -> frozenset[str]:
    """Give the ids of those of `keys` that really signed this envelope."""
    message = pae(envelope.payload_type, envelope.payload)
    found: set[str] = set()
    for signature in envelope.signatures:
        hinted = [signature.keyid] if signature.keyid in keys else []
        for kid in [*hinted, *(other for other in keys if other != signature.keyid)]:
            if keys[kid].key.verify(signature.sig, message):
                found.add(kid)
                break
    return frozenset(found)


def verify(envelope: Envelope, keys: Mapping[str, HolderKey]) -> frozenset[str]:
    """Give the distinct holders among `keys` whose signature on this envelope is valid; may be empty."""
    return frozenset(keys[kid].holder for kid in valid_keys(envelope, keys))


def _signature(value: object) -> Signature:
    if not isinstance(value, dict) or set(value) != {"keyid", "sig"} or not isinstance(value["keyid"], str):
        raise ProtocolError("a signature has keyid and sig, nothing else")
    return Signature(value["keyid"], _decode(value["sig"]))


def _decode(value: object) -> bytes:
    if not isinstance(value, str):
        raise ProtocolError("base64 is not text")
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError("not base64") from error
    if base64.b64encode(data).decode("ascii") != value:
        raise ProtocolError("base64 in another than its one form")
    return data
