"""The second person."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from nguon.accounts.actions import assign_role
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors, queries
from nguon.bulletins.models import Approval, Revision, SecondApproval
from nguon.bulletins.states import Decision, State
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def approve(revision: Revision, by: User) -> Approval | SecondApproval:
    return actions.approve(
        revision_id=revision.pk, content_sha256=revision.content_sha256, by=by, at=AT, unheard="test"
    )


def second_approver(room: Newsroom) -> User:
    return person("hoa", "Phạm Thị Hòa", (Role.APPROVER, room.people.places.province))


def test_the_second_person_approves(room: Newsroom) -> None:
    made = approve(submitted(room), room.people.minh)
    assert made.revision.bulletin.state == State.SUBMITTED  # the object read before
    made.revision.bulletin.refresh_from_db()
    assert made.revision.bulletin.state == State.APPROVED
    assert Entry.objects.filter(fact="bulletin.approved").count() == 1


def test_the_author_cannot_even_with_the_role(room: Newsroom) -> None:
    made = submitted(room)
    place = room.people.places.province
    assign_role(user=room.people.lan, role=Role.APPROVER, place=place, by=None, at=AT)
    with pytest.raises(errors.OwnBulletin):
        approve(made, room.people.lan)


def test_the_database_refuses_an_approval_by_the_author_or_under_another_name(room: Newsroom) -> None:
    made = submitted(room)
    whole = {"revision": made, "decision": Decision.APPROVE, "at": AT, "content_sha256": made.content_sha256}
    for by, author in ((room.people.lan, room.people.lan), (room.people.lan, room.people.hue)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.create(by=by, author=author, **whole)


def test_a_double_click_approves_once(room: Newsroom) -> None:
    made = submitted(room)
    assert approve(made, room.people.minh).pk == approve(made, room.people.minh).pk
    assert Entry.objects.filter(fact="bulletin.approved").count() == 1


def test_another_approver_is_told_who_was_first(room: Newsroom) -> None:
    made = approved(room)
    with pytest.raises(errors.AlreadyDecided, match="Trần Quang Minh"):
        approve(made, second_approver(room))


def test_an_approver_of_part_of_the_places_cannot(room: Newsroom) -> None:
    made = submitted(room, room.commune, room.ward)
    half = person("nua", "Nguyễn Văn Nửa", (Role.APPROVER, room.people.places.commune))
    with pytest.raises(errors.NotAnApprover, match="Vũ Ninh"):
        approve(made, half)
    assert not queries.waiting_for(half, AT).exists()
    assert queries.waiting_for(room.people.minh, AT).get() == made


def test_only_what_was_seen_is_approved(room: Newsroom) -> None:
    made = submitted(room)
    with pytest.raises(errors.ContentChanged):
        actions.approve(revision_id=made.pk, content_sha256="0" * 64, by=room.people.minh, at=AT)


def test_approving_after_the_time_has_passed_is_refused(room: Newsroom) -> None:
    made = submitted(room, starts_at=LATER)
    with pytest.raises(errors.TimePast):
        actions.approve(
            revision_id=made.pk,
            content_sha256=made.content_sha256,
            by=room.people.minh,
            at=LATER + timedelta(seconds=1),
        )


def test_a_return_carries_its_reason_and_opens_a_new_draft(room: Newsroom) -> None:
    made = submitted(room)
    with pytest.raises(errors.ReasonMissing):
        actions.send_back(revision_id=made.pk, reason=" ", by=room.people.minh, at=AT)
    actions.send_back(revision_id=made.pk, reason="Sai ngày", by=room.people.minh, at=AT)
    assert list(queries.drafts_of(room.people.lan)) == [made]
    again = actions.reopen(bulletin_id=made.bulletin_id, by=room.people.lan, at=AT)
    assert list(queries.drafts_of(room.people.lan)) == [again]
    assert (again.number, again.text, again.submitted_at) == (2, made.text, None)
    assert queries.target_strings(again) == [room.commune]
    assert actions.submit(revision_id=again.pk, by=room.people.lan, at=AT).content_sha256


def test_a_decision_never_changes(room: Newsroom) -> None:
    made = approved(room)
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.filter(revision=made).update(decision=Decision.RETURN, reason="x")


def test_a_withdrawal_by_the_author_once(room: Newsroom) -> None:
    made = approved(room)
    first = actions.withdraw(bulletin_id=made.bulletin_id, reason="nhầm", by=room.people.lan, at=AT)
    again = actions.withdraw(bulletin_id=made.bulletin_id, reason="nhầm", by=room.people.lan, at=AT)
    assert first == again
    assert Entry.objects.filter(fact="bulletin.withdrawn").count() == 1


def test_a_stranger_withdraws_nothing_and_sees_nothing(room: Newsroom) -> None:
    made = approved(room)
    with pytest.raises(errors.MayNotWithdraw):
        actions.withdraw(bulletin_id=made.bulletin_id, reason="x", by=room.people.hue, at=AT)
    assert queries.visible(room.people.hue, made.bulletin_id, AT) is None
    assert queries.visible(room.people.minh, made.bulletin_id, AT) is not None


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_make_one_decision() -> None:
    room = newsroom()
    made = submitted(room)
    told: list[str] = []

    def decide(by: User) -> None:
        try:
            approve(made, by)
            told.append("approved")
        except errors.AlreadyDecided:
            told.append("too late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(by,)) for by in (room.people.minh, second_approver(room))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["approved", "too late"]
    assert Entry.objects.filter(fact="bulletin.approved").count() == 1
