"""The five types of a bulletin: what each needs, where each goes, and that everything said is approved."""

from datetime import timedelta
from typing import Any

import pytest

from nguon.bulletins import actions, queries
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Attachment, Revision, Version
from nguon.bulletins.rules import is_played, reaches_loudspeakers
from nguon.bulletins.states import (
    CHANNELS,
    TOPICS_OF,
    Channel,
    ContentType,
    Essential,
    State,
)
from nguon.bulletins.states.languages import VIETNAMESE, has_voice, languages
from nguon.bulletins.tests.cast import LATER, Newsroom, draft, newsroom
from nguon.kernel.text import tidy
from nguon.organisations.tests.cast import AT


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def of_type(room: Newsroom, kind: ContentType, **more: Any) -> Revision:
    """A draft with words and without any sound."""
    made = draft(room)
    starts_at = more.pop("starts_at", None)
    return actions.save_draft(
        revision_id=made.pk,
        given=DraftFields(content_type=kind, **more),
        by=room.people.lan,
        at=AT,
        starts_at=starts_at,
    )


def codes(room: Newsroom, revision: Revision) -> list[str]:
    return [error.code for _field, error in actions.problems(revision, room.people.lan, AT)]


def picture(revision: Revision, mime: str = "image/png") -> None:
    Attachment.objects.create(
        revision=revision, sha256="ab" * 32, filename="a.png", mime=mime, size=10, added_at=AT
    )


def test_each_type_names_what_it_lacks(room: Newsroom) -> None:
    assert codes(room, of_type(room, ContentType.TEXT, text="")) == ["words-missing"]
    assert codes(room, of_type(room, ContentType.IMAGE)) == ["picture-missing"]
    assert codes(room, of_type(room, ContentType.AUDIO)) == ["sound-missing"]
    assert codes(room, of_type(room, ContentType.VIDEO)) == ["video-missing"]
    assert codes(room, of_type(room, ContentType.LIVE)) == ["live-minutes-missing", "live-without-time"]
    whole = of_type(room, ContentType.LIVE, live_minutes=20, timing="at", starts_at=LATER)
    assert codes(room, whole) == []


def test_a_picture_is_an_image_among_the_files(room: Newsroom) -> None:
    made = of_type(room, ContentType.IMAGE)
    picture(made, "application/pdf")
    assert codes(room, made) == ["picture-missing"]
    Attachment.objects.update(mime="image/webp")
    assert codes(room, made) == []


def test_a_text_goes_to_its_end_without_a_voice(room: Newsroom) -> None:
    made = actions.submit(revision_id=of_type(room, ContentType.TEXT).pk, by=room.people.lan, at=AT)
    assert (made.media, len(made.content_sha256), len(made.more_sha256)) == (None, 64, 64)
    actions.approve(
        revision_id=made.pk, content_sha256=made.content_sha256, by=room.people.minh, at=AT, unheard="test"
    )
    made.bulletin.refresh_from_db()
    assert made.bulletin.state == State.APPROVED


def test_where_only_boards_show_it_no_loudspeaker_is_asked_for(room: Newsroom) -> None:
    room.fleet.first.device.__class__.objects.all().delete()
    assert codes(room, of_type(room, ContentType.TEXT)) == []
    assert codes(room, of_type(room, ContentType.AUDIO)) == ["sound-missing", "no-loudspeakers"]


def test_quiet_hours_are_for_what_is_heard(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.devices.queries.quiet_hours", lambda: (("22:00", "05:00"),))
    night = LATER + timedelta(hours=14)  # midnight in Vietnam
    assert codes(room, of_type(room, ContentType.TEXT, timing="at", starts_at=night)) == []
    heard = of_type(room, ContentType.LIVE, live_minutes=5, timing="at", starts_at=night)
    assert codes(room, heard) == ["quiet-hours"]


def test_the_one_table_says_what_loudspeakers_carry() -> None:
    assert set(CHANNELS) == set(ContentType)
    assert [kind.name for kind in ContentType if reaches_loudspeakers(kind)] == ["AUDIO", "VIDEO", "LIVE"]
    assert [kind.name for kind in ContentType if is_played(kind)] == ["AUDIO", "VIDEO"]
    assert all(Channel.LOUDSPEAKER in CHANNELS[kind] for kind in ContentType if is_played(kind))


@pytest.mark.parametrize(
    "more",
    [
        {"source": "Trạm y tế"},
        {"author_name": "Lò Thị Mây"},
        {"pen_name": "Mây Trắng"},
        {"produced_at": AT},
        {"details": (("Số", "12"),)},
        {"language": "tyz"},
        {"content_type": ContentType.VIDEO},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_a_bulletin_says_of_itself_is_approved_with_it(room: Newsroom, more: dict[str, Any]) -> None:
    plain = draft(room)
    before = queries.content_hash_of(plain, [])
    assert queries.more_hash_of(plain) == ""
    told = actions.save_draft(revision_id=plain.pk, given=DraftFields(**more), by=room.people.lan, at=AT)
    assert queries.content_hash_of(told, []) != before


def test_files_and_versions_are_approved_with_it_and_go_into_a_copy(room: Newsroom) -> None:
    made = draft(room)
    before = queries.content_hash_of(made, [])
    picture(made)
    with_file = queries.content_hash_of(made, [])
    Version.objects.create(revision=made, language="tyz", text="…")
    assert len({before, with_file, queries.content_hash_of(made, [])}) == 3
    new = actions.copy(bulletin_id=made.bulletin_id, by=room.people.lan, at=AT)
    assert (new.attachments.count(), new.versions.get().language) == (1, "tyz")
    assert made.attachments.count() == 1


def test_an_empty_field_clears_and_a_missing_one_stays(room: Newsroom) -> None:
    made = of_type(room, ContentType.LIVE, live_minutes=20, produced_at=AT, pen_name="Mây")
    kept = actions.save_draft(revision_id=made.pk, given=DraftFields(), by=room.people.lan, at=AT)
    assert (kept.live_minutes, kept.produced_at, kept.pen_name) == (20, AT, "Mây")
    empty = DraftFields(live_minutes="", produced_at="", pen_name="", campaign_id="nonsense")
    gone = actions.save_draft(revision_id=made.pk, given=empty, by=room.people.lan, at=AT)
    assert (gone.live_minutes, gone.produced_at, gone.pen_name, gone.campaign) == (None, None, "", None)


def test_a_blank_of_a_template_is_not_sent(room: Newsroom) -> None:
    assert codes(room, of_type(room, ContentType.TEXT, text="Họp lúc [... giờ họp].")) == ["blank-left"]
    assert codes(room, of_type(room, ContentType.TEXT, text="Họp [sic] lúc 7 giờ…")) == []


def test_every_essential_kind_suits_a_topic() -> None:
    assert set(TOPICS_OF) == set(Essential) - {Essential.NONE}
    assert all(TOPICS_OF.values())


def test_languages_have_codes_of_three_letters_and_names_of_their_own() -> None:
    assert next(iter(languages())) == VIETNAMESE
    assert len(languages()) > 50
    assert all(len(code) == 3 and code.isascii() and code.islower() for code in languages())
    assert len(set(languages().values())) == len(languages())
    assert all(tidy(name) == name for name in languages().values())
    assert [code for code in languages() if has_voice(code)] == [VIETNAMESE]
