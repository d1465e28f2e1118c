"""From a message to an alert that two people sign: by an officer's word, or as authorised beforehand."""

from datetime import date

import pytest

from nguon.alerts.models import Alert
from nguon.alerts.states import Kind, Level
from nguon.alerts.states import State as Stands
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.cap import actions, errors, queries
from nguon.cap.models import Decision, Received, Sender
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


def test_the_cancel_of_what_was_made_waits_for_an_officer(room: Newsroom) -> None:
    sender = kttv(room.people).sender
    row = come(sender, warning()).received
    decide(room, row, Verdict.ALERT)
    cancel = come(sender, warning(identifier="C", kind="Cancel", references=of("KTTV-1"))).received
    row.refresh_from_db()
    assert (cancel.state, row.state) == (State.WAITING, State.CLOSED)
    assert queries.waiting_for(room.people.tuan, AT) == [cancel]
    with pytest.raises(errors.NeverReal):
        decide(room, cancel, Verdict.ALERT)
    decide(room, cancel, Verdict.STOP)
    assert queries.waiting_for(room.people.tuan, AT) == []


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
