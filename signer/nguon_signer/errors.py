"""What the signer says when it will not, or cannot, sign."""

from __future__ import annotations


class SignerError(Exception):
    """A failure with one sentence for people; the process or the command ends with it."""


class StoreMissing(SignerError):
    """The store folder, or something in it that signing needs, is missing or damaged."""


class DatabaseDown(SignerError):
    """PostgreSQL cannot be asked just now; the same request may be sent again later."""


class Refused(SignerError):
    """The signer looked and will not sign: `reason` is a slug for programs, the text is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
