"""From a message to an alert that two people sign: by an officer's word, or as authorised beforehand."""

from datetime import date, timedelta

import pytest

from nguon.alerts import actions as alerts
from nguon.alerts.models import Alert
from nguon.alerts.states import Ending, Kind, Level
from nguon.alerts.states import State as Stands
from nguon.alerts.tests.cast import signed
from nguon.audio.models import Rendering
from nguon.audio.states import State as Spoken
from nguon.bulletins.tests.cast import Newsroom, newsroom, sound
from nguon.cap import actions, errors, queries
from nguon.cap.models import Decision, Received, Sender
from nguon.cap.rules import short
from nguon.cap.states import State, Verdict
from nguon.cap.tests.cast import KTTV, come, kttv, of, warning
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def decide(room: Newsroom, row: Received, verdict: Verdict, **more: str) -> Decision:
    given = {"reason": "", "areas": [room.commune], "by": room.people.tuan, "at": AT} | more
    return actions.decide(message_id=row.pk, verdict=verdict, **given)  # type: ignore[arg-type]


def authorised(room: Newsroom, sender: Sender, **changed: object) -> None:
    given = {
        "sender_id": sender.pk,
        "hazard": "storm",
        "area": room.people.places.province.area,
        "officer": room.people.tuan,
        "first_day": date(2026, 3, 1),
        "last_day": date(2026, 3, 31),
        "by": room.people.binh,
        "at": AT,
    } | changed
    actions.authorise(**given)  # type: ignore[arg-type]


def test_an_alert_is_laid_down_and_nothing_sounds(room: Newsroom) -> None:
    row = come(kttv(room.people).sender, warning()).received
    made = decide(room, row, Verdict.ALERT, text="Bão vào lúc trưa.")
    alert = Alert.objects.get(pk=str(made.alert))
    assert (alert.kind, alert.hazard, alert.level) == (Kind.REAL, "storm", Level.URGENT)
    assert (alert.text, alert.source) == ("Bão vào lúc trưa.", f"{KTTV} KTTV-1")
    assert alert.state in {Stands.PREPARING, Stands.READY}
    assert alert.signatures.count() == 0
    row.refresh_from_db()
    assert row.state == State.DECIDED
    with pytest.raises(errors.AlreadyOver):
        decide(room, row, Verdict.ALERT)


def test_an_exercise_becomes_a_drill(room: Newsroom) -> None:
    row = come(kttv(room.people).sender, warning(status="Exercise")).received
    made = decide(room, row, Verdict.DRILL)
    assert Alert.objects.get(pk=str(made.alert)).kind == Kind.DRILL


def made_of(room: Newsroom, row: Received) -> Alert:
    """The alert that an officer made of a message, signed by two and sounding."""
    alert = Alert.objects.get(pk=str(decide(room, row, Verdict.ALERT).alert))
    spoken = {"state": Spoken.DONE, "media": sound("đọc", 9).media}
    Rendering.objects.filter(pk__in=[alert.first_id]).update(**spoken)
    alert = alerts.settle(alert=alert, at=AT)
    signed(room, alert, room.people.tuan)
    return signed(room, alert, room.people.minh)


@pytest.mark.parametrize(
    ("verdict", "ending"),
    [
        (Verdict.STOP, Ending.CANCELLED),
        (Verdict.FALSE, Ending.FALSE),
        (Verdict.CLEAR, Ending.ALL_CLEAR),
    ],
)
def test_the_cancel_of_what_became_ours_ends_it_by_an_officers_word(
    room: Newsroom, verdict: Verdict, ending: Ending
) -> None:
    sender = kttv(room.people).sender
    row = come(sender, warning()).received
    alert = made_of(room, row)
    cancel = come(sender, warning(identifier="C", kind="Cancel", references=of("KTTV-1"))).received
    row.refresh_from_db()
    assert (cancel.state, row.state) == (State.WAITING, State.CLOSED)
    assert queries.waiting_for(room.people.tuan, AT) == [cancel]
    assert queries.taken_back(alert.pk) == cancel
    alert.refresh_from_db()
    assert alert.state == Stands.SOUNDING  # a message alone silences nothing
    with pytest.raises(errors.NeverReal):
        decide(room, cancel, Verdict.ALERT)
    assert decide(room, cancel, verdict).alert == alert.pk
    alert.refresh_from_db()
    assert (alert.state, alert.ending, alert.ended_by) == (Stands.ENDED, ending, room.people.tuan)
    assert queries.waiting_for(room.people.tuan, AT) == []


