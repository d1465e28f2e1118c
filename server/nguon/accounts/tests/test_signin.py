"""Sign-in by user name and password: in, out, locked out, and no way to sign up."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from nguon.accounts.models import User
from nguon.accounts.tests.cast import PASSWORD, person
from nguon.journal.models import Entry
from nguon.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan() -> Iterator[User]:
    cache.clear()
    yield person("lan", "Nguyễn Thị Lan", password=PASSWORD)
    cache.clear()


def sign_in(client: Client, username: str, password: str, language: str = "vi") -> str:
    answer = client.post(
        reverse("account_login"),
        {"login": username, "password": password},
        headers={"accept-language": language},
    )
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.mark.parametrize("username", ["lan", "LAN", " lan "])
def test_in_and_out(client: Client, lan: User, username: str) -> None:
    assert sign_in(client, username, PASSWORD) == "302"
    assert client.session["_auth_user_id"] == str(lan.pk)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_wrong_name_and_a_wrong_password_get_the_same_sentence(client: Client, lan: User) -> None:
    for username, password in (("lan", "wrong"), ("nobody", PASSWORD), ("lan", "x" * 4000)):
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in sign_in(client, username, password)


def test_who_has_left_cannot_sign_in(client: Client, lan: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, "lan", PASSWORD) == "302"
    assert "_auth_user_id" not in client.session
    assert "đã ngừng hoạt động" in client.get(reverse("account_inactive"), follow=True).content.decode()


def test_locked_out_after_five_failures_even_with_the_right_password(client: Client, lan: User) -> None:
    for _ in range(5):
        sign_in(client, "lan", "wrong")
    told = sign_in(client, "LAN", PASSWORD)
    until = re.search(r"Sai mật khẩu quá nhiều lần. Hãy thử lại từ (\d\d:\d\d)\.", told)
    soon = [f"{clock.local(clock.now() + timedelta(minutes=minutes)):%H:%M}" for minutes in (4, 5, 6)]
    assert until
    assert until[1] in soon
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, lan: User) -> None:
    client.post(reverse("account_signup"), {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_who_looks_for_an_account_is_told_whom_to_ask(client: Client, lan: User, name: str) -> None:
    page = client.get(reverse(name), follow=True).content.decode()
    assert "Hãy hỏi người quản trị của bạn" in page


def test_a_changed_password_signs_the_others_out(client: Client, lan: User) -> None:
    other = Client()
    for one in (client, other):
        assert sign_in(one, "lan", PASSWORD) == "302"
    new = "bigo-hapi-tome-kanu-74"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), fields).status_code == 302
    lan.refresh_from_db()
    assert lan.check_password(new)
    assert other.get(reverse("account_change_password")).status_code == 302
    assert Entry.objects.filter(fact="user.password_set", by=f"user:{lan.pk}").count() == 1


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/lich-phat/?ngay=2026-03-02", "/lich-phat/%3Fngay%3D2026-03-02"),
        ("https://evil.example/lich-phat/", "/"),
        ("", "/"),
    ],
)
def test_who_was_sending_a_form_comes_back_to_its_page(client: Client, came_from: str, back: str) -> None:
    answer = client.post(reverse("console:programme_change"), headers={"referer": came_from})
    assert answer["Location"] == f"{reverse('account_login')}?next={back}"
    asked = client.get(reverse("console:programme"), headers={"referer": came_from})
    assert asked["Location"] == f"{reverse('account_login')}?next=/lich-phat/"
