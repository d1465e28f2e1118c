"""What loudspeakers ask over HTTP."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from nguon.audio import store
from nguon.audio.models import Media
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.models import Document, ReleasedMedia
from nguon.deliveries.tests.cast import Teller
from nguon.devices.tests.cast import Loudspeaker
from nguon.gateway.gate import RATES, Gate
from nguon.gateway.views import asking
from nguon.health.models import State
from nguon.kernel import clock
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol import http_auth, keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("asking", "devices", "joining"):
        monkeypatch.setattr(f"nguon.gateway.views.{module}.now", lambda: AT)


def ask(by: Loudspeaker, path: str, body: Any = None, *, skew: int = 0, device: str = "") -> Any:
    data = json.dumps(body).encode() if body is not None else b""
    method = "GET" if body is None else "POST"
    name = device or str(by.device.pk)
    header = http_auth.header(by.key, name, method, path, to_epoch(AT) + skew, data)
    client = Client(headers={"authorization": header})
    return client.get(path) if body is None else client.post(path, data, content_type="application/json")


def document(target: str) -> Document:
    return Document.objects.create(
        sha256=hashlib.sha256(target.encode()).hexdigest(),
        type="plan",
        target=target,
        epoch=1,
        v=1,
        issued_at=AT,
        expires_at=AT,
        envelope='{"payload":"x"}',
    )


def test_a_document_goes_to_whom_it_is_meant_for(room: Newsroom) -> None:
    made = document(room.commune)
    path = f"/lsp/v1/documents/{made.pk}"
    assert ask(room.fleet.first, path).content == b'{"payload":"x"}'
    assert ask(room.fleet.ward, path).status_code == 404


def test_a_request_is_proven_by_the_own_key(room: Newsroom) -> None:
    path = f"/lsp/v1/documents/{document(room.commune).pk}"
    assert ask(room.fleet.first, path, skew=299).status_code == 200
    assert ask(room.fleet.first, path, skew=301).status_code == 401
    assert ask(room.fleet.ward, path, device=str(room.fleet.first.device.pk)).status_code == 401
    assert Client().get(path).status_code == 401
    assert Client(headers={"authorization": "LOA x:1:zz"}).get(path).status_code == 401


def test_a_revoked_loudspeaker_gets_nothing(room: Newsroom) -> None:
    room.fleet.first.device.revoked_at = AT
    room.fleet.first.device.save()
    path = f"/lsp/v1/documents/{document(room.commune).pk}"
    assert ask(room.fleet.first, path).status_code == 403


def test_receipts_are_taken_without_the_broker(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    answer = ask(room.fleet.first, "/lsp/v1/receipts", [teller.tell("info"), teller.tell("info")])
    assert answer.json() == {"acknowledged": 2, "rejected": 0}


@pytest.mark.parametrize("body", [{}, "x", [1], [None], ["{}"] * 501])
def test_what_is_no_list_of_receipts_is_told(room: Newsroom, body: object) -> None:
    assert ask(room.fleet.first, "/lsp/v1/receipts", body).status_code == 400


def test_a_nonce_has_a_form(room: Newsroom) -> None:
    assert ask(room.fleet.first, "/lsp/v1/beacon?nonce=12").status_code == 400


def test_a_signer_that_is_away_is_said(room: Newsroom, settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_SIGNER_SOCKET = str(tmp_path / "none")
    answer = ask(room.fleet.first, f"/lsp/v1/beacon?nonce={'0' * 32}")
    assert (answer.status_code, answer.json()["error"]) == (503, "signer-away")


@pytest.fixture
def sound() -> Iterator[Media]:
    data = bytes(range(256)) * 4
    digest = hashlib.sha256(data).hexdigest()
    path = store.path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    yield Media.objects.create(
        sha256=digest, size=1024, duration_ms=1, loudness_lufs=-16, true_peak_dbtp=-1, created_at=AT
    )
    path.unlink()


def test_only_released_sound_is_served_and_in_parts(sound: Media) -> None:
    path = f"/lsp/v1/media/{sound.pk}"
    assert Client().get(path).status_code == 404
    ReleasedMedia.objects.create(sha256=sound.pk, released_at=AT)
    whole = Client().get(path).content
    assert hashlib.sha256(whole).hexdigest() == sound.pk
    part = Client(headers={"range": "bytes=1000-"}).get(path)
    assert (part.status_code, part.content, part["Content-Range"]) == (
        206,
        whole[1000:],
        "bytes 1000-1023/1024",
    )
    assert Client(headers={"range": "bytes=1024-"}).get(path).status_code == 416


def test_a_box_asks_to_join_and_waits() -> None:
    public = keys.generate().public.to_json()
    body = {"code": "ABCDEFGH", "pub": public, "model": "m", "serial": "1"}
    asked = Client().post("/lsp/v1/claims", body, content_type="application/json")
    assert asked.status_code == 202
    claim = asked.json()["claim"]
    assert Client().get(f"/lsp/v1/claims/{claim}?code=ABCDEFGH").json() == {"state": "waiting"}
    assert Client().get(f"/lsp/v1/claims/{claim}?code=ABCDEFGJ").status_code == 404
    assert Client().get(f"/lsp/v1/claims/{claim}").status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"code":"ABCDEFGH","pub":1}', "\x00"])
def test_a_claim_of_another_form_is_told(body: str) -> None:
    assert Client().post("/lsp/v1/claims", body, content_type="application/json").status_code == 400


def test_addresses_answer_one_method() -> None:
    assert Client().get("/lsp/v1/claims").status_code == 405
    assert asking.refusal(400, "x", "y").status_code == 400
    assert clock.now().tzinfo is not None


def test_who_asks_with_anothers_key_is_told_of_once_and_a_wrong_clock_is_not(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(asking, "_TOLD", {})
    first, second = room.fleet.first, room.fleet.second
    assert ask(second, "/lsp/v1/state", skew=-90_000_000).status_code == 401
    assert not State.objects.filter(impostor_at__isnull=False).exists()
    for _turn in range(3):
        assert ask(second, "/lsp/v1/state", device=str(first.device.pk)).status_code == 401
    assert State.objects.get(impostor_at__isnull=False).device_id == first.device.pk
    State.objects.update(impostor_at=None)
    with django_assert_num_queries(0):  # whoever goes on costs a signature to reckon, and no more
        assert ask(second, "/lsp/v1/state", device=str(first.device.pk)).status_code == 401
    assert not State.objects.filter(impostor_at__isnull=False).exists()
    assert ask(first, "/lsp/v1/state").status_code != 401  # and shuts nobody out


def test_who_asks_a_thousand_times_is_put_off_and_told_of_and_the_others_are_not(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    moment = [0.0]
    monkeypatch.setattr(asking, "GATE", Gate(lambda: moment[0]))
    monkeypatch.setitem(RATES, "w", (10.0, 5.0))
    mad, calm = room.fleet.first, room.fleet.second
    for _turn in range(5):
        assert ask(mad, "/lsp/v1/foreign", {}).status_code == 400
    assert ask(mad, "/lsp/v1/foreign", {}).status_code == 429
    with django_assert_max_num_queries(1):  # whose key it is
        assert ask(mad, "/lsp/v1/foreign", {}).status_code == 429
    assert ask(calm, "/lsp/v1/foreign", {}).status_code == 400
    assert State.objects.get(flooded_at__isnull=False).device_id == mad.device.pk
    moment[0] = 1.0
    assert ask(mad, "/lsp/v1/foreign", {}).status_code == 400


def test_a_log_that_nobody_asked_for_is_not_kept(room: Newsroom) -> None:
    answer = ask(room.fleet.first, f"/lsp/v1/logs/{room.fleet.first.device.pk}", {"x": 1})
    assert (answer.status_code, answer.json()["error"]) == (404, "log-not-asked")
