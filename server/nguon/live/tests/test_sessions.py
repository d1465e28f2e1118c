"""From the choice of places to the kept recording, with the real signer and the real reader of segments."""

import math
import struct
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nguon.accounts.actions import assign_role
from nguon.accounts.states import Role
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import order_stop, sign_many
from nguon.deliveries.models import SigningTask
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.devices import queries as devices
from nguon.journal.models import Entry
from nguon.kernel.clock import to_epoch
from nguon.live import actions, errors, queries, store
from nguon.live.actions import speaking
from nguon.live.models import Session
from nguon.live.states import Ending, State
from nguon.organisations.tests.cast import AT
from nguon_protocol import envelope
from nguon_protocol.documents import Order, Policy
from nguon_protocol.live import Segment, SegmentReader
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerRefused, SignerUnavailable
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.service import Service

pytestmark = pytest.mark.django_db
RATE = 24_000
BUZZ = struct.pack(f"<{RATE}h", *[int(9_000 * math.sin(n * 440 * 2 * math.pi / RATE)) for n in range(RATE)])
"""A second of sound."""


class Direct:
    """The signer without its socket, on a clock that the test moves."""

    def __init__(self, opened: Opened) -> None:
        self.now, self.away = AT, False
        self._opened = opened
        self.begin()

    def begin(self) -> None:
        """Start the signer (again)."""
        self._service = Service(self._opened, SameTransaction(), lambda: self.now.timestamp())

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        if self.away:
            raise SignerUnavailable("away")
        try:
            return self._service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused


@pytest.fixture
def signer(tmp_path: Path, settings: Settings) -> Iterator[Direct]:
    settings.NGUON_DATA = tmp_path
    speaking._Voice.of.clear()
    make_store(tmp_path / "store", policy=Policy(), at=to_epoch(AT), demo=True)
    opened = open_store(tmp_path / "store")
    yield Direct(opened)
    opened.close()


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def prepared(room: Newsroom, *targets: str, minutes: int = 15) -> Session:
    return actions.prepare(
        targets=targets or (room.commune,), minutes=minutes, title="Nói", by=room.people.tuan, at=AT
    )


def opened(room: Newsroom, signer: Direct, *targets: str) -> Session:
    session = actions.open_session(session_id=prepared(room, *targets).pk, by=room.people.tuan, at=signer.now)
    sign_many(signer=signer, at=signer.now)
    return session


def say(room: Newsroom, signer: Direct, session: Session, seconds: int = 1, after_s: float = 1.0) -> str:
    """Speak, a second in each request, and give the last answer's phase."""
    phase = ""
    for _ in range(seconds):
        signer.now += timedelta(seconds=after_s)
        number = speaking._Voice.named(session.pk).number + 1
        phase = actions.hear(
            session_id=session.pk, number=number, pcm=BUZZ, rate=RATE, signer=signer, by=room.people.tuan,
            at=signer.now,
        ).phase  # fmt: skip
    return phase


def ending(session: Session) -> str:
    session.refresh_from_db()
    return session.ending


def test_what_is_said_is_signed_sent_and_kept(room: Newsroom, signer: Direct) -> None:
    session = actions.open_session(session_id=prepared(room).pk, by=room.people.tuan, at=AT)
    assert say(room, signer, session) == "opening"
    (ring,) = sign_many(signer=signer, at=signer.now) or []
    order = Order.parse(envelope.parse(ring.envelope or "").payload)
    assert order.live is not None
    assert say(room, signer, session, 3) == "on"
    actions.end(
        session_id=session.pk, ending=Ending.FINISHED, signer=signer, by=room.people.tuan, at=signer.now
    )
    reader = SegmentReader(str(session.pk), order.live.session)
    heard = [one for one in reader.feed(store.path_of(session.pk).read_bytes()) if isinstance(one, Segment)]
    assert reader.ended
    assert 2_900_000 <= sum(packet.us for one in heard for packet in one.packets) <= 3_000_000
    kept = actions.keep_recording(session_id=session.pk, at=signer.now)
    assert kept is not None
    assert kept.recording is not None
    assert 2900 <= kept.recording.duration_ms <= 3000
    assert kept.recording.loudness_lufs > -30
    assert actions.keep_recording(session_id=session.pk, at=signer.now) is None
    facts = Entry.objects.filter(subject=f"live:{session.pk}").order_by("sequence")
    assert [row.fact for row in facts] == ["live.opened", "live.ended", "live.recorded"]
    assert all(row.data["areas"] == [room.commune] for row in facts)


