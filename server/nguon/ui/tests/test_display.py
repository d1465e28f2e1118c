"""Letters, colours, contrast and language follow the reader."""

import pytest
from django.test import Client
from django.urls import reverse

from nguon.ui.context import COOKIE, Display

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("raw", ["", "x", "dark", "dark.l.high.more", "..", "<script>.l.high"])
def test_any_cookie_gives_a_display(raw: str) -> None:
    shown = Display.parse(raw)
    assert Display.parse(str(shown)) == shown


def test_a_setting_is_kept_and_the_others_stay(client: Client) -> None:
    client.cookies[COOKIE] = "dark.m.normal"
    answer = client.post(reverse("ui:display"), {"size": "xl", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert client.cookies[COOKIE].value == "dark.xl.normal"
    assert 'data-size="xl"' in client.get(reverse("account_login")).content.decode()


def test_the_way_back_stays_within_the_site(client: Client) -> None:
    answer = client.post(reverse("ui:display"), {"size": "l", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_the_language_follows_the_browser(client: Client) -> None:
    page = client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    assert 'lang="en"' in page
