"""The same signature in other bytes: what may be taken for another, and what no verifier should read."""

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from nguon_protocol.conformance.cast import P256_ORDER

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def other_half(sig: bytes) -> bytes:
    """Give the other valid ECDSA signature: (r, n - s)."""
    r, s = decode_dss_signature(sig)
    return encode_dss_signature(r, P256_ORDER - s)


def long_length(sig: bytes) -> bytes:
    """Give the signature in BER that is not DER: the outer length in two bytes where one is enough."""
    return sig[:1] + b"\x81" + sig[1:]


def padded_integer(sig: bytes) -> bytes:
    """Give the signature with a zero byte too many before r."""
    length = sig[3]
    return sig[:1] + bytes([sig[1] + 1]) + sig[2:3] + bytes([length + 1]) + b"\0" + sig[4:]


def trailing(sig: bytes) -> bytes:
    """Give the signature with a byte after its end."""
    return sig + b"\0"


def added_order(sig: bytes) -> bytes:
    """Give the Ed25519 signature with S + L, which the same equation fulfils (RFC 8032, 5.1.7 forbids it)."""
    s = int.from_bytes(sig[32:], "little") + ED25519_ORDER
    return sig[:32] + s.to_bytes(32, "little")
