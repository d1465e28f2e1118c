"""Messages that come, in any order, from whomever: what becomes of each."""

import itertools
from datetime import timedelta

import pytest

from nguon.accounts.models import RoleAssignment
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import People, people, person
from nguon.adapters.cap.tests.signers import Signer
from nguon.cap import actions, errors, queries
from nguon.cap.models import Received
from nguon.cap.states import State, Verdict, Why
from nguon.cap.tests.cast import come, kttv, of, stamp, warning
from nguon.journal.models import Entry
from nguon.notices import actions as notices
from nguon.notices.models import Notice
from nguon.organisations.tests.cast import AT

MINUTE = timedelta(minutes=1)
SENT = AT - 5 * MINUTE


@pytest.fixture
def who(db: None) -> People:
    return people()


def facts(*names: str) -> list[str]:
    return list(Entry.objects.filter(fact__in=names).order_by("sequence").values_list("fact", flat=True))


def test_a_warning_waits_for_who_is_on_duty_there(who: People) -> None:
    sender = kttv(who).sender
    row = come(sender, warning()).received
    assert (row.state, row.why, row.hazard, row.weight) == (State.WAITING, "", "storm", "urgent")
    assert queries.aims_of(row) == [who.places.commune.area]
    assert row.text.startswith("Trung tâm Dự báo. Bão số 3 đổ bộ.")
    assert queries.waiting_for(who.tuan, AT) == [row]
    assert queries.waiting_for(who.minh, AT) == []
    assert list(queries.seen_by(who.minh, AT)) == [row]
    assert list(queries.seen_by(who.hue, AT)) == []
    assert facts("cap.received") == ["cap.received"]


def test_who_is_on_duty_there_is_told_until_somebody_has_decided(who: People) -> None:
    near = person("truc", "Ngô Trực", (Role.DUTY, who.places.commune))
    notices.follow(at=AT)
    row = come(kttv(who).sender, warning()).received
    notices.follow(at=AT)
    told = Notice.objects.get()
    assert (told.user, told.kind, told.subject) == (near, "warning", f"cap:{row.pk}")
    decide(who, row, Verdict.IGNORE, "Đã báo")
    notices.follow(at=AT)
    told.refresh_from_db()
    assert told.settled_at == AT


def test_the_same_message_again_changes_nothing(who: People) -> None:
    sender = kttv(who).sender
    first = come(sender, warning())
    again = come(sender, warning().replace("    <info>", "<info>"))  # the same message, written otherwise
    assert (again.received, again.fresh) == (first.received, False)
    with pytest.raises(errors.Changed):
        come(sender, warning().replace("đổ bộ", "đi qua"))
    assert Received.objects.count() == 1


def test_tests_drafts_and_system_messages_wait_for_nobody(who: People) -> None:
    sender = kttv(who).sender
    for status, why in (("Test", Why.TEST), ("Draft", Why.DRAFT), ("System", Why.SYSTEM)):
        row = come(sender, warning(identifier=status, status=status)).received
        assert (row.state, row.why) == (State.NOTED, why)
        with pytest.raises(errors.AlreadyOver):
            decide(who, row, Verdict.ALERT)


def test_what_is_not_for_everybody_reaches_no_loudspeaker(who: People) -> None:
    sender = kttv(who).sender
    restricted = warning().replace(
        "<scope>Public</scope>", "<scope>Restricted</scope><restriction>x</restriction>"
    )
    private = warning(identifier="P").replace("Public</scope>", "Private</scope><addresses>a@b</addresses>")
    for text in (restricted, private):
        row = come(sender, text).received
        assert (row.state, row.why) == (State.NOTED, Why.SCOPE)
        with pytest.raises(errors.AlreadyOver):
            decide(who, row, Verdict.ALERT)


def decide(who: People, row: Received, verdict: Verdict, reason: str = "") -> Received:
    made = actions.decide(
        message_id=row.pk,
        verdict=verdict,
        areas=[who.places.commune.area],
        reason=reason,
        by=who.tuan,
        at=AT,
    )
    return made.message


def test_an_exercise_never_becomes_real(who: People) -> None:
    row = come(kttv(who).sender, warning(status="Exercise")).received
    assert row.state == State.WAITING
    with pytest.raises(errors.NeverReal):
        decide(who, row, Verdict.ALERT)


def test_what_is_over_future_old_or_elsewhere(who: People) -> None:
    sender = kttv(who).sender
    over = come(sender, warning(sent=AT - timedelta(hours=7))).received
    assert (over.state, over.why) == (State.NOTED, Why.EXPIRED)
    with pytest.raises(errors.FromTheFuture):
        come(sender, warning(identifier="2", sent=AT + timedelta(minutes=6)))
    text = warning(identifier="3", sent=AT - timedelta(days=2))
    endless = text.replace(
        "<expires>" + stamp(AT - timedelta(days=2) + timedelta(hours=6)) + "</expires>", ""
    )
    old = come(sender, endless).received
    assert (old.state, old.why) == (State.NOTED, Why.OLD)
    RoleAssignment.objects.filter(user=who.hue).delete()  # nobody of this system works in Huế
    elsewhere = come(sender, warning(identifier="4").replace("07444", "20044")).received
    assert (elsewhere.state, elsewhere.why) == (State.NOTED, Why.ELSEWHERE)


