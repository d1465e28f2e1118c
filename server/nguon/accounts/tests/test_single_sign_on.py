"""Single sign-on against a real provider on loopback: who comes in, who does not, and what they are told."""

import html
import io
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator as SecondStep
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nguon.accounts import actions, errors
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import PASSWORD, People, people, person
from nguon.accounts.tests.provider import CLIENT, SECRET, Claims, Provider
from nguon.adapters import identity
from nguon.journal.models import Entry
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
LAN = "lan.nguyen@bacninh.gov.vn"


@dataclass
class Door:
    """The provider, the people, and a browser."""

    provider: Provider
    cast: People
    client: Client

    def leave(self, **given: str) -> str:
        """This function will press the button and return the provider's address of the page that follows."""
        page = self.client.post(reverse("account_identity"), given, follow=True).content.decode()
        found = re.search(r'href="(http://127\.0\.0\.1:\d+/authorize[^"]*)"', page)
        return html.unescape(found[1]) if found else page

    def way_back(self, **given: str) -> str:
        """This function will sign in at the provider and return the address that it sends the browser to."""
        answer = requests.get(self.leave(**given), allow_redirects=False, timeout=5)
        return answer.headers["location"].removeprefix("http://testserver")

    def arrive(self, address: str) -> str:
        """This function will come back and return the name of who is in, or the page with the sentence."""
        answer = self.client.get(address, follow=True)
        if key := self.client.session.get("_auth_user_id"):
            return User.objects.get(pk=key).username
        return answer.content.decode()

    def sign_in(self, **given: str) -> str:
        """This function will go there and back."""
        return self.arrive(self.way_back(**given))


@pytest.fixture
def door(settings: Settings, tmp_path: Path, client: Client) -> Iterator[Door]:
    cache.clear()
    settings.NGUON_PUBLIC_URL = "http://testserver"
    made = Provider("http://testserver/accounts/danh-tinh/ve/")
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    settings.NGUON_SSO_ISSUER, settings.NGUON_SSO_CLIENT_ID = made.issuer, CLIENT
    settings.NGUON_SSO_SECRET_FILE, settings.NGUON_SSO_NAME = str(secret), "Cổng cán bộ"
    yield Door(made, people(), client)
    made.stop()
    cache.clear()


@pytest.fixture
def lan(door: Door) -> Door:
    """lan's address is known here and verified there."""
    actions.set_email(user=door.cast.lan, email=LAN.title(), by=door.cast.binh, at=AT)
    door.provider.person |= {"sub": "lan-7", "email": LAN}
    return door


def test_a_verified_address_links_the_account_once_and_signs_in(lan: Door) -> None:
    assert lan.sign_in(next="/bao-mat/") == "lan"
    lan.provider.person |= {"email": "moi@example.vn", "email_verified": False}  # from now on the link counts
    lan.client = Client()
    assert lan.sign_in() == "lan"
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.uid, kept.extra_data) == (lan.cast.lan, "lan-7", {})
    told = Entry.objects.get(fact="user.linked")
    assert told.data == {"how": "email", "areas": told.data["areas"]}
    assert len(told.data["areas"]) == 2


def test_an_address_that_only_userinfo_tells_counts_when_it_is_the_same_person(lan: Door) -> None:
    lan.provider.in_userinfo, lan.provider.userinfo_sub = True, "minh-8"
    assert "Không đăng nhập được bằng Cổng cán bộ" in lan.sign_in()
    lan.provider.userinfo_sub = ""
    assert lan.sign_in() == "lan"


@pytest.mark.parametrize(
    "told", [{"email": "la@example.vn"}, {"email_verified": False}, {"email_verified": "true"}, {"email": ""}]
)
def test_a_stranger_gets_no_account_and_one_sentence(lan: Door, told: Claims) -> None:
    before = User.objects.count()
    lan.provider.person |= told
    assert "Bạn chưa có tài khoản ở đây. Hãy xin người quản trị" in lan.sign_in()
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_an_invitation_links_without_address_and_password(door: Door) -> None:
    invited = actions.invite(username="nga", full_name="Lý Thị Nga", by=door.cast.binh, at=clock.now())
    page = door.client.get(reverse("account_enter", args=[invited.token])).content.decode()
    assert "Dùng Cổng cán bộ" in page
    colleague = Door(door.provider, door.cast, Client())
    colleague.client.force_login(door.cast.minh)
    assert "đang đăng nhập là Trần Quang Minh" in colleague.leave(invitation=invited.token)
    assert door.sign_in(invitation=invited.token) == "nga"
    assert not User.objects.get(username="nga").has_usable_password()
    door.client = Client()
    assert door.sign_in() == "nga"
    assert "không dùng được" in door.leave(invitation=invited.token)


