"""What a person's security key signs: challenges that name exactly one decision, so that none fits another.

A challenge is no random number of the server's: it is the SHA-256 of what is decided. Whoever holds the
assertion can therefore check it at any later time, and use it for nothing else.
"""

import hashlib
from collections.abc import Iterable


def approval_challenge(revision: str, content_sha256: str) -> bytes:
    """Give the 32 bytes that an approver's key signs: this revision (UUID), with this content (hex)."""
    return _challenge("LOA-APPROVAL-1", revision, content_sha256)


def grant_challenge(
    passkey: str, user: int, credential_id: str, public_key: str, role: str, area: str
) -> bytes:
    """Give the 32 bytes that an administrator's key signs: this key of this person may do this here.

    `credential_id` and `public_key` (COSE) are base64url without padding, as they are kept.
    """
    return _challenge("LOA-GRANT-1", passkey, str(user), credential_id, public_key, role, area)


def live_challenge(session: str, minutes: int, targets: Iterable[str]) -> bytes:
    """Give the 32 bytes that a speaker's key signs: this session (UUID), for so long, at these targets."""
    return _challenge("LOA-LIVE-1", session, str(minutes), *sorted(targets))


def alert_challenge(alert: str, content_sha256: str) -> bytes:
    """Give the 32 bytes that each of the two officers' keys signs: this alert (UUID), with this content."""
    return _challenge("LOA-ALERT-1", alert, content_sha256)


def _challenge(*parts: str) -> bytes:
    # Each part is preceded by its length: no two lists of parts have the same text.
    text = "".join(f"{len(part)}:{part}|" for part in parts)
    return hashlib.sha256(text.encode("utf-8")).digest()
