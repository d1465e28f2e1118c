"""A copy, and a correction: what they take over, and what they never do."""

import pytest

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins import actions, errors, queries
from nguon.bulletins.models import Bulletin, Withdrawal
from nguon.bulletins.states import Origin, State, Timing
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, draft, newsroom, submitted
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def test_a_copy_holds_everything_and_is_nobody_elses(room: Newsroom) -> None:
    old = approved(room, starts_at=LATER)
    new = actions.copy(bulletin_id=old.bulletin_id, by=room.people.lan, at=AT)
    assert (new.title, new.text, new.starts_at) == (old.title, old.text, old.starts_at)
    assert queries.target_strings(new) == queries.target_strings(old)
    assert (new.submitted_at, new.content_sha256, new.bulletin.state) == (None, "", State.DRAFT)
    assert (new.bulletin.origin_id, new.bulletin.origin_kind) == (old.bulletin_id, Origin.COPY)
    again = actions.submit(revision_id=new.pk, by=room.people.lan, at=AT)  # the sound came with it
    assert again.media_id == old.media_id
    assert Entry.objects.get(fact="bulletin.copied").data["title"] == old.title


def test_a_time_that_is_over_is_asked_for_anew(room: Newsroom) -> None:
    old = approved(room, starts_at=LATER)
    new = actions.copy(bulletin_id=old.bulletin_id, by=room.people.lan, at=LATER)
    assert (new.timing, new.starts_at) == (Timing.AT, None)
    assert [field for field, _why in actions.problems(new, room.people.lan, LATER)] == ["starts_at"]


def test_places_of_others_are_left_out(room: Newsroom) -> None:
    old = submitted(room, room.commune, room.ward)
    half = person("half", "Đỗ Văn Nửa", (Role.WRITER, room.people.places.commune))
    new = actions.copy(bulletin_id=old.bulletin_id, by=half, at=AT)
    assert queries.target_strings(new) == [room.commune]


def test_what_one_may_not_read_cannot_be_copied(room: Newsroom) -> None:
    hidden = draft(room)
    with pytest.raises(errors.BulletinUnknown):
        actions.copy(bulletin_id=hidden.bulletin_id, by=room.people.minh, at=AT)
    with pytest.raises(errors.NotAWriter):
        actions.copy(bulletin_id=approved(room).bulletin_id, by=room.people.minh, at=AT)


def test_a_correction_takes_back_first_and_is_made_once(room: Newsroom) -> None:
    old = approved(room)
    made = [
        actions.correct(bulletin_id=old.bulletin_id, reason="Sai giờ họp", by=room.people.lan, at=AT)
        for _ in range(2)
    ]
    assert made[0].pk == made[1].pk
    assert made[0].title == f"Đính chính: {old.title}"
    assert made[0].bulletin.origin_kind == Origin.CORRECTION
    assert Withdrawal.objects.get().reason == "Sai giờ họp"
    assert Bulletin.objects.get(pk=old.bulletin_id).state == State.WITHDRAWN


def test_a_correction_without_a_reason_or_of_a_draft_changes_nothing(room: Newsroom) -> None:
    old = approved(room)
    with pytest.raises(errors.ReasonMissing):
        actions.correct(bulletin_id=old.bulletin_id, reason=" ", by=room.people.lan, at=AT)
    with pytest.raises(errors.NotWithdrawable):
        actions.correct(bulletin_id=submitted(room).bulletin_id, reason="x", by=room.people.lan, at=AT)
    assert not Withdrawal.objects.exists()
    assert not Bulletin.objects.exclude(origin=None).exists()
