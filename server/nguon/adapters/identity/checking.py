"""Whether single sign-on would work as configured: each fault by its slug, without a sign-in."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from requests import RequestException, Response
from requests.exceptions import SSLError

from nguon.adapters.identity import ALGORITHMS, DISCOVERY, ENDPOINTS, LEEWAY, _guarded, callback_url, known

NEEDED = ("NGUON_SSO_ISSUER", "NGUON_SSO_CLIENT_ID", "NGUON_SSO_SECRET_FILE")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps people from signing in: a slug and what it is about."""

    code: str
    what: str = ""


def faults(now: datetime) -> list[Fault]:
    """This function will ask the provider all that a sign-in asks it, and return what is wrong; nothing is
    empty. What a later step needs of an earlier one is not asked when that one failed.
    """
    found = list(_own())
    return found or list(_of_the_provider(now))


def _own() -> Iterator[Fault]:
    given = {name: getattr(settings, name) for name in NEEDED}
    if not any(given.values()):
        yield Fault("off")
        return
    missing = [name for name, value in given.items() if not value]
    if missing:
        yield Fault("missing", ", ".join(missing))
    if given["NGUON_SSO_ISSUER"] and not _guarded(given["NGUON_SSO_ISSUER"]):
        yield Fault("issuer-not-https", given["NGUON_SSO_ISSUER"])
    if given["NGUON_SSO_SECRET_FILE"]:
        yield from _secret_file(Path(given["NGUON_SSO_SECRET_FILE"]))
    if not _guarded(callback_url()):
        yield Fault("back-not-https", callback_url())


def _secret_file(path: Path) -> Iterator[Fault]:
    try:
        open_to_others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        yield Fault("secret-unreadable", f"{path} ({getattr(error, 'strerror', '') or 'UTF-8'})")
        return
    if open_to_others:
        yield Fault("secret-open", str(path))
    if not text:
        yield Fault("secret-empty", str(path))


def _of_the_provider(now: datetime) -> Iterator[Fault]:
    sso = known()
    assert sso is not None  # noqa: S101 - asked before
    url = sso.issuer.rstrip("/") + DISCOVERY
    told, answer, fault = _json("get", url)
    if fault is not None or answer is None:
        yield fault or Fault("no-answer", url)
        return
    yield from _clock(answer, now)
    if told.get("issuer") != sso.issuer:
        yield Fault("another-issuer", str(told.get("issuer")))
    unsafe = [name for name in ENDPOINTS if not _guarded(str(told.get(name, "")))]
    yield from (Fault("endpoint", name) for name in unsafe)
    offered = told.get("id_token_signing_alg_values_supported", ALGORITHMS)
    if not set(ALGORITHMS).intersection(offered):
        yield Fault("algorithms", ", ".join(map(str, offered)))
    if "S256" not in told.get("code_challenge_methods_supported", ["S256"]):
        yield Fault("no-pkce")
    if "jwks_uri" not in unsafe:
        yield from _keys(str(told["jwks_uri"]))
    if "token_endpoint" not in unsafe:
        yield from _client(str(told["token_endpoint"]), sso.client_id, sso.secret())


def _clock(answer: Response, now: datetime) -> Iterator[Fault]:
    with suppress(TypeError, ValueError):
        theirs = parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
        apart = abs((theirs - now).total_seconds())
        if apart > LEEWAY:
            yield Fault("clocks", f"{apart:.0f}")


def _keys(url: str) -> Iterator[Fault]:
    told, _answer, fault = _json("get", url)
    if fault is not None:
        yield fault
        return
    try:
        jwt.PyJWKSet.from_dict(told)
    except (jwt.PyJWTError, TypeError, AttributeError):
        yield Fault("no-keys", url)


def _client(url: str, client_id: str, secret: str) -> Iterator[Fault]:
    """A code that nobody got: a provider that knows our client refuses the code, another one the client."""
    asked = {
        "grant_type": "authorization_code",
        "code": "nguon-sso-check",
        "redirect_uri": callback_url(),
        "client_id": client_id,
        "client_secret": secret,
        "code_verifier": "nguon-sso-check-" + "0" * 40,
    }
    told, answer, fault = _json("post", url, asked)
    if answer is None:
        yield fault or Fault("no-answer", url)
        return
    error = str(told.get("error", ""))
    if error in {"invalid_client", "unauthorized_client"} or answer.status_code == 401:
        yield Fault("client-refused", client_id)
    elif not error or error in {"unsupported_grant_type", "server_error"}:
        yield Fault("token-odd", f"{urlsplit(url).path} {answer.status_code} {error}".strip())


def _json(
    method: str, url: str, data: dict[str, str] | None = None
) -> tuple[dict[str, Any], Response | None, Fault | None]:
    """What an address says as a JSON object, its answer, and what is wrong with it."""
    try:
        with get_adapter().get_requests_session() as session:
            answer: Response = session.request(method, url, data=data)
    except SSLError:
        return {}, None, Fault("certificate", url)
    except (RequestException, ValueError) as error:
        return {}, None, Fault("no-answer", f"{url} ({type(error).__name__})")
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict) and (data is not None or answer.ok):
        return found, answer, None
    return {}, answer, Fault("not-json", f"{url} ({answer.status_code})")