def test_an_update_replaces_what_became_ours_and_its_cancel_finds_both(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    first = made_of(room, come(sender, warning()).received)
    update = come(sender, warning(identifier="U", kind="Update", references=of("KTTV-1"))).received
    second = made_of(room, update)
    first.refresh_from_db()
    assert (first.ending, second.source) == (Ending.REPLACED, f"{KTTV} U")
    cancel = come(sender, warning(identifier="C", kind="Cancel", references=of("U"))).received
    assert queries.made_before(cancel) == [first.pk, second.pk]
    decide(room, cancel, Verdict.STOP)
    second.refresh_from_db()
    assert second.ending == Ending.CANCELLED


def test_only_what_speaks_of_an_alert_of_ours_ends_one(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    alert = made_of(room, come(sender, warning()).received)
    other = come(sender, warning(identifier="2")).received
    with pytest.raises(errors.NeverReal):
        decide(room, other, Verdict.STOP)
    clear = come(sender, warning(identifier="U", kind="Update", references=of("KTTV-1"))).received
    decide(room, clear, Verdict.CLEAR)
    alert.refresh_from_db()
    assert alert.ending == Ending.ALL_CLEAR


def test_a_cancel_before_the_second_signature_is_seen_by_who_signs(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    alert = Alert.objects.get(pk=str(decide(room, come(sender, warning()).received, Verdict.ALERT).alert))
    cancel = come(sender, warning(identifier="C", kind="Cancel", references=of("KTTV-1"))).received
    assert queries.taken_back(alert.pk) == cancel
    decide(room, cancel, Verdict.STOP)
    alert.refresh_from_db()
    assert alert.ending == Ending.DROPPED


def test_old_messages_of_which_nothing_became_are_forgotten(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    used = come(sender, warning()).received
    decide(room, used, Verdict.ALERT)
    come(sender, warning(identifier="C", kind="Cancel", references=of("KTTV-1")))
    come(sender, warning(identifier="T", status="Test"))
    come(sender, warning(identifier="X", kind="Cancel", references=of("NONE")))
    waiting = come(sender, warning(identifier="W")).received
    assert actions.forget(at=AT + timedelta(days=89)) == 0
    assert actions.forget(at=AT + timedelta(days=91)) == 1
    assert actions.forget(at=AT + timedelta(days=401)) == 1
    left = set(Received.objects.values_list("identifier", flat=True))
    assert left == {"KTTV-1", "C", "W"}
    assert waiting.state == State.WAITING


def test_what_is_authorised_is_prepared_and_two_people_still_sign(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    authorised(room, sender)
    row = come(sender, warning()).received
    assert actions.prepare(at=AT) == 1
    assert actions.prepare(at=AT) == 0
    alert = Alert.objects.get()
    assert alert.author == room.people.tuan
    assert alert.signatures.count() == 0
    assert list(alert.targets.values_list("area", flat=True)) == [room.commune]
    row.refresh_from_db()
    assert row.state == State.DECIDED
    assert Decision.objects.get().authorisation is not None
    assert Entry.objects.filter(fact="cap.prepared").count() == 1


def test_of_a_long_warning_whole_sentences_are_read(room: Newsroom) -> None:
    long = warning().replace("Bão số 3 đổ bộ vào trưa nay.", "Gió giật mạnh, biển động. " * 2000)
    alert = Alert.objects.get(
        pk=str(decide(room, come(kttv(room.people).sender, long).received, Verdict.ALERT).alert)
    )
    assert 1900 < len(alert.text) <= 2000
    assert alert.text.endswith("biển động.")
    assert short("a" * 50, 20) == "a" * 20
    assert short("một hai ba", 8) == "một hai"


def test_what_is_not_authorised_is_not_prepared(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    authorised(room, sender, hazard="flood")
    authorised(room, sender, first_day=date(2026, 3, 3))
    come(sender, warning())
    come(sender, warning(identifier="2", status="Exercise"))
    come(sender, warning(identifier="3").replace("Extreme", "Minor"))
    come(sender, warning(identifier="4", status="Test"))
    assert actions.prepare(at=AT) == 0


def test_an_authorisation_asks_for_an_administrator_and_an_officer_on_duty(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    with pytest.raises(errors.NotAdministrator):
        authorised(room, sender, by=room.people.tuan)
    with pytest.raises(errors.NotOnDuty):
        authorised(room, sender, officer=room.people.lan)
    with pytest.raises(errors.BadDays):
        authorised(room, sender, last_day=date(2026, 2, 1))
    authorised(room, sender)
    with pytest.raises(errors.AlreadyAuthorised):
        authorised(room, sender)
