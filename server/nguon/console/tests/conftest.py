"""A newsroom at a fixed hour, and browsers signed in as its people."""

from collections.abc import Callable

import pytest
from django.test import Client

from nguon.accounts.models import User
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT

As = Callable[[User], Client]


@pytest.fixture
def room(db: None, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """This function will make everything that a bulletin needs, at 8 in the morning."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    return newsroom()


@pytest.fixture
def signed_in() -> As:
    """This function will give a browser in which a person is signed in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter
