"""Security keys of people: registered, vouched for, touched, ended."""

import secrets
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from nguon.accounts import actions, errors
from nguon.accounts.actions import Site
from nguon.accounts.models import Passkey, PasskeyGrant, User
from nguon.accounts.queries import passkeys_in, passkeys_of
from nguon.accounts.states import KeyRole, Role
from nguon.accounts.tests.cast import People, people, person
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT
from nguon_signer.tests.authenticator import ORIGIN, UP, Authenticator

pytestmark = pytest.mark.django_db
SITE = Site(ORIGIN, "nguon.example.vn")


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def admin(cast: People) -> User:
    return person("an", "Nguyễn An", (Role.ADMINISTRATOR, cast.places.province))


def register(user: User, key: Authenticator) -> Passkey:
    challenge = secrets.token_bytes(32)
    response = key.register(challenge)
    return actions.register_passkey(
        user=user, name="khóa", response=response, challenge=challenge, site=SITE, at=AT
    )


def said(key: Authenticator, challenge: bytes, **changes: Any) -> dict[str, Any]:
    touch = key.touch(challenge, **changes)
    response = {
        "authenticatorData": touch.authenticator_data,
        "clientDataJSON": touch.client_data,
        "signature": touch.signature,
    }
    return {
        "id": touch.credential_id,
        "rawId": touch.credential_id,
        "type": "public-key",
        "response": response,
    }


def vouch(cast: People, passkey: Passkey, by: User, hand: Authenticator) -> PasskeyGrant:
    place, role = cast.places.commune, KeyRole.APPROVER
    response = said(hand, actions.words_challenge(passkey, role, place.area))
    return actions.grant_passkey(
        passkey_id=passkey.pk, role=role, place=place, response=response, site=SITE, by=by, at=AT
    )


def test_a_key_is_registered_once_and_its_public_half_kept(cast: People) -> None:
    key = Authenticator()
    made = register(cast.minh, key)
    assert (made.credential_id, made.public_key) == (key.credential_id, key.public_key)
    assert passkeys_of(cast.minh) == [made]
    with pytest.raises(errors.KeyTaken):
        register(cast.lan, key)
    with pytest.raises(errors.KeyTaken):  # the same key under another name
        register(cast.lan, Authenticator(private=key.private))
    assert Entry.objects.filter(fact="passkey.added").count() == 1


@pytest.mark.parametrize("response", [{}, {"id": "x"}, {"id": "AAAA", "rawId": "AAAA", "response": {}}])
def test_what_is_no_registration_is_told_in_a_sentence(cast: People, response: dict[str, Any]) -> None:
    with pytest.raises(errors.TouchFailed):
        actions.register_passkey(
            user=cast.minh, name="", response=response, challenge=b"x" * 32, site=SITE, at=AT
        )


def test_a_touch_is_the_persons_own_for_this_challenge_with_verification(cast: People) -> None:
    key = Authenticator()
    register(cast.minh, key)
    challenge = b"c" * 32
    touched = actions.check_touch(
        user=cast.minh, response=said(key, challenge), challenge=challenge, site=SITE
    )
    assert touched.credential_id == key.credential_id
    with pytest.raises(errors.KeyUnknown):
        actions.check_touch(user=cast.lan, response=said(key, challenge), challenge=challenge, site=SITE)
    for response in (said(key, b"d" * 32), said(key, challenge, flags=UP), {"id": key.credential_id}):
        with pytest.raises(errors.TouchFailed):
            actions.check_touch(user=cast.minh, response=response, challenge=challenge, site=SITE)


def test_an_administrator_vouches_for_another_persons_key(cast: People, admin: User) -> None:
    hand, key = Authenticator(), Authenticator()
    register(admin, hand)
    passkey = register(cast.minh, key)
    made = vouch(cast, passkey, admin, hand)
    assert vouch(cast, passkey, admin, hand) == made
    assert passkey in passkeys_in([cast.places.province.area], AT)
    with pytest.raises(errors.OwnKey):
        vouch(cast, passkeys_of(admin)[0], admin, hand)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PasskeyGrant.objects.update(area="vn")


def test_who_is_no_administrator_vouches_for_nobody(cast: People) -> None:
    hand = Authenticator()
    register(cast.lan, hand)
    passkey = register(cast.minh, Authenticator())
    with pytest.raises(errors.MayNotAssign):
        vouch(cast, passkey, cast.lan, hand)


def test_a_key_is_ended_by_its_person_or_an_administrator_for_ever(cast: People, admin: User) -> None:
    first, second = register(cast.minh, Authenticator()), register(cast.minh, Authenticator())
    with pytest.raises(errors.KeyUnknown):
        actions.revoke_passkey(passkey_id=first.pk, by=cast.lan, at=AT)
    actions.revoke_passkey(passkey_id=first.pk, by=cast.minh, at=AT)
    actions.revoke_passkey(passkey_id=second.pk, by=admin, at=AT)
    actions.revoke_passkey(passkey_id=second.pk, by=admin, at=AT)
    assert passkeys_of(cast.minh) == []
    with pytest.raises(DatabaseError, match="revoked, never changed"), transaction.atomic():
        Passkey.objects.update(revoked_at=None, revoked_by=None)
