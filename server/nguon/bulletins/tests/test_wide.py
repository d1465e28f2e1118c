"""What reaches many communes: two people, and time for a duty officer to stop it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors, queries, rules
from nguon.bulletins.models import Revision, SecondApproval
from nguon.bulletins.states import State
from nguon.bulletins.tests.cast import LATER, Newsroom, draft, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT
from nguon_signer import policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr(rules, "MOST_COMMUNES", 1)
    monkeypatch.setattr("nguon.bulletins.actions.deciding.MOST_COMMUNES", 1)
    return newsroom()


@pytest.fixture
def hoa(room: Newsroom) -> User:
    return person("hoa", "Phạm Thị Hòa", (Role.APPROVER, room.people.places.province))


def approve(revision: Revision, by: User, minutes: int = 0) -> None:
    actions.approve(
        revision_id=revision.pk,
        content_sha256=revision.content_sha256,
        by=by,
        at=AT + timedelta(minutes=minutes),
        unheard="test",
    )


def state_of(revision: Revision) -> str:
    revision.bulletin.refresh_from_db()
    return revision.bulletin.state


def facts() -> list[str]:
    rows = Entry.objects.filter(fact__startswith="bulletin.").exclude(fact="bulletin.submitted")
    return list(rows.order_by("sequence").values_list("fact", flat=True))


def test_server_and_signer_hold_to_the_same_numbers() -> None:
    assert rules.MOST_COMMUNES == policy.MOST_COMMUNES
    assert rules.COOL_OFF.total_seconds() == policy.COOL_OFF_S == policy.BURST_S


def test_the_first_approval_sends_nothing_the_second_does(room: Newsroom, hoa: User) -> None:
    made = submitted(room, room.commune, room.ward, starts_at=LATER)
    approve(made, room.people.minh)
    assert (state_of(made), facts()[-1]) == (State.SUBMITTED, "bulletin.half_approved")
    assert list(queries.waiting_for(room.people.minh, AT)) == []
    assert list(queries.waiting_for(hoa, AT)) == [made]
    approve(made, room.people.minh)  # a double click
    assert not SecondApproval.objects.exists()
    approve(made, hoa)
    approve(made, hoa)
    assert (state_of(made), facts()[-2:]) == (State.APPROVED, ["bulletin.approved", "bulletin.wide"])
    notice = Entry.objects.get(fact="bulletin.wide")
    assert notice.data["communes"] == sorted([room.commune, room.ward])


def test_the_second_may_return_it(room: Newsroom, hoa: User) -> None:
    made = submitted(room, room.commune, room.ward, starts_at=LATER)
    approve(made, room.people.minh)
    actions.send_back(revision_id=made.pk, reason="sai giờ", by=hoa, at=AT)
    assert (state_of(made), facts()[-1]) == (State.RETURNED, "bulletin.returned")
    with pytest.raises(errors.AlreadyDecided):
        approve(made, person("ly", "Lý Văn Ly", (Role.APPROVER, room.people.places.province)))


def test_it_is_not_played_at_once(room: Newsroom) -> None:
    made = draft(room, room.commune, room.ward)
    with pytest.raises(actions.NotReady) as found:
        actions.submit(revision_id=made.pk, by=room.people.lan, at=AT)
    assert [type(problem) for _field, problem in found.value.problems] == [errors.WideNow]


def test_the_second_approval_comes_ten_minutes_before_it_sounds(room: Newsroom, hoa: User) -> None:
    made = submitted(room, room.commune, room.ward, starts_at=LATER)
    approve(made, room.people.minh)
    left = int((LATER - AT).total_seconds() // 60)
    with pytest.raises(errors.TooSoon):
        approve(made, hoa, minutes=left - 9)
    approve(made, hoa, minutes=left - 10)


def test_one_person_approves_few_communes_at_once(room: Newsroom) -> None:
    approve(submitted(room, room.commune), room.people.minh)
    approve(submitted(room, room.commune), room.people.minh)
    other = submitted(room, room.ward)
    with pytest.raises(errors.TooManyAtOnce):
        approve(other, room.people.minh)
    approve(other, room.people.minh, minutes=10)


def test_the_database_wants_a_third_person(room: Newsroom, hoa: User) -> None:
    made = submitted(room, room.commune, room.ward, starts_at=LATER)
    approve(made, room.people.minh)
    people = room.people
    for by, first in ((people.minh, people.minh), (people.lan, people.minh), (people.minh, hoa)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondApproval.objects.create(
                revision=made, by=by, first_by=first, author=people.lan, at=AT, content_sha256="0" * 64
            )


def test_a_real_installation_wants_a_key(room: Newsroom) -> None:
    made = submitted(room)
    with override_settings(NGUON_MODE="real"), pytest.raises(errors.KeyNeeded):
        approve(made, room.people.minh)
    assert state_of(made) == State.SUBMITTED
