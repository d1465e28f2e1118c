"""Identity at the broker: NATS operator mode, minted here because only the signer's store holds these keys.

Format: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt (JWT v2,
ed25519-nkey).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nkeys

from nguon_protocol.targets import ancestors

OPERATOR, ACCOUNT, USER = nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_USER
_NO_LIMIT = -1
_USER_LIMITS = {"subs": _NO_LIMIT, "data": _NO_LIMIT, "payload": _NO_LIMIT}
_ACCOUNT_LIMITS = {
    **_USER_LIMITS,
    "imports": _NO_LIMIT,
    "exports": _NO_LIMIT,
    "wildcards": True,
    "conn": _NO_LIMIT,
    "leaf": _NO_LIMIT,
}
# The MQTT listener keeps its sessions in JetStream, so the account must be allowed some.
_JETSTREAM = {
    "mem_storage": _NO_LIMIT,
    "disk_storage": _NO_LIMIT,
    "streams": _NO_LIMIT,
    "consumer": _NO_LIMIT,
}
SERVER_SUBJECTS = ("lsp.>",)
CLAIMS_UPDATE = "$SYS.REQ.CLAIMS.UPDATE"


@dataclass(frozen=True)
class NatsKey:
    """One nkey: `public` may be shown to anyone; `seed` never leaves the store."""

    public: str
    seed: bytes

    def __repr__(self) -> str:
        return f"NatsKey({self.public})"


def new_key(prefix: int) -> NatsKey:
    """This function will make a fresh nkey of the kind `prefix` (OPERATOR, ACCOUNT or USER)."""
    return key_from_seed(nkeys.encode_seed(secrets.token_bytes(32), prefix))


def key_from_seed(seed: bytes) -> NatsKey:
    """This function will load the nkey of a base32 `seed`; raises nkeys.NkeysError when it is damaged."""
    pair = nkeys.from_seed(bytearray(seed))
    return NatsKey(public=bytes(pair.public_key).decode(), seed=seed)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token(issuer: NatsKey, subject: str, name: str, issued: int, expires: int | None, nats: Any) -> str:
    claims: dict[str, Any] = {"iat": issued, "iss": issuer.public, "name": name, "sub": subject}
    claims["nats"] = {**nats, "version": 2}
    if expires is not None:
        claims["exp"] = expires
    digest = hashlib.sha256(json.dumps(claims, sort_keys=True, separators=(",", ":")).encode()).digest()
    claims["jti"] = base64.b32encode(digest).rstrip(b"=").decode()
    header = _b64(b'{"typ":"JWT","alg":"ed25519-nkey"}')
    signed = f"{header}.{_b64(json.dumps(claims, separators=(',', ':')).encode())}"
    signature = nkeys.from_seed(bytearray(issuer.seed)).sign(signed.encode())
    return f"{signed}.{_b64(bytes(signature))}"


def operator_jwt(operator: NatsKey, system_account: str, *, at: int) -> str:
    """This function will give the self-signed operator token; `at` in epoch seconds."""
    return _token(
        operator, operator.public, "nguon", at, None, {"type": "operator", "system_account": system_account}
    )


def account_jwt(
    operator: NatsKey,
    account: str,
    name: str,
    *,
    at: int,
    jetstream: bool,
    revocations: Mapping[str, int] | None = None,
) -> str:
    """This function will give an account token signed by the operator.

    `revocations`: public user key -> epoch seconds; a pass of that user issued until then is no more.
    """
    limits = {**_ACCOUNT_LIMITS, **(_JETSTREAM if jetstream else {})}
    claims: dict[str, Any] = {"type": "account", "limits": limits}
    if revocations:
        claims["revocations"] = dict(revocations)
    return _token(operator, account, name, at, None, claims)


def push_jwt(system: NatsKey, user: str, *, at: int) -> str:
    """This function will give the token of who hands fresh account tokens to the broker, and does nothing
    else: what it hands over is signed by the operator or refused."""
    return _token(
        system,
        user,
        "nguon-push",
        at,
        None,
        {
            "type": "user",
            **_USER_LIMITS,
            "pub": {"allow": [CLAIMS_UPDATE]},
            "sub": {"allow": ["_INBOX.>"]},
            "allowed_connection_types": ["STANDARD"],
        },
    )


def server_jwt(account: NatsKey, user: str, *, at: int) -> str:
    """This function will give the token of our own server processes: everything below lsp, nothing else."""
    return _token(
        account,
        user,
        "nguon-server",
        at,
        None,
        {
            "type": "user",
            **_USER_LIMITS,
            "pub": {"allow": list(SERVER_SUBJECTS)},
            "sub": {"allow": list(SERVER_SUBJECTS)},
            "allowed_connection_types": ["STANDARD"],
        },
    )


def device_permissions(device: str, area: str, groups: list[str]) -> dict[str, Any]:
    """This function will give the only subjects that a device may hear and speak on."""
    hears = [f"lsp.d.{device}", f"lsp.d.{device}.>"]
    hears += [f"lsp.g.{group}" for group in groups]
    hears += [f"lsp.a.{prefix}" for prefix in ancestors(area)]
    return {"pub": {"allow": [f"lsp.r.{device}", f"lsp.h.{device}"]}, "sub": {"allow": hears}}


def device_key(account: NatsKey, device: str) -> NatsKey:
    """This function will derive the one user key of a loudspeaker from the account's secret."""
    secret = hmac.new(account.seed, f"nguon device {device}".encode(), hashlib.sha256).digest()
    return key_from_seed(nkeys.encode_seed(secret, USER))


def device_jwt(account: NatsKey, device: str, area: str, groups: list[str], *, at: int, expires: int) -> str:
    """This function will give a device's token: MQTT password, own topics only, dead at `expires` (epoch s).

    Over MQTT the token is a bearer token: nobody signs a nonce with the user key, but all passes of one
    loudspeaker name the same one, so that one revocation takes every one of them back.
    """
    user = device_key(account, device)
    return _token(
        account,
        user.public,
        device,
        at,
        expires,
        {
            "type": "user",
            **_USER_LIMITS,
            **device_permissions(device, area, groups),
            "bearer_token": True,
            "allowed_connection_types": ["MQTT"],
        },
    )


def creds_file(jwt: str, user: NatsKey) -> str:
    """This function will give the text of a NATS .creds file (token and seed): keep it at mode 0600."""
    return (
        f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n"
    )


def auth_conf(operator: str, system_account: str, accounts: dict[str, str]) -> str:
    """This function will give the nats-server include: operator, system account, and the accounts' tokens.

    Where the broker keeps the tokens that come later (`resolver`) is the business of who starts it.
    """
    preload = "\n".join(f"  {public}: {jwt}" for public, jwt in accounts.items())
    return f"operator: {operator}\nsystem_account: {system_account}\nresolver_preload: {{\n{preload}\n}}\n"


def issued_at(token: str) -> int:
    """This function will give when a token was issued, epoch seconds."""
    return int(unpack(token)["iat"])


def unpack(token: str) -> dict[str, Any]:
    """This function will give a token's claims without asking who signed it."""
    body = token.strip().split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
