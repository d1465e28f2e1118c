"""The ops `live`, `lives`, `segment` and `live_end`: one person's voice, and nobody else's."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from nguon_protocol import envelope
from nguon_protocol.documents import Order, Policy
from nguon_protocol.live import Segment, SegmentReader
from nguon_signer import policy
from nguon_signer.database import Database
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.policy import BURST_S, OLDEST_LIVE_S
from nguon_signer.rows import LiveSession, Role, Target
from nguon_signer.service import Service
from nguon_signer.speaking import SLACK_S
from nguon_signer.tests.cast import (
    APPROVER,
    COMMUNE,
    DUTY,
    EPOCH,
    NOW,
    OTHER,
    PROVINCE,
    VILLAGE,
    Call,
    Clock,
    World,
)

pytestmark = pytest.mark.django_db
PACKET = b"\xf8" + b"a" * 30
SECOND = b64encode((len(PACKET).to_bytes(2) + PACKET) * 50).decode()
"""A second of sound in packets of 20 ms."""


def order_of(answer: dict[str, dict[str, str]]) -> Order:
    return Order.parse(envelope.parse(answer["document"]["envelope"]).payload)


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        ask()
    return found.value.reason


def test_a_duty_officer_is_heard_by_the_key_that_the_order_names(call: Call, world: World) -> None:
    session = world.live()
    order = order_of(call("live", session=session, target=COMMUNE))
    assert (order.action, order.id, order.expires) == ("live", session, EPOCH + 15 * 60)
    assert order.live is not None
    assert order.live.url == f"/lsp/v1/live/{session}"
    reader = SegmentReader(session, order.live.session)
    said = [call("segment", session=session, by=DUTY, audio=SECOND) for _ in range(3)]
    stream = b"".join(b64decode(one["segment"]) for one in (*said, call("live_end", session=session)))
    heard = [one for one in reader.feed(stream) if isinstance(one, Segment)]
    assert [len(one.packets) for one in heard] == [50, 50, 50, 0]
    assert reader.ended


def test_one_sound_for_many_sessions_is_signed_for_each_and_refused_for_each(
    call: Call, world: World
) -> None:
    never = "00000000-0000-4000-8000-000000000000"
    here = world.live()
    keys = {here: order_of(call("live", session=here, target=COMMUNE)).live}
    there = world.live(VILLAGE)  # the first one goes on until the signer is told of its end
    keys[there] = order_of(call("live", session=there, target=VILLAGE)).live
    people = {here: DUTY, there: DUTY, never: DUTY}
    first, again = [call("segments", sessions=people, audio=SECOND)["answers"] for _ in range(2)]
    assert {name: answer.get("reason") for name, answer in first.items()} == {
        here: None, there: None, never: "unknown",
    }  # fmt: skip
    for name, order in keys.items():
        assert order is not None
        stream = b64decode(first[name]["segment"]) + b64decode(again[name]["segment"])
        assert len(list(SegmentReader(name, order.session).feed(stream))) == 2
    stranger = call("segments", sessions={here: APPROVER}, audio=SECOND)["answers"][here]
    assert stranger["reason"] == "person"
    many = {f"{here[:-3]}{n}": DUTY for n in range(100, 165)}
    for wrong in ({}, {here: "x"}, {"x": DUTY}, [here], many):
        with pytest.raises(Refused) as found:
            call("segments", sessions=wrong, audio=SECOND)
        assert found.value.reason == "parse"


def test_what_opens_and_closes_a_session_is_in_the_log_and_the_key_is_not(
    call: Call, world: World, opened: Opened
) -> None:
    session = world.live()
    pub = order_of(call("live", session=session, target=COMMUNE)).live
    call("segment", session=session, by=DUTY, audio=SECOND)
    call("live_end", session=session)
    ((_at, begun),) = opened.store.facts("live.opened")
    assert pub is not None
    assert (begun["session_pub"], begun["by"]) == (pub.session.pub.hex(), DUTY)
    assert [told for _at, told in opened.store.facts("live.closed")] == [
        {"session": session, "segments": 1, "ms": 1000}
    ]
    assert opened.store.broken_at() is None


def test_every_target_has_its_order_and_all_have_one_key(call: Call, world: World) -> None:
    session = world.live(VILLAGE, f"d/{world.device}")
    answers = call("lives", session=session, targets=[VILLAGE, f"d/{world.device}", COMMUNE])["answers"]
    assert answers.pop(COMMUNE)["reason"] == "target"
    orders = [order_of(one) for one in answers.values()]
    assert len({one.live.session.pub for one in orders if one.live}) == 1
    again = order_of(call("live", session=session, target=VILLAGE))
    assert again == orders[0]


def test_the_wrong_person_place_or_time_opens_nothing(call: Call, world: World, clock: Clock) -> None:
    def ask(session: str, target: str = COMMUNE) -> str:
        return refused(lambda: call("live", session=session, target=target))

    assert ask(world.live(by=APPROVER)) == "role"
    assert ask(world.live(OTHER), OTHER) == "role"
    assert ask(world.live(COMMUNE), VILLAGE) == "target"
    assert ask(world.live(opened_at=None)) == "draft"
    assert ask(world.live(opened_at=NOW - timedelta(seconds=OLDEST_LIVE_S + 1))) == "late"
    assert ask(world.live(opened_at=NOW + timedelta(minutes=1))) == "late"
    assert ask("00000000-0000-4000-8000-000000000000") == "unknown"
    over = world.live()
    world.end_live(over)
    assert ask(over) == "ended"
    world.role(DUTY, "duty", PROVINCE)
    assert ask(world.live(PROVINCE), PROVINCE) == "scope"


def test_only_its_own_person_speaks_and_only_while_it_is_open(call: Call, world: World, clock: Clock) -> None:
    session = world.live(minutes=1)

    def say(by: int = DUTY) -> dict[str, str]:
        return call("segment", session=session, by=by, audio=SECOND)

    assert refused(say) == "unknown"
    call("live", session=session, target=COMMUNE)
    assert refused(lambda: say(APPROVER)) == "person"
    say()
    clock.now += 60
    assert refused(say) == "ended"
    assert refused(lambda: call("live_end", session=session)) == "ended"


def test_after_the_end_nothing_of_it_is_signed(call: Call, world: World) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    call("live_end", session=session)
    assert refused(lambda: call("segment", session=session, by=DUTY, audio=SECOND)) == "ended"
    assert refused(lambda: call("live", session=session, target=COMMUNE)) == "ended"


def test_a_voice_is_no_faster_than_speech(call: Call, world: World, clock: Clock) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    for _ in range(int(SLACK_S)):
        call("segment", session=session, by=DUTY, audio=SECOND)
    assert refused(lambda: call("segment", session=session, by=DUTY, audio=SECOND)) == "fast"
    clock.now += 1
    call("segment", session=session, by=DUTY, audio=SECOND)


@pytest.mark.parametrize("audio", ["", "!", "AAAA", 7, "A" * 50_000, b64encode(b"\0\x09abc").decode()])
def test_only_whole_packets_of_sound_are_signed(call: Call, world: World, audio: object) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    assert refused(lambda: call("segment", session=session, by=DUTY, audio=audio)) in {"parse", "audio"}


def test_three_seconds_are_no_segment(call: Call, world: World) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    three = b64encode(b64decode(SECOND) * 3).decode()
    assert refused(lambda: call("segment", session=session, by=DUTY, audio=three)) == "audio"


def test_a_signer_that_was_started_again_opens_no_second_key(
    call: Call, world: World, opened: Opened, database: Database, clock: Clock
) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    again = Service(opened, database, clock)
    assert refused(lambda: again.handle({"op": "live", "session": session, "target": COMMUNE})) == "ended"
    segment = {"op": "segment", "session": session, "by": DUTY, "audio": SECOND}
    assert refused(lambda: again.handle(segment)) == "unknown"


def test_it_ends_before_the_quiet_hours_begin(
    world: World, opened: Opened, database: Database, clock: Clock
) -> None:
    # NOW is 15:00 in the policy's zone.
    rules = Policy(quiet=(("15:10", "16:00"),))
    quiet = replace(opened, root=replace(opened.root, policy=rules))
    service = Service(quiet, database, clock)
    order = order_of(service.handle({"op": "live", "session": world.live(minutes=30), "target": COMMUNE}))
    assert order.expires == EPOCH + 10 * 60
    clock.now += 600
    late = world.live(opened_at=NOW + timedelta(minutes=10))
    assert refused(lambda: service.handle({"op": "live", "session": late, "target": COMMUNE})) == "quiet"


def test_the_fourth_commune_in_ten_minutes_hears_nothing(call: Call, world: World, clock: Clock) -> None:
    world.role(DUTY, "duty", PROVINCE)
    communes = [f"vn.5.{number}" for number in range(130, 134)]
    for area in communes:
        world.place(area, "commune", 5)
    assert refused(lambda: call("live", session=world.live(*communes), target=communes[0])) == "wide"
    call("live", session=world.live(*communes[:3]), target=communes[0])
    assert refused(lambda: call("live", session=world.live(communes[3]), target=communes[3])) == "burst"
    clock.now += BURST_S + 1
    later = world.live(communes[3], opened_at=NOW + timedelta(seconds=BURST_S + 1))
    call("live", session=later, target=communes[3])


def test_nobody_speaks_for_longer_than_half_an_hour_or_to_nobody() -> None:
    role = Role(DUTY, "duty", COMMUNE, NOW.date(), None)
    good = LiveSession("s", DUTY, 30, NOW, ended=False, targets=(Target(COMMUNE, "commune", COMMUNE),))

    def reason(session: LiveSession) -> str:
        found = policy.refuse_live(session, [role], "Asia/Ho_Chi_Minh", NOW)
        return found.reason if found else "signed"

    assert reason(good) == "signed"
    assert reason(replace(good, minutes=31)) == reason(replace(good, minutes=0)) == "minutes"
    assert reason(replace(good, targets=())) == "target"
    assert reason(replace(good, targets=(Target("vn.5.999", "commune", None),))) == "target"


def test_store_is_the_same_after_a_crash(call: Call, world: World, opened: Opened) -> None:
    session = world.live()
    call("live", session=session, target=COMMUNE)
    folder = opened.folder
    opened.close()
    again = open_store(folder)
    assert again.store.of_order(session, COMMUNE) is not None
    assert again.store.of_order(session, OTHER) is None
    again.close()
