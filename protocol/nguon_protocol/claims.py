"""The claim code: eight characters that a person reads from a loudspeaker and types into the console."""

import secrets

from nguon_protocol.errors import ProtocolError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: nothing in it is mistaken for anything else."""
LENGTH = 8
LIFETIME_S = 600


def new_code() -> str:
    """Make a random code, 39 bits, without the dash it is shown with."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def show(code: str) -> str:
    """Give the code as people read it: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def normalise(text: str) -> str:
    """Read what somebody typed (any case, spaces and dashes anywhere); ProtocolError when it is no code."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        raise ProtocolError("a claim code has 8 letters or digits, without 0 O 1 I L")
    return code
