"""Signing in by touching a security key: whose, for this try alone, never with a copy or an ended key."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator as SecondStep
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from nguon.accounts import actions
from nguon.accounts.models import Passkey, RoleAssignment, User
from nguon.accounts.tests.cast import PASSWORD, People, people
from nguon.journal.models import Entry
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT
from nguon_signer.tests.authenticator import UP, Authenticator

pytestmark = pytest.mark.django_db
SITE = actions.Site("http://testserver", "testserver")


@pytest.fixture
def cast(settings: Settings) -> Iterator[People]:
    settings.NGUON_KEY_ORIGIN = SITE.origin
    cache.clear()
    yield people()
    cache.clear()


def device(**more: Any) -> Authenticator:
    return Authenticator(origin=SITE.origin, rp_id=SITE.rp_id, **more)


def registered(user: User, hand: Authenticator) -> Passkey:
    challenge = b"r" * 32
    return actions.register_passkey(
        user=user, name="Máy này", response=hand.register(challenge), challenge=challenge, site=SITE, at=AT
    )


@pytest.fixture
def hand(cast: People) -> Authenticator:
    """lan's security key."""
    made = device()
    registered(cast.lan, made)
    return made


def asked(client: Client) -> bytes:
    return base64url_to_bytes(client.post(reverse("account_touch_ask")).json()["challenge"])


def touched(hand: Authenticator, challenge: bytes, handle: str = "", **changes: Any) -> str:
    said = hand.touch(challenge, **changes)
    parts = {
        "authenticatorData": said.authenticator_data,
        "clientDataJSON": said.client_data,
        "signature": said.signature,
    }
    if handle:
        parts["userHandle"] = bytes_to_base64url(handle.encode())
    name = said.credential_id
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def sign_in(client: Client, said: str, **more: str) -> str:
    """This function will send what a key said, and return the name of who is in, or the sentence."""
    answer = client.post(reverse("account_touch"), {"hand": said, **more}, follow=True)
    if "_auth_user_id" in client.session:
        return User.objects.get(pk=client.session["_auth_user_id"]).username
    return answer.content.decode()


def test_a_touch_lets_in_and_leads_on(client: Client, cast: People, hand: Authenticator) -> None:
    assert sign_in(client, touched(hand, asked(client), str(cast.lan.pk)), next="/bao-mat/") == "lan"
    kept = Passkey.objects.get()
    assert (kept.sign_count, kept.last_used_at is not None) == (hand.count, True)


def test_the_key_is_both_steps(client: Client, cast: People, hand: Authenticator) -> None:
    SecondStep.objects.create(user=cast.lan, type=SecondStep.Type.TOTP, data={"secret": "x"})
    assert sign_in(client, touched(hand, asked(client))) == "lan"


@pytest.mark.parametrize(
    "wrong", ["unverified", "other challenge", "other kind", "other handle", "[]", "{", ""]
)
def test_what_is_no_touch_for_this_try_lets_nobody_in(
    client: Client, cast: People, hand: Authenticator, wrong: str
) -> None:
    challenge = asked(client)
    said = {
        "unverified": lambda: touched(hand, challenge, flags=UP),
        "other challenge": lambda: touched(hand, b"o" * 32),
        "other kind": lambda: touched(hand, challenge, kind="webauthn.create"),
        "other handle": lambda: touched(hand, challenge, str(cast.minh.pk)),
    }.get(wrong, lambda: wrong)()
    assert "Khóa bảo mật chưa xác nhận được" in sign_in(client, said)


def test_one_challenge_is_good_for_one_try_in_one_browser(client: Client, hand: Authenticator) -> None:
    challenge = asked(client)
    assert "chưa xác nhận được" in sign_in(Client(), touched(hand, challenge))
    assert "chưa xác nhận được" in sign_in(client, touched(hand, b"o" * 32))
    assert "chưa xác nhận được" in sign_in(client, touched(hand, challenge))


def test_at_another_address_of_the_server_no_key_lets_in(
    client: Client, hand: Authenticator, settings: Settings
) -> None:
    said = touched(hand, asked(client))
    settings.NGUON_KEY_ORIGIN = "https://nguon.example.vn"
    assert "chưa xác nhận được" in sign_in(client, said)
    assert reverse("account_touch") not in client.get(reverse("account_login")).content.decode()


def test_a_copy_that_counts_back_is_refused(client: Client, hand: Authenticator) -> None:
    assert sign_in(client, touched(hand, asked(client))) == "lan"
    copy = Client()
    hand.count = 1  # what was copied after the registration has signed once less
    assert "đếm lùi" in sign_in(copy, touched(hand, asked(copy)))
    told = Entry.objects.get(fact="passkey.copied")
    assert (told.subject, len(told.data["areas"])) == (f"user:{Passkey.objects.get().user_id}", 2)
    with pytest.raises(DatabaseError, match="never goes back"), transaction.atomic():
        Passkey.objects.update(sign_count=0)


def test_a_synced_key_counts_nothing_and_signs_in_again_and_again(cast: People) -> None:
    hand = device(count=None)
    registered(cast.minh, hand)
    for _ in range(2):
        client = Client()
        assert sign_in(client, touched(hand, asked(client))) == "minh"


def test_a_key_that_ended_no_longer_signs_in(client: Client, cast: People, hand: Authenticator) -> None:
    actions.revoke_passkey(passkey_id=Passkey.objects.get().pk, by=cast.lan, at=AT)
    assert "Khóa này không dùng được ở đây" in sign_in(client, touched(hand, asked(client)))


def test_a_lock_closes_it(client: Client, cast: People, hand: Authenticator) -> None:
    actions.lock_user(user=cast.lan, reason="thử", by=cast.binh, at=AT)
    assert "đã ngừng hoạt động" in sign_in(client, touched(hand, asked(client)))


def test_who_handed_everything_over_comes_in_no_more_by_key_or_password(
    client: Client, cast: People, hand: Authenticator
) -> None:
    now = clock.now()
    yesterday = clock.local(now).date() - timedelta(days=1)
    actions.hand_over(user=cast.lan, successor=cast.minh, last_day=yesterday, by=cast.binh, at=now)
    assert "Mọi vai trò của bạn ở đây đã kết thúc" in sign_in(client, touched(hand, asked(client)))
    cast.lan.set_password(PASSWORD)
    cast.lan.save()
    answer = client.post(reverse("account_login"), {"login": "lan", "password": PASSWORD}, follow=True)
    assert "Mọi vai trò của bạn ở đây đã kết thúc" in answer.content.decode()
    RoleAssignment.objects.filter(user=cast.lan).update(valid_to=None)
    client.post(reverse("account_login"), {"login": "lan", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_a_new_key_asks_for_the_password_first(client: Client, cast: People) -> None:
    cast.lan.set_password(PASSWORD)
    cast.lan.save()
    client.force_login(cast.lan)
    client.get(reverse("console:keys"))
    challenge = base64url_to_bytes(client.session["key_challenge"])
    said = json.dumps(device().register(challenge))
    answer = client.post(reverse("console:keys_add"), {"name": "Máy", "hand": said})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not Passkey.objects.filter(user=cast.lan).exists()
    client.post(answer["Location"], {"password": PASSWORD})  # and what was sent goes on
    assert Passkey.objects.filter(user=cast.lan).count() == 1
