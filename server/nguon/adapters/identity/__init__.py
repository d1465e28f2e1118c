"""Single sign-on: the OpenID Connect provider that the operator chose, spoken to through django-allauth.

allauth carries the state, the code and PKCE. Its own reading of an ID token is looser than a public office
should be (no nonce; a token that came over TLS is believed without its signature; whatever issuer a discovery
document names is taken), so that part is here, by OpenID Connect Core 1.0, section 3.1.3.7.
"""

import hashlib
import hmac
import json
import logging
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

CALLBACK = "account_identity_back"  # the name of our address that people come back to
DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60  # seconds that the two clocks may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
HERE = {"localhost", "127.0.0.1", "::1"}
log = logging.getLogger(__name__)

Unusable = (OAuth2Error, RequestException, OSError, ValueError)


@dataclass(frozen=True)
class Known:
    """The identity provider as the operator named it; the secret stays in its file."""

    issuer: str
    client_id: str
    secret_file: Path
    name: str

    @property
    def key(self) -> str:
        """What links of accounts are kept under: another issuer is another key, so that its numbers of
        people are never taken for those of the one before."""
        return f"oidc-{hashlib.sha256(self.issuer.encode()).hexdigest()[:24]}"

    def secret(self) -> str:
        """This function will read the secret; OSError or ValueError when it is missing, empty, or open to
        others."""
        if self.secret_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ValueError(f"{self.secret_file} is open to others: chmod 600")
        found = self.secret_file.read_text(encoding="utf-8").strip()
        if not found:
            raise ValueError(f"{self.secret_file} is empty")
        return found


def known() -> Known | None:
    """This function will return the identity provider, or None where the operator has named none."""
    issuer, client_id = settings.NGUON_SSO_ISSUER, settings.NGUON_SSO_CLIENT_ID
    if not (issuer and client_id and settings.NGUON_SSO_SECRET_FILE and _guarded(issuer)):
        return None
    name = settings.NGUON_SSO_NAME or urlsplit(issuer).hostname or issuer
    return Known(issuer, client_id, Path(settings.NGUON_SSO_SECRET_FILE), name)


def why_off() -> str:
    """This function will say why single sign-on is off though the operator began to configure it, or ""."""
    given = [settings.NGUON_SSO_ISSUER, settings.NGUON_SSO_CLIENT_ID, settings.NGUON_SSO_SECRET_FILE]
    found = known()
    if found is None:
        together = "NGUON_SSO_ISSUER (https), NGUON_SSO_CLIENT_ID and NGUON_SSO_SECRET_FILE belong together"
        return f"single sign-on is off: {together}" if any(given) else ""
    try:
        found.secret()
    except (OSError, ValueError) as error:
        return f"single sign-on does not work: {error}"
    return ""


def apps() -> list[SocialApp]:
    """This function will return the provider in allauth's form, never kept in a table."""
    found = known()
    if found is None:
        return []
    where = {"server_url": found.issuer.rstrip("/") + DISCOVERY, "oauth_pkce_enabled": True}
    return [
        SocialApp(
            provider=OpenIDConnectProvider.id,
            provider_id=found.key,
            name=found.name,
            client_id=found.client_id,
            secret=found.secret(),
            settings=where,
        )
    ]


def callback_url() -> str:
    """This function will return our address that the provider must know ("redirect URI")."""
    public: str = settings.NGUON_PUBLIC_URL
    return public + reverse(CALLBACK)


def address_to_sign_in(request: HttpRequest, *, then: str | None, **kept: str) -> str:
    """This function will return the provider's address to send the browser to; `kept` stays in the session
    until the person is back. Raises one of Unusable.
    """
    here = OpenIDConnect(request, _must_know().key)
    provider = here.get_provider()
    provider.oauth2_adapter_class = OpenIDConnect
    nonce = secrets.token_urlsafe(32)
    leaving: HttpResponse = provider.redirect(
        request, "login", next_url=then, auth_params={"nonce": nonce}, nonce=nonce, **kept
    )
    return leaving["Location"]


def come_back(request: HttpRequest) -> HttpResponse:
    """This function will take a person who comes back: into the account, or to a sentence (the hooks of
    SOCIALACCOUNT_ADAPTER say which). Raises one of Unusable.
    """
    view = Back()
    view.request, view.adapter = request, OpenIDConnect(request, _must_know().key)
    answer: HttpResponse = view.dispatch(request)
    return answer


def tell_log(error: Exception) -> None:
    """This function will tell the operator's log why somebody could not come in, without the secret."""
    text = f"{type(error).__name__}: {error}"
    try:
        text = text.replace(_must_know().secret(), "…")
    except (OSError, ValueError) as unreadable:
        text += f" ({unreadable})"
    log.warning("single sign-on: %s", text[:300])


class OpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """One conversation with the provider."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, which must be the issuer that the operator named."""
        if not hasattr(self, "_config"):
            found = self._json(self.get_provider().server_url)
            if found.get("issuer") != _must_know().issuer:
                raise OAuth2Error(f"another issuer than the configured one: {found.get('issuer')!r}")
            for name in ENDPOINTS:
                if not _guarded(str(found.get(name, ""))):
                    raise OAuth2Error(f"no safe {name}")
            self._config = found
        return self._config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where people come back to: one address, whatever host was asked for."""
        return callback_url()

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who came back, by the checked ID token; nothing of it is kept but the subject."""
        claims = self._claims(app, str(kwargs["response"].get("id_token") or ""))
        if "email" not in claims and _guarded(str(self.openid_config.get("userinfo_endpoint", ""))):
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo is about somebody else")
            claims |= {key: told[key] for key in ("email", "email_verified") if key in told}
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.account.extra_data = {}
        login.verified_email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=_must_know().issuer,
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"ID token: {error}") from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else app.client_id) != app.client_id:
            raise OAuth2Error("ID token: made for another client")
        if not self.nonce or not hmac.compare_digest(str(claims["nonce"]).encode(), self.nonce.encode()):
            raise OAuth2Error("ID token: another nonce")
        return claims

    def _key(self, id_token: str) -> Any:
        wanted = jwt.get_unverified_header(id_token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._json(self.openid_config["jwks_uri"])).keys
        fitting = [key for key in keys if wanted is None or key.key_id == wanted]
        if len(fitting) != 1:
            raise OAuth2Error("ID token: signed with a key that the provider does not name")
        return fitting[0]

    def _json(self, url: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error(f"{url} says {json.dumps(found)[:80]}")
        return found


class Back(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """The person who comes back from the provider, with the state that was kept for this browser."""

    adapter: OpenIDConnect

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, Any]:
        state, refused = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce", ""))
        return state, refused


def _must_know() -> Known:
    found = known()
    if found is None:
        raise ValueError("no identity provider is configured")
    return found


def _guarded(url: str) -> bool:
    """Whether what is sent there stays secret on the way: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
