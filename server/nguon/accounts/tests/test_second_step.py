"""The second step of signing in: an app's code, or a recovery code once; lost with the telephone, removed."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from nguon.accounts.actions import remove_second_step
from nguon.accounts.models import User
from nguon.accounts.tests.cast import PASSWORD, People, people
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[People]:
    cache.clear()
    made = people()
    made.lan.set_password(PASSWORD)
    made.lan.save()
    yield made
    cache.clear()


def code(secret: str, step: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def sign_in(client: Client) -> str:
    answer = client.post(reverse("account_login"), {"login": "lan", "password": PASSWORD})
    return str(answer.headers.get("Location", ""))


@pytest.fixture
def secret(cast: People, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> str:
    """lan turns the second step on; the secret that only the app knows."""
    client = Client()
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))["Location"]  # who sits there must know the password
    assert "Nhập lại mật khẩu" in client.get(asked).content.decode()
    client.post(asked, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert found
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code(found[1])})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert "10 mã dự phòng" in client.get("/bao-mat/").content.decode()
    return found[1]


def test_the_password_alone_no_longer_lets_in(secret: str) -> None:
    client = Client()
    assert sign_in(client) == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302
    assert "Mã không đúng" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    client.post(reverse("mfa_authenticate"), {"code": code(secret, 1)})
    assert client.get("/").status_code == 200


def test_a_code_works_once(secret: str) -> None:
    first, second = Client(), Client()
    given = code(secret, 1)
    for client in (first, second):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": given})
    assert (first.get("/").status_code, second.get("/").status_code) == (200, 302)


def test_a_recovery_code_works_once(secret: str, cast: People) -> None:
    codes = Authenticator.objects.get(user=cast.lan, type="recovery_codes").wrap().get_unused_codes()
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert (first.get("/").status_code, second.get("/").status_code) == (200, 302)
    assert "9 mã dự phòng" in first.get("/bao-mat/").content.decode()


def test_the_database_alone_does_not_tell_the_secret(secret: str, cast: People) -> None:
    assert secret not in str(list(Authenticator.objects.values()))


def test_an_administrator_removes_it_when_the_telephone_is_lost(secret: str, cast: People) -> None:
    assert remove_second_step(user=cast.lan, by=cast.binh, at=AT)
    assert sign_in(Client()) == "/"
    told = Entry.objects.filter(fact="user.second_step", subject=f"user:{cast.lan.pk}")
    assert [row.data["what"] for row in told.order_by("sequence")] == ["totp_activated", "removed"]
    assert not remove_second_step(user=User.objects.get(pk=cast.lan.pk), by=cast.binh, at=AT)
