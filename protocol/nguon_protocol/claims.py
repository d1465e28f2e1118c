"""The claim code: eight characters that a person reads from a loudspeaker and types into the console."""

import re
import secrets
import unicodedata

from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import PublicKey, Signer

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: nothing in it is mistaken for anything else."""
LENGTH = 8
LIFETIME_S = 600


def new_code() -> str:
    """Make a random code, 39 bits, without the dash it is shown with."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def proof(code: str, signer: Signer) -> str:
    """Give the hex signature by which a loudspeaker shows that it holds the key that it asks under."""
    return signer.sign(_said(code)).hex()


def is_proven(code: str, key: PublicKey, signature: str) -> bool:
    """Say whether the holder of the key signed this very code; a code is fresh each time."""
    try:
        return key.verify(bytes.fromhex(signature), _said(normalise(code)))
    except (ProtocolError, ValueError):
        return False


def _said(code: str) -> bytes:
    return f"LOACLAIM1|{code}".encode()


def show(code: str) -> str:
    """Give the code as people read it: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def normalise(text: str) -> str:
    """Read what somebody typed (any case, spaces and dashes of any kind anywhere, wide letters);
    ProtocolError when it is no code."""
    code = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        raise ProtocolError("a claim code has 8 letters or digits, without 0 O 1 I L")
    return code
