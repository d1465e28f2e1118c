"""The ops `order`, `stop` and `cancel`: what makes sound or silence at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from nguon_protocol import envelope, ids
from nguon_protocol.documents import Order
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened
from nguon_signer.ordering import OLDEST_PLAY_S
from nguon_signer.tests.cast import (
    ADMINISTRATOR,
    APPROVER,
    COMMUNE,
    EPOCH,
    NOW,
    OTHER,
    PROVINCE,
    STRANGER,
    VILLAGE,
    WRITER,
    Call,
    Clock,
    World,
)

pytestmark = pytest.mark.django_db


def _order(answer: dict[str, dict[str, str]]) -> Order:
    return Order.parse(envelope.parse(answer["document"]["envelope"]).payload)


def test_order_plays_the_approved_sound_once(call: Call, world: World) -> None:
    revision = world.revision(timing="now")
    answer = call("order", revision=revision, target=COMMUNE)
    order = _order(answer)
    assert (order.action, order.target, order.expires) == ("play", COMMUNE, EPOCH + 900)
    assert order.item is not None
    assert order.item.id == ids.item_id(revision, 0)
    assert order.id == ids.order_id(order.item.id, COMMUNE)
    assert answer["document"]["items"][0]["revision"] == revision
    assert call("order", revision=revision, target=COMMUNE) == answer


def test_order_is_not_repeated_after_its_end(call: Call, world: World, clock: Clock) -> None:
    revision = world.revision(timing="now")
    call("order", revision=revision, target=COMMUNE)
    clock.now += 901
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "expired"


def test_order_that_found_no_signer_for_an_hour_is_refused(call: Call, world: World, clock: Clock) -> None:
    revision = world.revision(timing="now")
    clock.now += OLDEST_PLAY_S + 1
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "late"


def test_order_for_another_target_is_refused(call: Call, world: World) -> None:
    revision = world.revision(timing="now")
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=VILLAGE)
    assert refused.value.reason == "target"


def test_order_for_a_timed_bulletin_is_refused(call: Call, world: World) -> None:
    with pytest.raises(Refused) as refused:
        call("order", revision=world.revision(), target=COMMUNE)
    assert refused.value.reason == "timing"


def test_order_without_approval_or_unknown_is_refused(call: Call, world: World) -> None:
    with pytest.raises(Refused) as refused:
        call("order", revision=world.revision(timing="now", approved=False), target=COMMUNE)
    assert refused.value.reason == "approval"
    with pytest.raises(Refused) as refused:
        call("order", revision=str(uuid4()), target=COMMUNE)
    assert refused.value.reason == "unknown"


def test_order_after_withdrawal_is_refused(call: Call, world: World) -> None:
    revision = world.revision(timing="now")
    world.withdraw(revision)
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "withdrawn"


def test_changed_media_facts_are_refused(call: Call, world: World) -> None:
    revision = world.revision(timing="now")
    world.db.execute("UPDATE audio_media SET duration_ms = 3600000")
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "content"


def test_numbers_grow_over_plays_stops_and_cancels_of_one_target(call: Call, world: World) -> None:
    first, second = world.revision(timing="now"), world.revision(timing="now")
    documents = [
        call("order", revision=first, target=COMMUNE),
        call("stop", stop=world.stop(), target=COMMUNE),
        call("order", revision=second, target=COMMUNE),
        call("cancel", withdrawal=world.withdraw(second), target=COMMUNE),
    ]
    assert [answer["document"]["v"] for answer in documents] == [1, 2, 3, 4]


@pytest.mark.parametrize("target", [COMMUNE, VILLAGE])
def test_stop_by_the_duty_officer(call: Call, world: World, target: str) -> None:
    stop = world.stop()
    answer = call("stop", stop=stop, target=target)
    assert (_order(answer).action, _order(answer).target) == ("stop", target)
    assert call("stop", stop=stop, target=target) == answer


def test_stop_by_an_approver_of_the_area(call: Call, world: World) -> None:
    assert call("stop", stop=world.stop(by=APPROVER), target=COMMUNE)["document"]["action"] == "stop"


@pytest.mark.parametrize("by", [WRITER, ADMINISTRATOR, STRANGER])
def test_stop_by_anybody_else_is_refused(call: Call, world: World, by: int) -> None:
    with pytest.raises(Refused) as refused:
        call("stop", stop=world.stop(by=by), target=COMMUNE)
    assert refused.value.reason == "role"


def test_stop_elsewhere_too_wide_or_too_old_is_refused(call: Call, world: World) -> None:
    for stop, target, reason in (
        (world.stop(), OTHER, "target"),
        (world.stop(PROVINCE), PROVINCE, "scope"),
        (world.stop(PROVINCE), COMMUNE, None),
        (world.stop(at=NOW - timedelta(minutes=16)), COMMUNE, "late"),
    ):
        if reason is None:
            assert call("stop", stop=stop, target=target)["document"]["action"] == "stop"
            continue
        with pytest.raises(Refused) as refused:
            call("stop", stop=stop, target=target)
        assert refused.value.reason == reason


def test_cancel_names_every_item_of_the_bulletin(call: Call, world: World, clock: Clock) -> None:
    revision = world.revision(timing="repeat", rrule="FREQ=DAILY", starts_at=NOW)
    withdrawal = world.withdraw(revision)
    clock.now += 3600
    order = _order(call("cancel", withdrawal=withdrawal, target=COMMUNE))
    assert order.items[0] == ids.item_id(revision, EPOCH)
    assert len(order.items) == 36
    clock.now += 7 * 86_400
    assert _order(call("cancel", withdrawal=withdrawal, target=COMMUNE)).v == 2


def test_cancel_by_a_stranger_or_elsewhere_is_refused(call: Call, world: World) -> None:
    withdrawal = world.withdraw(world.revision(timing="now"), by=STRANGER)
    with pytest.raises(Refused) as refused:
        call("cancel", withdrawal=withdrawal, target=COMMUNE)
    assert refused.value.reason == "role"
    with pytest.raises(Refused) as refused:
        call("cancel", withdrawal=withdrawal, target=VILLAGE)
    assert refused.value.reason == "target"


def test_cancel_by_an_approver_of_the_place_has_one_name(call: Call, world: World) -> None:
    withdrawal = world.withdraw(world.revision(timing="now"), by=APPROVER)
    order = _order(call("cancel", withdrawal=withdrawal, target=COMMUNE))
    assert order.id == ids.order_id(withdrawal, COMMUNE)


def test_cancel_reaches_one_commune_at_most(call: Call, world: World) -> None:
    withdrawal = world.withdraw(world.revision(PROVINCE, timing="now"))
    with pytest.raises(Refused) as refused:
        call("cancel", withdrawal=withdrawal, target=PROVINCE)
    assert refused.value.reason == "scope"


def test_what_nobody_pressed_or_withdrew_is_unknown(call: Call) -> None:
    for op, field in (("stop", "stop"), ("cancel", "withdrawal")):
        with pytest.raises(Refused) as refused:
            call(op, **{field: str(uuid4())}, target=COMMUNE)
        assert refused.value.reason == "unknown"


def test_a_stop_is_not_repeated_after_its_end(call: Call, world: World, clock: Clock) -> None:
    stop = world.stop(at=NOW + timedelta(seconds=60))  # the server's clock is a minute ahead
    call("stop", stop=stop, target=COMMUNE)
    clock.now += 901
    with pytest.raises(Refused) as refused:
        call("stop", stop=stop, target=COMMUNE)
    assert refused.value.reason == "expired"


def test_order_in_quiet_hours_is_refused(call: Call, world: World, clock: Clock) -> None:
    revision = world.revision(timing="now")
    clock.now = EPOCH + 7 * 3600  # 22:00 in Việt Nam
    world.db.execute("ALTER TABLE bulletins_approval DISABLE TRIGGER USER")
    world.db.execute("UPDATE bulletins_approval SET at = %s", (NOW + timedelta(hours=7),))
    world.db.execute("ALTER TABLE bulletins_approval ENABLE TRIGGER USER")
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "quiet"


def test_many_at_once_get_numbers_of_their_own(call: Call, world: World, opened: Opened) -> None:
    revisions = [world.revision(timing="now") for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda one: call("order", revision=one, target=COMMUNE), [*revisions, *revisions])
        )
    assert sorted({answer["document"]["v"] for answer in answers}) == list(range(1, 13))
    assert opened.store.broken_at() is None


def test_a_sound_that_fits_no_document_is_refused(call: Call, world: World) -> None:
    revision = world.revision(timing="now")
    world.db.execute("UPDATE audio_media SET size = %s", (2**40,))
    with pytest.raises(Refused) as refused:
        call("order", revision=revision, target=COMMUNE)
    assert refused.value.reason == "spec"