def test_the_same_samples_twice_are_heard_once(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    for _ in range(2):
        actions.hear(
            session_id=session.pk, number=1, pcm=BUZZ, rate=RATE, signer=signer, by=room.people.tuan, at=AT
        )
    data = store.path_of(session.pk).read_bytes()
    assert len([audio for audio in store.audio_of(data) if audio]) == 1


@pytest.mark.parametrize(
    ("pcm", "rate"), [(b"\0", RATE), (BUZZ * 3, RATE), (BUZZ, 100), (BUZZ, 0), (b"\0\0" * 400_000, 96_000)]
)
def test_what_is_no_sound_is_refused(room: Newsroom, signer: Direct, pcm: bytes, rate: int) -> None:
    session = opened(room, signer)
    with pytest.raises(errors.BadSound):
        actions.hear(
            session_id=session.pk, number=1, pcm=pcm, rate=rate, signer=signer, by=room.people.tuan, at=AT
        )


def test_nobody_speaks_in_another_persons_session(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    with pytest.raises(errors.SessionUnknown):
        actions.hear(
            session_id=session.pk, number=9, pcm=BUZZ, rate=RATE, signer=signer, by=room.people.lan, at=AT
        )


def test_only_who_is_on_duty_there_may_choose_it(room: Newsroom) -> None:
    def ask(*targets: str, by: str = "tuan") -> None:
        actions.prepare(targets=targets, minutes=5, title="", by=getattr(room.people, by), at=AT)

    with pytest.raises(errors.NotOnDutyHere):
        ask(room.commune, by="lan")
    with pytest.raises(errors.NoPlace):
        ask()
    with pytest.raises(errors.NoPlace):
        ask(room.people.places.province.area)
    with pytest.raises(errors.NoPlace):
        ask("vn.9.9.9")
    with pytest.raises(errors.NotOnDutyHere):
        ask(room.people.places.other_commune.area)


def test_a_village_within_a_chosen_commune_is_not_called_twice(room: Newsroom) -> None:
    village = room.fleet.first.device.area
    assert village != room.commune
    assert queries.targets_of(prepared(room, room.commune, village)) == [room.commune]


def test_the_length_is_held_to_half_an_hour(room: Newsroom) -> None:
    assert prepared(room, minutes=90).minutes == 30


def test_one_person_has_one_microphone(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    with pytest.raises(errors.AlreadySpeaking):
        opened(room, signer)
    again = actions.open_session(session_id=session.pk, by=room.people.tuan, at=AT)
    assert again.opened_at == session.opened_at
    assert SigningTask.objects.filter(kind="live").count() == 1


def test_two_people_do_not_speak_to_one_loudspeaker_at_once(room: Newsroom, signer: Direct) -> None:
    assign_role(user=room.people.lan, role=Role.DUTY, place=room.people.places.province, by=None, at=AT)

    def open_(*targets: str) -> Session:
        made = actions.prepare(targets=targets, minutes=5, title="", by=room.people.lan, at=AT)
        return actions.open_session(session_id=made.pk, by=room.people.lan, at=AT)

    first = opened(room, signer)
    with pytest.raises(errors.SomebodySpeaks, match=r"Lê Anh Tuấn đang nói tới Xã Lục Nam"):
        open_(room.fleet.first.device.area)
    other = open_(room.ward)
    assert other.state == State.OPEN
    for session, by in ((other, room.people.lan), (first, room.people.tuan)):
        actions.end(session_id=session.pk, ending=Ending.FINISHED, signer=signer, by=by, at=AT)
    assert open_(room.commune).state == State.OPEN


def test_without_a_key_nobody_speaks_outside_of_a_demo(room: Newsroom, settings: Settings) -> None:
    settings.NGUON_MODE = "production"
    with pytest.raises(errors.TouchNeeded):
        actions.open_session(session_id=prepared(room).pk, by=room.people.tuan, at=AT)


def test_in_quiet_hours_nothing_is_opened(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "quiet_hours", lambda: [("00:00", "23:59")])
    with pytest.raises(errors.QuietNow):
        actions.open_session(session_id=prepared(room).pk, by=room.people.tuan, at=AT)


def _time_is_up(room: Newsroom, signer: Direct, session: Session) -> None:
    signer.now += timedelta(minutes=15)


def _browser_is_gone(room: Newsroom, signer: Direct, session: Session) -> None:
    signer.now += timedelta(seconds=12)


def _stopped(room: Newsroom, signer: Direct, session: Session) -> None:
    order_stop(place=room.people.places.commune, reason="", by=room.people.tuan, at=signer.now)


@pytest.mark.parametrize(
    ("happens", "why"),
    [(_time_is_up, Ending.TIME), (_browser_is_gone, Ending.SILENT), (_stopped, Ending.STOPPED)],
)
def test_it_ends_by_itself(
    room: Newsroom, signer: Direct, happens: Callable[[Newsroom, Direct, Session], None], why: Ending
) -> None:
    session = opened(room, signer)
    say(room, signer, session, 2)
    assert actions.sweep(signer=signer, at=signer.now) == 0
    happens(room, signer, session)
    assert actions.sweep(signer=signer, at=signer.now) == 1
    assert ending(session) == why
    assert actions.sweep(signer=signer, at=signer.now) == 0
    with pytest.raises(errors.SessionOver):
        say(room, signer, session, after_s=2)


def test_the_speaker_hears_of_a_stop_with_the_next_words(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session, 2)
    _stopped(room, signer, session)
    with pytest.raises(errors.SessionOver):
        say(room, signer, session, after_s=1.5)
    assert ending(session) == Ending.STOPPED


def test_a_stop_elsewhere_changes_nothing(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    order_stop(place=room.people.places.ward, reason="", by=room.people.tuan, at=signer.now)
    assert say(room, signer, session, after_s=1.5) == "on"


def test_a_signer_that_refuses_ends_it(room: Newsroom, signer: Direct) -> None:
    session = actions.open_session(session_id=prepared(room).pk, by=room.people.tuan, at=AT)
    signer.now += timedelta(minutes=5)
    sign_many(signer=signer, at=signer.now)
    assert queries.opening(session).reasons == ("late",)
    signer.now = AT + timedelta(seconds=1)
    with pytest.raises(errors.SessionOver):
        say(room, signer, session)
    assert ending(session) == Ending.REFUSED


def test_a_signer_that_stays_away_ends_it_and_is_not_asked_later(room: Newsroom, signer: Direct) -> None:
    session = actions.open_session(session_id=prepared(room).pk, by=room.people.tuan, at=AT)
    assert say(room, signer, session, 9) == "opening"
    with pytest.raises(errors.SessionOver):
        say(room, signer, session, 12)
    assert ending(session) == Ending.REFUSED
    assert sign_many(signer=signer, at=signer.now) is None


def test_a_signer_that_was_started_again_ends_it(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    signer.begin()
    with pytest.raises(errors.SessionOver):
        say(room, signer, session)
    assert ending(session) == Ending.LOST


def test_a_signer_that_is_away_for_a_moment_costs_that_moment(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    signer.away = True
    assert say(room, signer, session) == "away"
    signer.away = False
    assert say(room, signer, session) == "on"


def test_a_web_process_that_was_started_again_goes_on(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session, 2)
    speaking._Voice.of.clear()
    assert say(room, signer, session) == "on"
    data = store.path_of(session.pk).read_bytes()
    assert len(list(store.audio_of(data))) == 3


def test_of_a_session_that_is_over_loudspeakers_are_sent_the_end_alone(
    room: Newsroom, signer: Direct, client: Client
) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    actions.end(session_id=session.pk, ending=Ending.FINISHED, signer=signer, by=None, at=signer.now)
    answer = client.get(reverse("gateway:live", args=[session.pk]))
    assert answer.status_code == 200
    assert list(store.audio_of(answer.content)) == [b""]


def test_segments_go_when_they_are_kept_and_a_while_has_passed(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session, 2)
    actions.end(session_id=session.pk, ending=Ending.FINISHED, signer=signer, by=None, at=signer.now)
    later = signer.now + timedelta(hours=2)
    assert actions.prune(at=later) == 0  # the recording is not made yet
    actions.keep_recording(session_id=session.pk, at=signer.now)
    assert actions.prune(at=signer.now) == 0
    assert actions.prune(at=later) == 1
    assert store.end_of(session.pk) == b""


def test_segments_of_an_open_session_and_foreign_files_stay(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    say(room, signer, session)
    other = store.path_of(session.pk).with_name("notes.lsp")
    other.write_bytes(b"x")
    assert actions.prune(at=signer.now + timedelta(days=9)) == 0
    assert other.exists()


def test_the_tables_hold_what_the_states_say(room: Newsroom, signer: Direct) -> None:
    session = opened(room, signer)
    session.refresh_from_db()
    assert (session.state, session.opened_at, session.ended_at) == (State.OPEN, AT, None)
    assert isinstance(session.heard_at, datetime)