def test_an_invitation_used_meanwhile_links_nobody(door: Door) -> None:
    invited = actions.invite(username="nga", full_name="Lý Thị Nga", by=door.cast.binh, at=clock.now())
    address = door.way_back(invitation=invited.token)
    actions.accept(token=invited.token, password=PASSWORD, at=clock.now())
    assert "Liên kết này đã dùng rồi" in door.arrive(address)
    assert not SocialAccount.objects.exists()


def test_an_identity_belongs_to_one_account_and_an_account_to_one_identity(lan: Door) -> None:
    assert lan.sign_in() == "lan"
    lan.client = Client()
    invited = actions.invite(username="nga", full_name="Lý Thị Nga", by=lan.cast.binh, at=clock.now())
    assert "đã nối với một tài khoản khác" in lan.sign_in(invitation=invited.token)
    lan.provider.person |= {"sub": "another-lan"}  # the address was given to somebody else
    assert "đã nối với một danh tính khác" in lan.sign_in()
    assert actions.unlink_identity(user=lan.cast.lan, by=lan.cast.binh, at=AT)
    assert lan.sign_in() == "lan"


def test_locked_stays_locked(lan: Door) -> None:
    lan.sign_in()
    actions.lock_user(user=lan.cast.lan, reason="thử", by=lan.cast.binh, at=AT)
    lan.client = Client()
    assert "đã ngừng hoạt động" in lan.sign_in()
    SocialAccount.objects.all().delete()
    assert "đã ngừng hoạt động" in lan.sign_in()
    assert not SocialAccount.objects.exists()


def test_the_second_step_is_asked_for_here_too(lan: Door) -> None:
    SecondStep.objects.create(user=lan.cast.lan, type=SecondStep.Type.TOTP, data={"secret": "x"})
    assert "Mã sáu số" in lan.sign_in()


