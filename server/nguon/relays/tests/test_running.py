"""A booking in the morning: the real signer, the real tables, a station that the test plays."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from nguon.audio import store as sounds
from nguon.audio.tests.sounds import encoded
from nguon.bulletins.tests import cast as bulletins
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import order_stop
from nguon.deliveries.models import Document
from nguon.journal.models import Entry
from nguon.live import store
from nguon.live.models import Session
from nguon.live.states import Ending, State
from nguon.organisations.tests.cast import AT
from nguon.relays import actions, queries
from nguon.relays.models import Booking, Run
from nguon.relays.states import Fallback, RunState
from nguon.relays.tests.cast import (
    LOUD,
    MORNING,
    QUIET,
    URL,
    Direct,
    Morning,
    Tape,
    approved,
    booked,
)
from nguon_protocol import envelope
from nguon_protocol.documents import Order
from nguon_protocol.live import Segment, SegmentReader

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


@pytest.fixture
def morning(tmp_path: Path, settings: Settings) -> Iterator[Morning]:
    settings.NGUON_DATA = tmp_path
    signer = Direct(tmp_path)
    yield Morning(signer, Tape())
    signer.opened.close()


def facts(booking: Booking) -> list[str]:
    rows = Entry.objects.filter(subject=f"relay:{booking.pk}").order_by("sequence")
    return [row.fact.removeprefix("relay.") for row in rows]


def sessions() -> list[Session]:
    return list(Session.objects.order_by("opened_at"))


def seconds_heard(session: Session) -> float:
    """What a loudspeaker would play of it, proven by the order's key."""
    order = Order.parse(
        envelope.parse(Document.objects.get(type="order", task__subject=session.pk).envelope).payload
    )
    assert order.live is not None
    reader = SegmentReader(str(session.pk), order.live.session)
    good = [one for one in reader.feed(store.path_of(session.pk).read_bytes()) if isinstance(one, Segment)]
    return sum(packet.us for one in good for packet in one.packets) / 1_000_000


def test_it_is_heard_on_the_minute_and_ends_on_the_minute(room: Newsroom, morning: Morning) -> None:
    booking = approved(room, ends=MORNING.replace(hour=5, minute=31).time())
    morning.signer.now = MORNING - timedelta(seconds=11)
    morning.pass_(3)
    assert morning.tape.opened == 1  # it is listened to before its time
    morning.signer.now = MORNING - timedelta(seconds=2)
    morning.pass_(2)
    assert not sessions()
    morning.pass_(6)
    (session,) = sessions()
    assert session.opened_at is not None
    assert abs(session.opened_at - MORNING) <= timedelta(seconds=1)
    morning.signer.now = MORNING + timedelta(seconds=56)
    morning.pass_(3)
    session.refresh_from_db()
    assert session.state == State.OPEN
    morning.pass_(4)
    session.refresh_from_db()
    assert (session.state, session.ending) == (State.ENDED, Ending.TIME)
    assert 7 <= seconds_heard(session) <= 10
    run = Run.objects.get()
    assert (run.booking, run.state) == (booking, RunState.OVER)
    assert 7_000 <= run.sent_ms <= 10_000
    assert facts(booking) == ["submitted", "approved", "began", "over"]
    assert morning.tape.closed == 1


def test_what_is_not_approved_is_never_sent(room: Newsroom, morning: Morning) -> None:
    booked(room)
    morning.pass_(5)
    assert morning.tape.opened == 0
    assert not sessions()


def test_several_communes_of_one_station_listen_once(room: Newsroom, morning: Morning) -> None:
    approved(room)
    ward = actions.add_source(area=room.ward, name="VOV1", url=URL, by=room.people.lan, at=AT)
    approved(room, station=ward.pk, targets=(room.ward,))
    morning.pass_(5)
    assert morning.tape.opened == 1
    assert len(sessions()) == 2
    asked = morning.signer.asked
    assert asked["stations"] == 1  # both bookings in one look
    heard = [seconds_heard(session) for session in sessions()]
    assert min(heard) >= 3
    assert asked["segments"] <= 2 * 5  # half a second of both sessions in one question


def test_silence_sends_them_back_to_the_plan_and_sound_brings_it_back(
    room: Newsroom, morning: Morning
) -> None:
    booking = approved(room)
    morning.pass_(10)
    morning.tape.block = QUIET
    morning.pass_(9)
    assert sessions()[-1].state == State.OPEN
    morning.pass_(4)
    assert sessions()[-1].ending == Ending.SOURCE
    run = Run.objects.get()
    assert (run.state, run.why, run.losses) == (RunState.LOST, "silent", 1)
    assert [one.pk for one in queries.lost_in([room.commune])] == [run.pk]
    morning.tape.block = LOUD
    morning.pass_(6)
    assert [one.state for one in sessions()] == [State.ENDED, State.OPEN]
    assert Run.objects.get().state == RunState.ON
    assert facts(booking)[2:] == ["began", "lost", "back"]


def test_a_station_that_is_gone_is_named(room: Newsroom, morning: Morning) -> None:
    approved(room)
    morning.tape.block, morning.tape.fault = b"", "unreachable"
    morning.pass_(14)
    assert not sessions()
    assert (Run.objects.get().state, Run.objects.get().why) == (RunState.LOST, "unreachable")


