"""Security keys: registering one, an administrator's word for one, ending one, and one touch checked.

The signer checks all of this again with its own list of keys; here it is checked so that a person hears at
once what is wrong.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from nguon.accounts.errors import (
    KeyCopied,
    KeyTaken,
    KeyUnknown,
    MayNotAssign,
    OwnKey,
    TouchFailed,
)
from nguon.accounts.models import Passkey, PasskeyGrant, User
from nguon.accounts.queries import areas_of_work
from nguon.accounts.rules import can_assign, can_revoke_key
from nguon.accounts.states import KeyRole
from nguon.journal.actions import record
from nguon.organisations.models import Place
from nguon_protocol.approvals import grant_challenge

MISSHAPEN = (ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class Site:
    """Where people touch their keys: the origin as browsers write it, and its host."""

    origin: str
    rp_id: str


def _library() -> Any:
    return import_module("webauthn")  # not above: 0.2 s that every process would wait for at its start


def site() -> Site:
    """This function will return where people touch their keys."""
    origin: str = settings.NGUON_KEY_ORIGIN
    return Site(origin, origin.partition("://")[2].partition(":")[0])


def is_here(host: str) -> bool:
    """This function will tell whether a page that was asked for at this host (and port) may use keys."""
    return bool(host) and settings.NGUON_KEY_ORIGIN.partition("://")[2] == host


@dataclass(frozen=True)
class Touched:
    """One touch that was checked, as it is kept."""

    credential_id: str = ""
    authenticator_data: str = ""
    client_data: str = ""
    signature: str = ""


@transaction.atomic
def register_passkey(
    *, user: User, name: str, response: Mapping[str, Any], challenge: bytes, site: Site, at: datetime
) -> Passkey:
    """This function will keep the public half of a person's new key; `response` is the browser's, as JSON.

    Nothing can be approved with it yet. Raises TouchFailed or KeyTaken: also where another person has the
    very same key under another name.
    """
    library = _library()
    try:
        found = library.verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (library.helpers.exceptions.WebAuthnException, *MISSHAPEN) as error:
        raise TouchFailed from error
    own = _material(found.credential_public_key)
    others = Passkey.objects.exclude(user=user).values_list("public_key", flat=True)
    if any(_material(library.helpers.base64url_to_bytes(one)) == own for one in others.iterator()):
        raise KeyTaken
    try:
        with transaction.atomic():
            made = Passkey.objects.create(
                user=user,
                name=name.strip()[:60] or str(user),
                credential_id=library.helpers.bytes_to_base64url(found.credential_id),
                public_key=library.helpers.bytes_to_base64url(found.credential_public_key),
                sign_count=found.sign_count,
                added_at=at,
            )
    except IntegrityError as error:
        raise KeyTaken from error
    data = {"passkey": made.pk, "areas": areas_of_work(user, at)}
    record(fact="passkey.added", subject=f"user:{user.pk}", by=user, at=at, data=data)
    return made


def _material(public_key: bytes) -> tuple[object, ...]:
    """The numbers of a key alone: one key can be written as COSE in many ways."""
    try:
        found = _library().helpers.decode_credential_public_key(public_key)
    except (_library().helpers.exceptions.WebAuthnException, *MISSHAPEN):
        return (public_key,)
    return tuple(getattr(found, name, None) for name in ("x", "y", "n", "e"))


def read_hand(text: str) -> dict[str, Any]:
    """This function will read what the browser's security key said, as JSON. Raises TouchFailed."""
    try:
        found = json.loads(text)
    except ValueError:
        raise TouchFailed from None
    if not isinstance(found, dict):
        raise TouchFailed
    return found


@transaction.atomic
def check_touch(*, user: User, response: Mapping[str, Any], challenge: bytes, site: Site) -> Touched:
    """This function will check that a person touched an own key for exactly this challenge.

    `response` is the browser's, as JSON. Raises KeyUnknown, TouchFailed or KeyCopied.
    """
    key = _key_of(response, user=user)
    _move_count(key, _verified(key, response, challenge, site))
    return _touched(response)


def key_that_signs_in(*, response: Mapping[str, Any], challenge: bytes, site: Site, at: datetime) -> Passkey:
    """This function will return the key that was touched to sign in, and so the person, for exactly this
    challenge; whether the person may come in is asked of every way of signing in alike.

    `response` is the browser's, as JSON. Raises KeyUnknown, TouchFailed or KeyCopied; of the last the journal
    is told, for the holder of the true key may never hear of it.
    """
    try:
        return _signing_in(response, challenge, site, at)
    except KeyCopied:
        with transaction.atomic():
            key = _key_of(response)
            data = {"passkey": key.pk, "areas": areas_of_work(key.user, at)}
            record(fact="passkey.copied", subject=f"user:{key.user_id}", by=None, at=at, data=data)
        raise


