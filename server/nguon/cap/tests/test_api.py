"""POST by a pinned sender."""

import pytest
from django.test import Client

from nguon.accounts.tests.cast import People, people
from nguon.adapters.cap.reading import LARGEST
from nguon.cap import actions
from nguon.cap.models import Received
from nguon.cap.tests.cast import kttv, warning
from nguon.kernel import clock
from nguon.organisations.tests.cast import AT

ADDRESS = "/cap/v1/alerts"


@pytest.fixture
def who(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return people()


def post(text: str | bytes, token: str, **headers: str) -> tuple[int, dict[str, object]]:
    data = text.encode() if isinstance(text, str) else text
    answer = Client().post(
        ADDRESS,
        data=data,
        content_type="application/cap+xml",
        headers={"authorization": f"Bearer {token}"} | headers,
    )
    return answer.status_code, answer.json()


def test_a_message_is_taken_once(who: People) -> None:
    token = kttv(who).token
    assert post(warning(), token)[0] == 201
    status, told = post(warning(), token)
    assert (status, told["state"]) == (200, "waiting")
    assert Received.objects.count() == 1


def test_without_the_credential_nothing_is_read(who: People) -> None:
    made = kttv(who)
    for token in ("", "cap_x", made.token + "x", made.sender.token_sha256):
        assert post(warning(), token)[0] == 401
    actions.end_sender(sender_id=made.sender.pk, by=who.binh, at=AT)
    assert post(warning(), made.token)[0] == 401
    assert Received.objects.count() == 0


def test_a_refusal_says_the_line_and_why(who: People, monkeypatch: pytest.MonkeyPatch) -> None:
    token = kttv(who).token
    status, told = post(warning().replace("Public", "Private"), token)
    assert (status, told["error"]) == (400, "not-valid")
    assert told["faults"][0]["line"] == 8  # type: ignore[index]
    assert post(warning(sender="ai@noi.khac"), token)[0] == 403
    assert post(warning(), token)[0] == 201
    assert post(warning().replace("đổ bộ", "đi qua"), token)[0] == 409
    assert post(b"x" * (LARGEST + 1), token)[0] == 413
    monkeypatch.setattr("nguon.cap.api._length", lambda _request: 0)  # in chunks: nobody said how much
    assert post(b"x" * (LARGEST + 1), token)[0] == 413
    assert Client().get(ADDRESS).status_code == 405
