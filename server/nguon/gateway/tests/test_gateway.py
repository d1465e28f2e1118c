"""What comes in from the broker: sorted by loudspeaker, stored together, answered."""

import queue
from typing import Any

import pytest
from django.db import DataError

from nguon.adapters.nats import Message
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries import actions
from nguon.deliveries.actions import receiving
from nguon.deliveries.models import Receipt
from nguon.deliveries.tests.cast import Teller
from nguon.gateway.gate import Gate
from nguon.gateway.management.commands.gateway import Gateway, sort
from nguon.health.models import State
from nguon.organisations.tests.cast import AT
from nguon_protocol import receipts

pytestmark = pytest.mark.django_db


class FakePipe:
    """An inbox that is filled beforehand, and what was sent."""

    def __init__(self) -> None:
        """This function will begin empty."""
        self.inbox: queue.Queue[Message] = queue.Queue()
        self.sent: dict[str, bytes] = {}

    def subscribe(self, *subjects: str) -> None:
        """This function will do nothing."""

    def publish_many(self, messages: Any) -> bool:
        """This function will note the messages."""
        self.sent |= dict(messages)
        return True


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def stepped(*messages: Message) -> FakePipe:
    pipe = FakePipe()
    for message in messages:
        pipe.inbox.put(message)
    Gateway(pipe).step()  # type: ignore[arg-type]
    return pipe


def receipt(teller: Teller) -> Message:
    return Message(f"lsp.r.{teller.device.pk}", teller.tell("info").encode())


def test_receipts_are_kept_and_answered_each_to_its_own(room: Newsroom) -> None:
    first, second = Teller(room.fleet.first), Teller(room.fleet.second)
    pipe = stepped(receipt(first), receipt(second), receipt(first))
    assert pipe.sent == {
        f"lsp.d.{first.device.pk}": b'{"ack": 2}',
        f"lsp.d.{second.device.pk}": b'{"ack": 1}',
    }


