"""Proof: receipts move what is known, and nobody else's word does."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.broadcasts.models import Airing
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom
from nguon.deliveries import queries
from nguon.deliveries.actions import receive, sign_next, sweep
from nguon.deliveries.models import Delivery, Document, Receipt
from nguon.deliveries.states import FINAL, MOVES, DeliveryState
from nguon.deliveries.tests.cast import FakeSigner, Teller
from nguon.deliveries.tests.test_following import follow_all
from nguon.organisations.tests.cast import AT
from nguon_protocol.acceptance import REASONS
from nguon_protocol.receipts import EVENTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def send(teller: Teller, *envelopes: str) -> int:
    return receive(device_id=teller.device.pk, envelopes=envelopes, at=AT).acknowledged


def airing_of(room: Newsroom) -> Airing:
    made = approved(room)
    follow_all()
    sign_next(signer=FakeSigner(), at=AT)
    return Airing.objects.get(revision=made)


def state_of(teller: Teller) -> Delivery:
    return Delivery.objects.get(device=teller.device)


def test_the_life_of_an_item(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    send(teller, teller.tell("ready", airing.pk))
    assert state_of(teller).state == "delivered"
    send(teller, teller.tell("started", airing.pk, started_at_ms=1_772_413_200_000))
    assert state_of(teller).state == "playing"
    send(teller, teller.tell("played", airing.pk, seconds_ms=10_000, started_at_ms=1_772_413_200_000))
    known = state_of(teller)
    assert (known.state, known.seconds_ms, known.receipt_n) == ("played", 10_000, 3)
    assert queries.proof_of(known) == {"n": 3, "sha256": teller.prev, "event": "played"}


def test_one_receipt_says_of_several_items_that_they_are_ready(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    send(teller, teller.tell("ready", items=(str(airing.pk), str(room.fleet.first.device.pk))))
    known = state_of(teller)
    assert (known.airing_id, known.state, known.receipt_n) == (airing.pk, "delivered", 1)
    assert queries.proof_of(known) == {"n": 1, "sha256": teller.prev, "event": "ready"}


def test_a_part_is_a_state_with_seconds_and_never_done(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    send(teller, teller.tell("partly", airing.pk, seconds_ms=4_200, reason="stopped"))
    known = state_of(teller)
    assert (known.state, known.seconds_ms, known.reason) == ("partly", 4_200, "stopped")
    assert queries.tally(Delivery.objects.all()).played == 0


def test_a_missed_item_says_why(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    send(teller, teller.tell("missed", airing.pk, reason="late"))
    assert (state_of(teller).state, state_of(teller).reason) == ("refused", "late")


@pytest.mark.parametrize("reason", ["parse", "type", "threshold"])
def test_a_spoilt_copy_that_was_refused_says_nothing_of_the_true_document(
    room: Newsroom, reason: str
) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    send(teller, teller.tell("refused", doc=Document.objects.get().sha256, reason=reason))
    assert state_of(teller).state == "waiting"
    send(teller, teller.tell("ready", airing.pk))
    send(teller, teller.tell("refused", doc=Document.objects.get().sha256, reason=reason))
    assert state_of(teller).state == "delivered"
    assert Receipt.objects.filter(event="refused", reason=reason).count() == 2


@pytest.mark.parametrize("reason", sorted(set(REASONS) - {"parse", "type", "threshold", "rollback"}))
def test_a_document_that_was_refused_for_what_it_says_refuses_its_items(room: Newsroom, reason: str) -> None:
    airing_of(room)
    teller = Teller(room.fleet.first)
    send(teller, teller.tell("refused", doc=Document.objects.get().sha256, reason=reason))
    assert (state_of(teller).state, state_of(teller).reason) == ("refused", reason)


@pytest.mark.parametrize(("kind", "state"), [("plan", "waiting"), ("order", "refused")])
def test_an_old_plan_played_back_takes_nothing_away(room: Newsroom, kind: str, state: str) -> None:
    airing_of(room)
    teller = Teller(room.fleet.first)
    Document.objects.update(type=kind)
    send(teller, teller.tell("refused", doc=Document.objects.get().sha256, reason="rollback"))
    assert state_of(teller).state == state


def test_a_document_that_strayed_to_others_is_not_their_bulletin(room: Newsroom) -> None:
    airing_of(room)
    teller = Teller(room.fleet.first)
    Delivery.objects.filter(device=teller.device).delete()
    send(teller, teller.tell("refused", doc=Document.objects.get().sha256, reason="target"))
    assert not Delivery.objects.filter(device=teller.device).exists()


def test_the_same_receipts_by_two_paths_count_once(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    envelopes = [teller.tell("ready", airing.pk), teller.tell("played", airing.pk, seconds_ms=10_000)]
    assert send(teller, *envelopes) == 2
    assert send(teller, *envelopes) == 2
    assert Receipt.objects.count() == 2


def test_a_gap_is_not_acknowledged_until_it_is_filled(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    first, second, third = teller.tell("info"), teller.tell("info"), teller.tell("info")
    assert send(teller, first) == 1
    assert send(teller, third) == 1
    assert send(teller, second) == 3


def test_another_loudspeaker_proves_nothing_for_this_one(room: Newsroom) -> None:
    airing = airing_of(room)
    liar = Teller(room.fleet.second)
    got = receive(device_id=room.fleet.first.device.pk, envelopes=[liar.tell("played", airing.pk)], at=AT)
    assert (got.acknowledged, got.rejected) == (0, 1)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "\x00", "null", '{"payload":"x"}', "9" * 5000])
def test_rubbish_is_counted_and_dropped(room: Newsroom, rubbish: str) -> None:
    got = receive(device_id=room.fleet.first.device.pk, envelopes=[rubbish], at=AT)
    assert (got.acknowledged, got.rejected) == (0, 1)


def test_receipts_are_append_only(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    send(teller, teller.tell("info"))
    for change in (Receipt.objects.all().delete, lambda: Receipt.objects.update(event="played")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_silence_is_named_and_a_late_word_mends_it(room: Newsroom) -> None:
    airing, teller = airing_of(room), Teller(room.fleet.first)
    assert sweep(at=AT + timedelta(seconds=30)) == 0
    assert sweep(at=AT + timedelta(seconds=200)) == 2
    assert state_of(teller).state == "unreachable"
    send(teller, teller.tell("played", airing.pk, seconds_ms=10_000))
    assert state_of(teller).state == "played"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(events=st.lists(st.sampled_from(sorted(EVENTS)), max_size=8))
def test_what_was_played_whole_stays_played(room: Newsroom, events: list[str]) -> None:
    with transaction.atomic():
        airing, teller = airing_of(room), Teller(room.fleet.first)
        played = False
        for event in events:
            send(teller, teller.tell(event, airing.pk, seconds_ms=1))
            played = played or event == "played"
            assert (state_of(teller).state == "played") == played
        transaction.set_rollback(True)


def test_no_move_leaves_what_was_played_and_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(DeliveryState)
    assert not MOVES[DeliveryState.PLAYED]
    assert all(DeliveryState.WAITING not in MOVES[state] for state in FINAL)
