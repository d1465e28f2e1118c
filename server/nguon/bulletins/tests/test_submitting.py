"""Handing over: everything that is wrong is told at once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from nguon.audio.models import Rendering
from nguon.bulletins import actions
from nguon.bulletins.actions import DraftFields, NotReady
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import content_hash_of, target_strings
from nguon.bulletins.states import State
from nguon.bulletins.tests.cast import LATER, TEXT, Newsroom, draft, newsroom
from nguon.devices import actions as fleet
from nguon.devices import queries as devices
from nguon.devices.models import Device, Registered
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def codes(revision: Revision, room: Newsroom, at: datetime = AT) -> list[str]:
    with pytest.raises(NotReady) as caught:
        actions.submit(revision_id=revision.pk, by=room.people.lan, at=at)
    revision.bulletin.refresh_from_db()
    assert revision.bulletin.state == State.DRAFT
    return [problem.code for _field, problem in caught.value.problems]


def test_a_whole_draft_goes_to_the_second_person(room: Newsroom) -> None:
    made = actions.submit(revision_id=draft(room).pk, by=room.people.lan, at=AT)
    made.bulletin.refresh_from_db()
    assert made.bulletin.state == State.SUBMITTED
    assert made.media is not None
    assert made.content_sha256 == content_hash_of(made, [room.commune])


def test_an_empty_draft_is_told_everything_at_once(room: Newsroom) -> None:
    made = actions.start(by=room.people.lan, at=AT)
    assert codes(made, room) == ["title-missing", "text-missing", "targets-missing"]


def test_fifty_thousand_characters_are_too_many(room: Newsroom) -> None:
    made = draft(room)
    actions.save_draft(revision_id=made.pk, given=DraftFields(text="a" * 50_000), by=room.people.lan, at=AT)
    assert codes(made, room) == ["text-too-long"]


def test_the_sound_must_be_that_of_the_spoken_text(room: Newsroom) -> None:
    made = draft(room)
    Rendering.objects.update(spoken_text="khác")
    assert codes(made, room) == ["sound-missing"]


def test_a_province_is_too_wide_and_a_foreign_commune_is_not_yours(room: Newsroom) -> None:
    assert "target-too-wide" in codes(draft(room, room.people.places.province.area), room)
    assert codes(draft(room, room.people.places.other_commune.area), room) == ["target-foreign"]


def test_a_place_without_a_loudspeaker(room: Newsroom) -> None:
    Device.objects.update(revoked_at=AT)
    assert codes(draft(room), room) == ["no-loudspeakers"]


def test_times_that_cannot_be(room: Newsroom) -> None:
    assert codes(draft(room, starts_at=LATER), room, at=LATER) == ["time-past"]
    assert codes(draft(room, starts_at=AT + timedelta(days=400)), room) == ["time-too-far"]


def test_a_repetition_ends_and_happens(room: Newsroom) -> None:
    daily = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"
    assert codes(draft(room, starts_at=AT, rrule=daily), room) == ["repeat-endless"]
    ended = draft(room, starts_at=AT - timedelta(days=9), rrule=daily, until_at=AT - timedelta(days=1))
    assert codes(ended, room) == ["time-past"]
    wrong = draft(room, starts_at=AT, rrule="FREQ=SECONDLY", until_at=AT + timedelta(days=3))
    assert codes(wrong, room) == ["repeat-wrong"]


def test_quiet_hours_are_kept(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_quiet_of", lambda _path, _changed: [("22:00", "05:00")])
    monkeypatch.setattr(Path, "stat", lambda _self, **_: type("S", (), {"st_mtime_ns": 0})())
    night = AT.replace(hour=20, minute=15)  # 03:15 in Vietnam
    assert codes(draft(room, starts_at=night), room) == ["quiet-hours"]
    morning = AT.replace(hour=22)  # 05:00 in Vietnam
    actions.submit(revision_id=draft(room, starts_at=morning).pk, by=room.people.lan, at=AT)


def test_what_is_submitted_never_changes_in_the_database(room: Newsroom) -> None:
    made = actions.submit(revision_id=draft(room).pk, by=room.people.lan, at=AT)
    for change in (
        lambda: Revision.objects.filter(pk=made.pk).update(spoken_text="khác"),
        lambda: made.targets.all().delete(),
        lambda: made.targets.update(target=room.ward),
        lambda: Revision.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert made.spoken_text == TEXT


def test_what_plays_later_on_one_loudspeaker_goes_on_to_the_next_box_of_its_pole(room: Newsroom) -> None:
    old = room.fleet.first.device
    line = Registered.objects.create(
        name=old.name, serial="S-1", place=old.place, area=old.area, device=old, made_at=AT
    )
    made = actions.submit(
        revision_id=draft(room, f"d/{old.pk}", starts_at=LATER).pk, by=room.people.lan, at=AT
    )
    (name,) = target_strings(made)
    assert name.startswith("g/")
    assert devices.groups_in([old.area]).count() == 0  # nobody made it, no list shows it
    fleet.claim(code="ABCD2346", alg="ed25519", public_key="cd" * 32, model="M", serial="S-2", at=AT)
    new = fleet.enrol(code="ABCD2346", line=line, reason="Cháy", by=room.people.tuan, at=AT)
    assert list(devices.of_targets([name])) == [new]
    again = actions.submit(
        revision_id=draft(room, name, starts_at=LATER).pk, by=room.people.lan, at=AT
    )  # a copy of it
    assert target_strings(again) == [name]
    now = actions.submit(revision_id=draft(room, name).pk, by=room.people.lan, at=AT)
    assert target_strings(now) == [f"d/{new.pk}"]  # what plays at once is for the box that hangs there