def late(claims: Claims) -> Claims:
    return claims | {"exp": time.time() - 90, "iat": time.time() - 900}


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: claims | {"nonce": "x"},
    "no nonce": lambda claims: {key: claims[key] for key in claims if key != "nonce"},
    "another audience": lambda claims: claims | {"aud": "another-site"},
    "two audiences": lambda claims: claims | {"aud": [CLIENT, "another-site"]},
    "another party": lambda claims: claims | {"azp": "another-site"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "out of date": late,
    "not yet": lambda claims: claims | {"iat": time.time() + 900},
    "no end": lambda claims: {key: claims[key] for key in claims if key != "exp"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_wrong_token_lets_nobody_in(lan: Door, lie: str) -> None:
    lan.provider.twist = LIES[lie]
    assert "Không đăng nhập được bằng Cổng cán bộ" in lan.sign_in()
    assert not SocialAccount.objects.exists()


def test_a_token_signed_by_another_key_lets_nobody_in(lan: Door) -> None:
    lan.provider.forged = True
    assert "Không đăng nhập được bằng Cổng cán bộ" in lan.sign_in()


def test_a_state_is_of_one_browser_and_good_once(lan: Door) -> None:
    address = lan.way_back()
    mine, lan.client = lan.client, Client()
    assert "đã quá hạn hoặc bị từ chối" in lan.arrive(address)
    assert "đã quá hạn hoặc bị từ chối" in lan.arrive(re.sub("state=[^&]*", "state=x", address))
    lan.client = mine
    assert lan.arrive(address) == "lan"
    mine.logout()
    assert "đã quá hạn hoặc bị từ chối" in lan.arrive(address)


def test_who_changes_their_mind_is_told_so(lan: Door) -> None:
    address = re.sub("code=[^&]*", "error=access_denied", lan.way_back())
    assert "Bạn đã dừng việc đăng nhập bằng Cổng cán bộ" in lan.arrive(address)


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/t"}, {"jwks_uri": None}],
)
def test_a_provider_that_is_not_the_configured_one_is_not_gone_to(lan: Door, told: Any) -> None:
    lan.provider.told = told
    assert "Cổng cán bộ chưa trả lời được" in lan.leave()


def test_down_before_or_in_between_is_a_sentence_and_the_password_still_works(lan: Door) -> None:
    address = lan.way_back()
    lan.provider.stop()
    assert "Cổng cán bộ chưa trả lời được" in lan.arrive(address)
    assert "Cổng cán bộ chưa trả lời được" in lan.leave()
    person("mai", "Đỗ Thị Mai", (Role.WRITER, lan.cast.places.commune), password=PASSWORD)
    lan.client.post(reverse("account_login"), {"login": "mai", "password": PASSWORD})
    assert lan.client.get("/").status_code == 200


def test_the_secret_stays_in_its_file(
    lan: Door, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    lan.provider.secret = "changed there"
    with caplog.at_level(logging.DEBUG):
        assert "Không đăng nhập được bằng Cổng cán bộ" in lan.sign_in()
    assert "invalid_grant" in caplog.text  # the provider repeats the secret in its answer
    assert SECRET not in caplog.text
    assert SECRET not in str(list(Entry.objects.values())) + str(vars(settings))
    path = Path(settings.NGUON_SSO_SECRET_FILE)
    assert identity.why_off() == ""
    path.chmod(0o644)
    assert "open to others" in identity.why_off()
    assert "Cổng cán bộ chưa trả lời được" in lan.leave()
    path.unlink()
    assert "Cổng cán bộ chưa trả lời được" in lan.leave()


def told() -> set[str]:
    """This function will run the check and return the slugs of what it found."""
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("sso", "check", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["ok"] == (not found["faults"])
    assert all(fault["text"].endswith(".") and "{" not in fault["text"] for fault in found["faults"])
    assert SECRET not in out.getvalue()
    return {fault["code"] for fault in found["faults"]}


def test_the_check_tells_each_fault_of_the_configuration(lan: Door, settings: Settings) -> None:
    settings.NGUON_PUBLIC_URL = "https://nguon.bacninh.gov.vn"
    assert told() == set()
    for name, value, fault in (
        ("NGUON_SSO_ISSUER", "", "missing"),
        ("NGUON_SSO_ISSUER", "http://sso.example.vn", "issuer-not-https"),
        ("NGUON_SSO_ISSUER", f"{lan.provider.issuer}/", "another-issuer"),
        ("NGUON_SSO_SECRET_FILE", "/nowhere/secret", "secret-unreadable"),
        ("NGUON_PUBLIC_URL", "http://nguon.bacninh.gov.vn", "back-not-https"),
    ):
        kept = getattr(settings, name)
        setattr(settings, name, value)
        assert told() == {fault}
        setattr(settings, name, kept)
    path = Path(settings.NGUON_SSO_SECRET_FILE)
    path.chmod(0o644)
    assert told() == {"secret-open"}
    path.chmod(0o600)
    lan.provider.secret = "changed there"
    assert told() == {"client-refused"}
    path.write_text("")
    assert told() == {"secret-empty"}


def test_the_check_tells_each_fault_of_the_provider(lan: Door, settings: Settings) -> None:
    settings.NGUON_PUBLIC_URL = "https://nguon.bacninh.gov.vn"
    lies: list[tuple[Claims, str]] = [
        ({"jwks_uri": "http://sso.example.vn/keys"}, "endpoint"),
        ({"jwks_uri": f"{lan.provider.issuer}/discovery"}, "no-keys"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "algorithms"),
        ({"code_challenge_methods_supported": ["plain"]}, "no-pkce"),
        ({"token_endpoint": f"{lan.provider.issuer}/jwks"}, "token-odd"),
    ]
    for lie, fault in lies:
        lan.provider.told = lie
        assert told() == {fault}
    lan.provider.stop()
    assert told() == {"no-answer"}
    for name in ("ISSUER", "CLIENT_ID", "SECRET_FILE"):
        setattr(settings, f"NGUON_SSO_{name}", "")
    assert told() == {"off"}


def test_where_nothing_is_configured_there_is_no_button_and_no_address(
    client: Client, settings: Settings, db: None
) -> None:
    for issuer in ("", "http://sso.example.vn"):  # without https the secret would be told to everybody
        settings.NGUON_SSO_ISSUER, settings.NGUON_SSO_CLIENT_ID = issuer, CLIENT
        settings.NGUON_SSO_SECRET_FILE = "secret"
        assert identity.known() is None
        assert "belong together" in identity.why_off()
        assert reverse("account_identity") not in client.get(reverse("account_login")).content.decode()
        assert client.post(reverse("account_identity")).status_code == 404
        assert client.get(reverse(identity.CALLBACK)).status_code == 404


def test_an_address_is_one_persons_and_written_by_an_administrator(lan: Door) -> None:
    cast = lan.cast
    for email, by, error in (
        (LAN.upper(), cast.binh, errors.EmailTaken),
        ("khong phai", cast.binh, errors.BadEmail),
        ("x@example.vn", cast.lan, errors.MayNotManage),
        ("x@example.vn", cast.minh, errors.OwnAccount),
    ):
        with pytest.raises(error):
            actions.set_email(user=cast.minh, email=email, by=by, at=AT)
    assert LAN not in str(list(Entry.objects.values()))
