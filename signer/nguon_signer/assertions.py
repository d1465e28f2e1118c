"""One touch of a security key, checked: which key, for what, on which page, with the person verified.

W3C Web Authentication Level 2, section 7.2, by py_webauthn; the challenge is not random but names the
decision (nguon_protocol.approvals).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from webauthn import verify_authentication_response
from webauthn.helpers import base64url_to_bytes, decode_credential_public_key
from webauthn.helpers.exceptions import WebAuthnException

from nguon_signer.errors import SignerError

_LONGEST = 16_384
_SECURE = ("https", "http")


class BadAssertion(Exception):
    """The assertion proves nothing; the text says why."""


@dataclass(frozen=True)
class Assertion:
    """What a browser gave, in base64url without padding, as the server keeps it."""

    credential_id: str
    authenticator_data: str
    client_data: str
    signature: str

    @property
    def sha256(self) -> str:
        """This function will name this very touch (hex)."""
        whole = "|".join((self.credential_id, self.authenticator_data, self.client_data, self.signature))
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True)
class Site:
    """Where people's keys are used: `origin` as browsers write it, for instance https://nguon.example.vn."""

    origin: str

    @property
    def rp_id(self) -> str:
        """This function will give the name that keys are bound to: the origin's host."""
        return urlsplit(self.origin).hostname or ""


def site_of(origin: str) -> Site:
    """This function will read an origin; raises SignerError unless it is https, or http on this machine."""
    parts = urlsplit(origin)
    plain = parts.scheme in _SECURE and parts.hostname and origin == f"{parts.scheme}://{parts.netloc}"
    if not plain or (parts.scheme == "http" and parts.hostname != "localhost"):
        raise SignerError(f"{origin[:80]!r} is no origin: https://HOST[:PORT], or http://localhost[:PORT].")
    return Site(origin)


def material(public_key: str) -> str:
    """This function will name a public key by its numbers alone: one key can be written as COSE in many ways.

    What cannot be read is named by its own text.
    """
    try:
        found = decode_credential_public_key(base64url_to_bytes(public_key))
    except Exception:  # whatever stands in a row: it proves nothing, but has a name
        return public_key
    parts = [getattr(found, name, b"") or b"" for name in ("x", "y", "n", "e")]
    return ":".join(bytes(part).hex() for part in parts)


def verify(assertion: Assertion, challenge: bytes, public_key: str, site: Site, above: int) -> int:
    """This function will check a touch and give its sign count; raises BadAssertion.

    `public_key` is COSE in base64url; a sign count that is not 0 must be above `above`.
    """
    parts = (assertion.authenticator_data, assertion.client_data, assertion.signature)
    if any(len(part) > _LONGEST for part in (*parts, assertion.credential_id)):
        raise BadAssertion("it is too long")
    try:
        found = verify_authentication_response(
            credential=_as_browsers_say(assertion),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=above,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise BadAssertion(str(error).split("\n", maxsplit=1)[0][:200]) from error
    except Exception as error:  # whatever bytes a thief sends: what cannot be read proves nothing
        raise BadAssertion(f"it cannot be read ({type(error).__name__})") from error
    return found.new_sign_count


def _as_browsers_say(assertion: Assertion) -> dict[str, object]:
    return {
        "id": assertion.credential_id,
        "rawId": assertion.credential_id,
        "type": "public-key",
        "response": {
            "authenticatorData": assertion.authenticator_data,
            "clientDataJSON": assertion.client_data,
            "signature": assertion.signature,
        },
    }
