"""Drafts: kept as typed."""

from uuid import UUID, uuid4

import pytest

from nguon.bulletins import actions, errors
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.tests.cast import Newsroom, draft, newsroom, submitted
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def test_only_a_writer_starts(room: Newsroom) -> None:
    with pytest.raises(errors.NotAWriter):
        actions.start(by=room.people.minh, at=AT)


def test_an_unready_draft_is_kept(room: Newsroom) -> None:
    made = actions.start(by=room.people.lan, at=AT)
    kept = actions.save_draft(revision_id=made.pk, given=DraftFields(text="Kính"), by=room.people.lan, at=AT)
    kept.refresh_from_db()
    assert kept.text == "Kính"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\u202eb\u200f", "ab"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("một\r\nhai", "một\nhai"),
        ("' \" #{x} <speak>&amp; 😀👨‍👩‍👧", "' \" #{x} <speak>&amp; 😀👨‍👩‍👧"),
    ],
)
def test_text_keeps_what_people_see_and_loses_what_they_do_not(room: Newsroom, typed: str, kept: str) -> None:
    made = actions.start(by=room.people.lan, at=AT)
    saved = actions.save_draft(revision_id=made.pk, given=DraftFields(text=typed), by=room.people.lan, at=AT)
    saved.refresh_from_db()
    assert saved.text == kept


def test_nobody_else_changes_a_draft(room: Newsroom) -> None:
    made = draft(room)
    with pytest.raises(errors.NotYourDraft):
        actions.save_draft(revision_id=made.pk, given=DraftFields(text="x"), by=room.people.hue, at=AT)


def test_what_is_submitted_is_not_changed_any_more(room: Newsroom) -> None:
    made = submitted(room)
    with pytest.raises(errors.AlreadySubmitted):
        actions.save_draft(revision_id=made.pk, given=DraftFields(text="x"), by=room.people.lan, at=AT)


@pytest.mark.parametrize("target", ["vn.999999", "g/nothing", f"d/{UUID(int=7)}", "", "'; --"])
def test_a_place_that_does_not_exist(room: Newsroom, target: str) -> None:
    made = draft(room)
    with pytest.raises(errors.TargetUnknown):
        actions.save_draft(
            revision_id=made.pk, given=DraftFields(targets=(target,)), by=room.people.lan, at=AT
        )
    assert [t.target for t in made.targets.all()] == [room.commune]


def test_a_draft_that_is_not_there(room: Newsroom) -> None:
    with pytest.raises(errors.BulletinUnknown):
        actions.save_draft(revision_id=uuid4(), given=DraftFields(), by=room.people.lan, at=AT)