def test_an_unknown_area_waits_too_and_is_told(who: People) -> None:
    row = come(kttv(who).sender, warning().replace("07444", "99999")).received
    assert row.state == State.WAITING
    assert len(row.unknown) == 1
    assert queries.waiting_for(who.tuan, AT) == [row]
    (choice,) = queries.choices(row, who.tuan, AT)
    assert (choice.area, choice.sure) == (who.places.province.area, False)


def test_a_sender_may_not_speak_for_another(who: People) -> None:
    sender = kttv(who).sender
    with pytest.raises(errors.AnotherSender):
        come(sender, warning(sender="ai@noi.khac"))
    assert facts("cap.refused") == ["cap.refused"]
    other = kttv(who, sender="ai@noi.khac").sender
    mine = come(sender, warning()).received
    taking_back = warning(identifier="C", kind="Cancel", references=of("KTTV-1"), sender="ai@noi.khac")
    cancel = come(other, taking_back).received
    mine.refresh_from_db()
    assert (cancel.why, mine.state) == (Why.UNSEEN, State.WAITING)


def chain(number: int = 1) -> dict[str, str]:
    """This function will write a warning, its update and the cancel of both."""
    first, update, cancel = f"A{number}", f"U{number}", f"C{number}"
    both = of(first) + " " + of(update, SENT + MINUTE)
    return {
        first: warning(identifier=first),
        update: warning(identifier=update, sent=SENT + MINUTE, kind="Update", references=of(first)),
        cancel: warning(identifier=cancel, sent=SENT + 2 * MINUTE, kind="Cancel", references=both),
    }


def test_in_whatever_order_they_come_a_cancel_wins(who: People) -> None:
    sender = kttv(who).sender
    for number, order in enumerate(itertools.permutations("AUC")):
        texts = chain(number)
        for letter in order:
            come(sender, texts[f"{letter}{number}"])
        rows = {row.identifier[0]: row for row in Received.objects.filter(identifier__endswith=str(number))}
        assert rows["A"].state == rows["U"].state == State.CLOSED, order
        assert (rows["U"].why, rows["C"].state) == (Why.CANCELLED, State.NOTED), order
    assert queries.waiting_for(who.tuan, AT) == []


def test_an_update_takes_the_place_of_the_first_whichever_comes_first(who: People) -> None:
    sender = kttv(who).sender
    for number, order in enumerate(("AU", "UA")):
        for letter in order:
            come(sender, chain(number)[f"{letter}{number}"])
        first = Received.objects.get(identifier=f"A{number}")
        update = Received.objects.get(identifier=f"U{number}")
        assert (first.state, first.why, first.closed_by) == (State.CLOSED, Why.UPDATED, update)
        assert update in queries.waiting_for(who.tuan, AT)


def test_a_cancel_that_is_a_test_takes_nothing_back(who: People) -> None:
    sender = kttv(who).sender
    row = come(sender, chain()["A1"]).received
    come(sender, chain()["C1"].replace("Actual", "Test"))
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_acknowledgements_are_noted(who: People) -> None:
    row = come(kttv(who).sender, warning(kind="Ack", references=of("X"))).received
    assert (row.state, row.why) == (State.NOTED, Why.ACK)


def test_a_pinned_certificate_is_asked_for(who: People) -> None:
    signer = Signer.made(AT)
    sender = kttv(who, certificate=signer.pem).sender
    for text in (warning(), signer.sign(warning().encode()).decode().replace("đổ bộ", "đi qua")):
        with pytest.raises(errors.NotValid):
            come(sender, text)
    assert come(sender, signer.sign(warning().encode()).decode()).received.signed


def test_ignored_with_a_reason_and_only_where_one_is_on_duty(who: People) -> None:
    row = come(kttv(who).sender, warning()).received
    with pytest.raises(errors.WhyMissing):
        decide(who, row, Verdict.IGNORE)
    with pytest.raises(errors.MessageUnknown):
        actions.decide(
            message_id=row.pk, verdict=Verdict.IGNORE, areas=[who.places.commune.area], reason="x",
            by=who.minh, at=AT,
        )  # fmt: skip
    with pytest.raises(errors.NotYours):
        actions.decide(
            message_id=row.pk, verdict=Verdict.IGNORE, areas=[who.places.ward.area], reason="x",
            by=who.tuan, at=AT,
        )  # fmt: skip
    assert decide(who, row, Verdict.IGNORE, "Đã báo bằng tin khác").state == State.DECIDED
    assert facts("cap.decided") == ["cap.decided"]


def test_what_nobody_decided_is_closed_when_it_expires(who: People) -> None:
    row = come(kttv(who).sender, warning()).received
    assert actions.expire(at=AT + timedelta(hours=5)) == 0
    assert actions.expire(at=AT + timedelta(hours=6)) == 1
    row.refresh_from_db()
    assert (row.state, row.why) == (State.CLOSED, Why.EXPIRED)


def test_a_sender_is_pinned_once_and_by_an_administrator(who: People) -> None:
    kttv(who)
    with pytest.raises(errors.SenderTaken):
        kttv(who)
    for wrong, refusal in (("có dấu cách", errors.BadSender), ("a,b", errors.BadSender)):
        with pytest.raises(refusal):
            kttv(who, sender=wrong)
    with pytest.raises(errors.BadFeed):
        kttv(who, sender="b", feed="file:///etc/passwd")
    with pytest.raises(errors.BadCertificate):
        kttv(who, sender="b", certificate="x")
    with pytest.raises(errors.NotAdministrator):
        actions.add_sender(
            name="",
            sender="b",
            area=who.places.province.area,
            feed="",
            certificate_pem="",
            by=who.tuan,
            at=AT,
        )