def test_a_last_will_counts_after_the_receipts_before_it(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    stepped(receipt(teller), Message(f"lsp.h.{teller.device.pk}", b'{"offline":true}'))
    teller.device.refresh_from_db()
    assert not teller.device.online


def test_what_is_no_health_is_left_out() -> None:
    rubbish = [b"", b"[]", b"1", b"\xff", b"[" * 100_000, b'{"a":' * 100_000]
    messages = [Message(f"lsp.h.{'0' * 32}", data) for data in rubbish]
    assert sort([*messages, Message("lsp.h.x", b"{}")]) == ({}, [])


def test_one_that_cannot_be_stored_does_not_hold_up_the_others(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = Teller(room.fleet.first), Teller(room.fleet.second)
    real = actions.receive_many

    def fails(*, envelopes: Any, at: Any) -> Any:
        if bad.device.pk in envelopes:
            raise DataError("no column holds this")
        return real(envelopes=envelopes, at=at)

    monkeypatch.setattr(actions, "receive_many", fails)
    pipe = stepped(receipt(bad), receipt(good))
    assert list(pipe.sent) == [f"lsp.d.{good.device.pk}"]
    assert Receipt.objects.get().device == good.device


def test_one_that_floods_is_held_back_and_told_and_the_others_come_through(room: Newsroom) -> None:
    mad, calm = room.fleet.first.device, room.fleet.second.device
    moment = [0.0]
    gate = Gate(lambda: moment[0])
    pipe = FakePipe()
    for n in range(5000):  # five seconds of a thousand a second
        moment[0] = n / 1000
        for device in (mad, calm) if n % 1000 == 0 else (mad,):
            message = Message(f"lsp.h.{device.pk}", b"{}")
            if gate.passes(message):
                pipe.inbox.put(message)
    assert pipe.inbox.qsize() < 80
    assert [m.subject for m in list(pipe.inbox.queue)].count(f"lsp.h.{calm.pk}") == 5
    Gateway(pipe, gate).step()  # type: ignore[arg-type]
    assert State.objects.get(device=mad).dropped > 4900
    assert State.objects.get(device=calm).dropped == 0


def test_a_word_that_is_too_long_or_no_health_is_counted(room: Newsroom) -> None:
    device = room.fleet.first.device
    gate, pipe = Gate(), FakePipe()
    assert not gate.passes(Message(f"lsp.h.{device.pk}", b" " * 5000))
    pipe.inbox.put(Message(f"lsp.h.{device.pk}", b"[]"))
    Gateway(pipe, gate).step()  # type: ignore[arg-type]
    assert State.objects.get(device=device).dropped == 2


def test_receipts_that_nobody_signed_are_soon_held_back_and_told(room: Newsroom) -> None:
    mad, honest = room.fleet.first.device, Teller(room.fleet.second)
    gate, pipe = Gate(lambda: 0.0), FakePipe()
    taken = 0
    for _second in range(12):
        for message in [Message(f"lsp.r.{mad.pk}", b"{}")] * 1000:
            if gate.passes(message):
                pipe.inbox.put(message)
        taken += pipe.inbox.qsize()
        pipe.inbox.put(receipt(honest))
        Gateway(pipe, gate).step()  # type: ignore[arg-type]
    assert taken == 1000
    assert Receipt.objects.count() == 12
    assert State.objects.get(device=mad).dropped >= 1000
    assert not State.objects.filter(device=honest.device).exists()


def test_who_goes_on_sending_what_nobody_signed_is_not_looked_at_for_a_minute(room: Newsroom) -> None:
    mad, moment = room.fleet.first.device, [0.0]
    gate, taken = Gate(lambda: moment[0]), 0
    for n in range(50_000):  # fifty seconds of a thousand a second, one look of the gateway in each
        moment[0] = n / 1000
        if gate.passes(Message(f"lsp.r.{mad.pk}", b"{}")):
            taken += 1
        if n % 1000 == 999:
            gate.forged(mad.pk, taken if n == 999 else 0)
    assert taken == 1000
    moment[0] = 120.0
    assert gate.passes(Message(f"lsp.r.{mad.pk}", b"{}"))  # who was mended is heard again


def test_of_many_wrong_signatures_few_are_reckoned(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    teller, other = Teller(room.fleet.first), Teller(room.fleet.second)
    reckoned = []
    real = receipts.verify

    def counted(text: str, key: Any) -> Any:
        reckoned.append(text)
        return real(text, key)

    monkeypatch.setattr(receipts, "verify", counted)
    wrong = [other.tell("info") for _ in range(3)] * 700
    got = actions.receive(device_id=teller.device.pk, envelopes=wrong, at=AT)
    assert len(reckoned) == receiving.MOST_WRONG
    assert (got.acknowledged, got.rejected) == (0, len(wrong))


def test_receipts_go_before_health_while_they_crowd_in_and_no_word_is_lost(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.gateway.management.commands.gateway.BATCH", 2)
    teller, pipe = Teller(room.fleet.first), FakePipe()
    device = teller.device.pk
    said = Message(f"lsp.h.{device}", b'{"mains": true, "battery": 55}')
    for message in (said, receipt(teller), receipt(teller)):
        pipe.inbox.put(message)
    gateway = Gateway(pipe)  # type: ignore[arg-type]
    assert gateway.step()
    assert (Receipt.objects.count(), State.objects.filter(device=device, battery=55).count()) == (1, 0)
    assert gateway.step()
    assert (Receipt.objects.count(), State.objects.filter(device=device, battery=55).count()) == (2, 1)


def test_health_does_not_wait_for_ever(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.gateway.management.commands.gateway.BATCH", 1)
    monkeypatch.setattr("nguon.gateway.management.commands.gateway.MOST_WAITING", 2)
    device, pipe = room.fleet.first.device.pk, FakePipe()
    for battery in (54, 55):
        pipe.inbox.put(Message(f"lsp.h.{device}", b'{"battery": %d}' % battery))
    gateway = Gateway(pipe)  # type: ignore[arg-type]
    gateway.step()
    assert not State.objects.filter(device=device, battery__isnull=False).exists()
    gateway.step()
    assert State.objects.get(device=device).battery == 55