def test_a_chosen_bulletin_is_heard_instead_once(room: Newsroom, morning: Morning, tmp_path: Path) -> None:
    instead = bulletins.approved(room, starts_at=bulletins.LATER)
    assert instead.media is not None
    path = sounds.path_of(instead.media.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(encoded(tmp_path / "instead.ogg", "libopus", "ogg", seconds=4, rate=48_000).read_bytes())
    booking = approved(room, instead=instead.pk)
    assert booking.fallback == Fallback.BULLETIN
    morning.pass_(10)
    morning.tape.block = QUIET
    morning.pass_(14)
    assert [one.state for one in sessions()] == [State.OPEN]
    morning.pass_(6)
    assert [one.ending for one in sessions()] == [Ending.SOURCE]
    assert 3500 <= Run.objects.get().instead_ms <= 4500


def _stop(room: Newsroom, morning: Morning) -> None:
    order_stop(place=room.people.places.commune, reason="", by=room.people.tuan, at=morning.signer.now)


def _end(room: Newsroom, morning: Morning) -> None:
    actions.end(booking_id=Booking.objects.get().pk, by=room.people.lan, at=morning.signer.now)


@pytest.mark.parametrize(("happens", "state"), [(_stop, RunState.STOPPED), (_end, RunState.OVER)])
def test_a_person_ends_it_for_the_day(
    room: Newsroom, morning: Morning, happens: Callable[[Newsroom, Morning], None], state: RunState
) -> None:
    approved(room)
    morning.pass_(5)
    happens(room, morning)
    morning.pass_(20)
    assert [one.state for one in sessions()] == [State.ENDED]
    assert Run.objects.get().state == state


def test_after_half_an_hour_another_session_follows_without_a_gap(room: Newsroom, morning: Morning) -> None:
    approved(room, ends=MORNING.replace(hour=6, minute=30).time())
    morning.pass_(5)
    first = sessions()[0]
    assert first.expires_at is not None
    morning.signer.now = first.expires_at - timedelta(seconds=9)
    morning.pass_(6)
    older, newer = sessions()
    assert (older.ending, newer.state) == (Ending.TIME, State.OPEN)
    assert newer.opened_at is not None
    assert older.ended_at is not None
    assert newer.opened_at < older.ended_at < first.expires_at


def test_a_process_that_was_started_again_goes_on_with_the_same_session(
    room: Newsroom, morning: Morning
) -> None:
    approved(room)
    morning.pass_(5)
    morning.begin()
    morning.pass_(5)
    (session,) = sessions()
    assert session.state == State.OPEN
    assert seconds_heard(session) >= 7


def test_a_signer_that_was_started_again_gets_another_session(room: Newsroom, morning: Morning) -> None:
    approved(room)
    morning.pass_(5)
    morning.signer.begin()
    morning.pass_(5)
    assert [one.ending for one in sessions()] == [Ending.LOST, ""]


def test_a_process_that_comes_back_too_late_ends_what_it_left(room: Newsroom, morning: Morning) -> None:
    approved(room)
    morning.pass_(5)
    morning.signer.now = MORNING + timedelta(minutes=31)
    morning.begin()
    morning.pass_(2)
    assert sessions()[0].state == State.ENDED
    assert Run.objects.get().state == RunState.OVER


def test_a_clock_that_is_set_back_and_forth_sends_each_hour_as_it_comes(
    room: Newsroom, morning: Morning
) -> None:
    approved(room)
    morning.pass_(5)
    morning.signer.now = MORNING - timedelta(hours=1)
    morning.pass_(3)
    assert [one.state for one in sessions()] == [State.ENDED]
    morning.signer.now = MORNING + timedelta(minutes=1)
    morning.pass_(5)
    assert Session.objects.filter(state=State.OPEN).count() == 1
    assert Run.objects.get().state == RunState.ON


def test_a_bulletin_at_once_goes_first(
    room: Newsroom, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(room)
    morning.pass_(5)
    monkeypatch.setattr(queries, "busy_areas", lambda _at: {room.people.places.province.area})
    morning.pass_(3)
    assert [one.ending for one in sessions()] == [Ending.GAVE_WAY]
    monkeypatch.setattr(queries, "busy_areas", lambda _at: {room.ward})
    morning.pass_(3)
    assert sessions()[-1].state == State.OPEN


def test_another_address_than_the_approved_one_is_not_signed(room: Newsroom, morning: Morning) -> None:
    booking = approved(room)
    type(booking.source).objects.update(url="http://evil.example/x.mp3")
    morning.pass_(3)
    booking.refresh_from_db()
    assert booking.refused == "content"
    assert not sessions()
    assert [one.pk for one in queries.refused_in([room.commune])] == [booking.pk]


def test_nor_when_it_changes_later(room: Newsroom, morning: Morning) -> None:
    booking = approved(room)
    morning.signer.now = MORNING - timedelta(hours=1)
    morning.pass_(1)
    type(booking.source).objects.update(url="http://evil.example/x.mp3")
    morning.signer.now = MORNING
    morning.pass_(5)
    assert [one.ending for one in sessions()] == [Ending.REFUSED]
    assert Run.objects.get().why == "content"
