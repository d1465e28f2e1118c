"""A small OpenID Connect provider on loopback, by the letter of the standard unless a test tells it to lie.

It checks what a careful one checks: client, redirect address, PKCE, one use of a code, the client's secret.
Nobody types a password there: `person` is who sits at the browser.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET = "nguon", "a-secret-of-the-client-7f3a"
Claims = dict[str, Any]


@dataclass
class Provider:
    """What the provider knows, and how it lies: `twist` changes an ID token's claims before it is signed."""

    redirect_uri: str
    person: Claims = field(default_factory=lambda: {"sub": "p-1", "email": "", "email_verified": True})
    twist: Callable[[Claims], Claims] = lambda claims: claims
    told: Claims = field(default_factory=dict)  # of the discovery document, instead of the truth
    in_userinfo: bool = False  # the e-mail address is not in the ID token
    userinfo_sub: str = ""
    forged: bool = False  # the ID token is signed by another key
    secret: str = SECRET
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """This function will make the key, open the port and serve in a thread."""
        self._key, self._other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"known": self}))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """This function will close the port, as when the provider is down."""
        self._server.shutdown()
        self._server.server_close()

    def discovery(self, _given: dict[str, str], _bearer: str) -> Claims:
        ends = {name: f"{self.issuer}/{path}" for name, path in ENDPOINTS.items()}
        return {"issuer": self.issuer, **ends, **self.told}

    def jwks(self, _given: dict[str, str], _bearer: str) -> Claims:
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "ES256"}]}

    def authorize(self, given: dict[str, str], _bearer: str) -> str:
        fitting = {"client_id": CLIENT, "redirect_uri": self.redirect_uri, "response_type": "code"}
        assert {name: given.get(name) for name in fitting} == fitting
        assert "openid" in given["scope"].split()
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': given['state']})}"

    def token(self, given: dict[str, str], _bearer: str) -> Claims:
        asked = self._codes.pop(given["code"], None)
        if asked is None and given["client_secret"] != self.secret:
            return {"error": "invalid_client"}
        challenge = hashlib.sha256(given["code_verifier"].encode()).digest()
        right = asked is not None and (
            given["client_id"] == CLIENT
            and given["client_secret"] == self.secret
            and given["redirect_uri"] == self.redirect_uri
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if asked is None or not right:
            return {"error": "invalid_grant", "seen": given["client_secret"]}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        told = {"sub": self.person["sub"]} if self.in_userinfo else self.person
        key = self._other if self.forged else self._key
        id_token = jwt.encode(self.twist({**claims, **told}), key, algorithm="ES256", headers={"kid": "k1"})
        return {"access_token": "at-1", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def userinfo(self, _given: dict[str, str], bearer: str) -> Claims:
        assert bearer == "Bearer at-1"
        return {**self.person, "sub": self.userinfo_sub or self.person["sub"]}


ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "jwks_uri": "jwks",
    "userinfo_endpoint": "userinfo",
}


class _Handler(BaseHTTPRequestHandler):
    known: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = "discovery" if parts.path == "/.well-known/openid-configuration" else parts.path[1:]
        self._answer(name, parts.query)

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self._answer(urlsplit(self.path).path[1:], self.rfile.read(length).decode())

    def _answer(self, name: str, query: str) -> None:
        self.known.asked.append(name)
        given = {key: values[0] for key, values in parse_qs(query).items()}
        made = getattr(self.known, name)(given, self.headers.get("authorization", ""))
        if isinstance(made, str):
            self.send_response(302)
            self.send_header("location", made)
            self.end_headers()
            return
        body = json.dumps(made).encode()
        self.send_response(400 if "error" in made else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Tests say what they see themselves."""
