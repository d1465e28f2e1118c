"""The fingerprint of a certificate, as two screens show it for a person to compare."""

import hashlib
import ssl

from nguon_protocol.errors import ProtocolError

MOST_BYTES = 20_000


def fingerprint(pem: str) -> str:
    """Give the first 160 bits of a PEM certificate's SHA-256 in groups of four hex digits; ProtocolError when
    it is no certificate."""
    try:
        if len(pem) > MOST_BYTES:
            raise ValueError("too long")
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.strip())).hexdigest()[:40]
    except ValueError as error:
        raise ProtocolError("not one certificate in PEM") from error
    return " ".join(digest[at : at + 4] for at in range(0, 40, 4))
