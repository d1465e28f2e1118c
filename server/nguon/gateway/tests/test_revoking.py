"""The step that cuts revoked loudspeakers off at the broker."""

import json
import time
from typing import Any

import pytest
from django.test import Client

from config.engines.nats import Nats
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import receive
from nguon.deliveries.models import Receipt
from nguon.deliveries.queries import last_receipt_number
from nguon.deliveries.tests.cast import Teller
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.devices import actions
from nguon.devices.models import Device
from nguon.gateway.management.commands import dispatcher
from nguon.gateway.revoking import BrokerPush, Revoker
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol import http_auth
from nguon_signer.brokers import PUSH_CREDS
from nguon_signer.client import SignerRefused, SignerUnavailable
from nguon_signer.errors import Refused
from nguon_signer.opened import open_store
from nguon_signer.service import Service
from nguon_signer.tests.test_broker import Box
from nguon_signer.tests.test_revoking import engine, enters, running

__all__ = ["engine"]
pytestmark = pytest.mark.django_db


class TokenSigner:
    """Gives a new account token each time."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.silent = False

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        self.asked.append((op, fields))
        if self.silent:
            raise SignerUnavailable("away")
        return {"jwt": f"token-{len(self.asked)}"}


class Broker:
    """Takes tokens, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.taken: list[str] = []

    def __call__(self, token: str) -> bool:
        if not self.away:
            self.taken.append(token)
        return not self.away


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def revoked(room: Newsroom) -> Device:
    box = room.fleet.first.device
    return actions.revoke(
        device=box, last_receipt=last_receipt_number(box), reason="mất", by=room.people.tuan, at=AT
    )


def test_at_the_start_the_broker_hears_every_revocation_once_more(room: Newsroom) -> None:
    signer, broker = TokenSigner(), Broker()
    revoker = Revoker(signer, broker)
    assert not revoker.step()
    assert not revoker.step()
    assert [op for op, _ in signer.asked] == ["account"]
    assert broker.taken == ["token-1"]


def test_a_revocation_is_done_when_the_broker_took_it_and_not_before(room: Newsroom) -> None:
    signer, broker = TokenSigner(), Broker()
    revoker = Revoker(signer, broker)
    revoker.step()
    box = revoked(room)
    broker.away = True
    assert not revoker.step()
    broker.away, signer.silent = False, True
    assert not revoker.step()
    assert list(Device.objects.values_list("cut_off_at", flat=True)).count(None) == 3
    signer.silent = False
    assert revoker.step()
    assert Device.objects.get(pk=box.pk).cut_off_at is not None
    assert ("revoke", {"device": str(box.pk)}) in signer.asked
    assert not revoker.step()


def test_receipts_after_the_revocation_are_kept_flagged_and_not_believed(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    envelopes = [teller.tell("info", None, reason="boot") for _ in range(4)]
    assert receive(device_id=teller.device.pk, envelopes=envelopes[:2], at=AT).acknowledged == 2
    revoked(room)
    assert receive(device_id=teller.device.pk, envelopes=envelopes, at=AT).acknowledged == 2
    rows = Receipt.objects.filter(device=teller.device).order_by("n").values_list("n", "after_revocation")
    assert list(rows) == [(1, False), (2, False), (3, True), (4, True)]


@pytest.mark.parametrize("path", ["/lsp/v1/state", "/lsp/v1/receipts", "/lsp/v1/beacon?nonce=" + "0" * 32])
def test_a_revoked_loudspeaker_is_told_so_over_http(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("nguon.gateway.views.asking.now", lambda: AT)
    box = room.fleet.first
    revoked(room)
    body = json.dumps([]).encode() if "receipts" in path else b""
    method = "POST" if body else "GET"
    header = http_auth.header(box.key, str(box.device.pk), method, path, to_epoch(AT), body)
    client = Client(headers={"authorization": header})
    answer = client.post(path, body, content_type="application/json") if body else client.get(path)
    assert (answer.status_code, answer.json()["error"]) == (403, "revoked")


class Direct:
    """The real signer without its socket."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        try:
            return self._service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused


def test_one_step_of_the_dispatcher_drops_it_shuts_it_out_and_refuses_its_questions(
    room: Newsroom, engine: Nats
) -> None:
    """Revoked on a page; the dispatcher looks at once and then every half second, so a minute is ample."""
    opened = open_store(engine.store)
    signer = Direct(Service(opened, SameTransaction(), time.time))
    gone, stays = room.fleet.first, room.fleet.ward
    tokens = [signer.call("credential", device=str(one.device.pk))["jwt"] for one in (gone, stays)]
    with running(engine):
        push = BrokerPush(engine.url, str(engine.store / "public" / "nats" / PUSH_CREDS))
        revoker = Revoker(signer, push)
        revoker.step()
        boxes = [
            Box(engine, token, str(one.device.pk))  # type: ignore[arg-type]
            for token, one in zip(tokens, (gone, stays), strict=True)
        ]
        assert all(box.connected for box in boxes)
        revoked(room)
        assert revoker.step()
        assert boxes[0].gone.wait(60)
        assert not boxes[1].gone.is_set()
        assert not enters(engine, tokens[0], str(gone.device.pk))
        boxes[1].close()
        assert enters(engine, tokens[1], str(stays.device.pk))
        boxes[0].close()
    with pytest.raises(SignerRefused):
        signer.call("credential", device=str(gone.device.pk))
    opened.close()
    header = http_auth.header(gone.key, str(gone.device.pk), "GET", "/lsp/v1/state", int(time.time()), b"")
    answer = Client(headers={"authorization": header}).get("/lsp/v1/state")
    assert (answer.status_code, answer.json()["error"]) == (403, "revoked")
    assert dispatcher.REVOKE_SECONDS < 60
