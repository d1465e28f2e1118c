"""Twelve words that two people can compare aloud, for a root or a security key.

The words are those of BIP 39 (the Python package `mnemonic`, MIT licence): 128 bits of a SHA-256 and four
bits of check. Finding another thing with the same words is as hard as finding a collision of 128 bits.
"""

from __future__ import annotations

import hashlib

from mnemonic import Mnemonic

_WORDS = Mnemonic("english")


def of_digest(sha256: str) -> str:
    """This function will give the twelve words of a SHA-256 in hex."""
    return str(_WORDS.to_mnemonic(bytes.fromhex(sha256)[:16]))


def of_passkey(user: int, credential_id: str, public_key: str) -> str:
    """This function will give the twelve words of a person's security key."""
    text = f"LOA-PASSKEY-1|{user}|{credential_id}|{public_key}"
    return of_digest(hashlib.sha256(text.encode()).hexdigest())