@transaction.atomic
def _signing_in(response: Mapping[str, Any], challenge: bytes, site: Site, at: datetime) -> Passkey:
    key = _key_of(response)
    handle = _parts(response).get("userHandle")
    if handle and handle != _library().helpers.bytes_to_base64url(str(key.user_id).encode()):
        raise TouchFailed
    _move_count(key, _verified(key, response, challenge, site))
    key.last_used_at = at
    key.save(update_fields=["last_used_at"])
    return key


def _key_of(response: Mapping[str, Any], **whose: User) -> Passkey:
    """The key in use that a response names, its row locked: of two touches the later one counts higher."""
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    found = rows.filter(credential_id=str(response.get("id", "")), revoked_at__isnull=True, **whose).first()
    if found is None:
        raise KeyUnknown
    return found


def _verified(key: Passkey, response: Mapping[str, Any], challenge: bytes, site: Site) -> int:
    """Check the touch itself, the person verified by the key, and return the count that the key tells."""
    library = _library()
    try:
        found = library.verify_authentication_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=library.helpers.base64url_to_bytes(key.public_key),
            credential_current_sign_count=0,  # `_move_count` asks more
            require_user_verification=True,
        )
    except (library.helpers.exceptions.WebAuthnException, *MISSHAPEN) as error:
        raise TouchFailed from error
    return int(found.new_sign_count)


def _move_count(key: Passkey, count: int) -> None:
    """Keep the count, which only grows (WebAuthn level 2, section 6.1.1): one that does not is a copy's."""
    if (count or key.sign_count) and count <= key.sign_count:
        raise KeyCopied(name=key.name)
    key.sign_count = count
    key.save(update_fields=["sign_count"])


def _parts(response: Mapping[str, Any]) -> Mapping[str, Any]:
    given = response.get("response")
    return given if isinstance(given, Mapping) else {}


def _touched(response: Mapping[str, Any]) -> Touched:
    parts = _parts(response)
    return Touched(*(str(found) for found in (response.get("id", ""), *map(parts.get, _PARTS))))


_PARTS = ("authenticatorData", "clientDataJSON", "signature")


def words_challenge(passkey: Passkey, role: KeyRole, area: str) -> bytes:
    """This function will give what an administrator's key signs to vouch for another person's key."""
    return grant_challenge(
        str(passkey.pk), passkey.user_id, passkey.credential_id, passkey.public_key, role, area
    )


@transaction.atomic
def grant_passkey(
    *,
    passkey_id: UUID,
    role: KeyRole,
    place: Place,
    response: Mapping[str, Any],
    site: Site,
    by: User,
    at: datetime,
) -> PasskeyGrant:
    """This function will keep an administrator's touched word that a key may act in a role over a place.

    Saying it again changes nothing. Raises KeyUnknown, OwnKey, MayNotAssign or TouchFailed.
    """
    passkey = Passkey.objects.filter(pk=passkey_id, revoked_at__isnull=True).first()
    if passkey is None:
        raise KeyUnknown
    if passkey.user_id == by.pk:
        raise OwnKey
    if not can_assign(by, place.area, at):
        raise MayNotAssign(place=place)
    earlier = PasskeyGrant.objects.filter(passkey=passkey, role=role, area=place.area).first()
    if earlier:
        return earlier
    challenge = words_challenge(passkey, role, place.area)
    touched = check_touch(user=by, response=response, challenge=challenge, site=site)
    made = PasskeyGrant.objects.create(
        passkey=passkey, role=role, place=place, area=place.area, by=by, at=at, **vars(touched)
    )
    data = {"passkey": passkey.pk, "role": str(role), "area": place.area}
    record(fact="passkey.granted", subject=f"user:{passkey.user_id}", by=by, at=at, data=data)
    return made


@transaction.atomic
def revoke_passkey(*, passkey_id: UUID, by: User, at: datetime) -> Passkey:
    """This function will end a key for ever, the own one or that of a person in the own area. Raises
    KeyUnknown.
    """
    passkey = Passkey.objects.select_for_update(of=("self",)).filter(pk=passkey_id).first()
    if passkey is None or not can_revoke_key(by, passkey, at):
        raise KeyUnknown
    if passkey.revoked_at is None:
        passkey.revoked_at, passkey.revoked_by = at, by
        passkey.save(update_fields=["revoked_at", "revoked_by"])
        data = {"passkey": passkey.pk, "areas": areas_of_work(passkey.user, at)}
        record(fact="passkey.revoked", subject=f"user:{passkey.user_id}", by=by, at=at, data=data)
    return passkey
