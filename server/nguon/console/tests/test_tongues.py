"""One bulletin in several languages: a recording where there is no voice, and one sound of all."""

import io
import math
import struct
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nguon.audio import actions as audio
from nguon.audio import store
from nguon.audio.actions.work import finish
from nguon.audio.errors import JoinedTooLong
from nguon.audio.models import Joined, Media, Upload
from nguon.audio.rules import GAP_MS
from nguon.audio.sound.chain import Master, master_of_pcm
from nguon.audio.states import State
from nguon.bulletins import actions, errors
from nguon.bulletins.actions.submitting import own_sound_of, sound_of
from nguon.bulletins.actions.translating import MOST_VERSIONS
from nguon.bulletins.models import Revision, Version
from nguon.bulletins.tests.cast import TEXT, Newsroom, draft, newsroom, sound
from nguon.console import tongues
from nguon.organisations.tests.cast import AT


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def recording(room: Newsroom, media: Media | None) -> Upload:
    return Upload.objects.create(
        by=room.people.lan, filename="tay.mp3", size=1, uploaded_at=AT, changed_at=AT, media=media,
        state=State.DONE if media else State.QUEUED,
    )  # fmt: skip


def spoken(room: Newsroom, made: Revision, language: str, **more: Any) -> Version:
    return actions.save_version(revision_id=made.pk, language=language, by=room.people.lan, at=AT, **more)


def codes(room: Newsroom, made: Revision) -> list[str]:
    return [error.code for _field, error in actions.problems(made, room.people.lan, AT)]


def test_a_language_without_a_voice_asks_for_a_recording(room: Newsroom) -> None:
    made = draft(room)
    spoken(room, made, "tyz", title="Tày", text="…")
    assert codes(room, made) == ["version-without-sound"]
    told = str(actions.problems(made, room.people.lan, AT)[0][1])
    assert "Tiếng Tày chưa có giọng máy đọc" in told
    own = actions.save_draft(
        revision_id=draft(room).pk, given=actions.DraftFields(language="khm"), by=room.people.lan, at=AT
    )
    assert codes(room, own) == ["language-without-voice"]


def test_all_languages_are_one_sound_in_their_order(room: Newsroom) -> None:
    made = draft(room)
    late, early = sound("Thái").media, sound("Mông").media
    assert late is not None and early is not None  # noqa: PT018
    spoken(room, made, "tyz", upload_id=recording(room, late).pk)
    spoken(room, made, "hmn", upload_id=recording(room, early).pk)
    assert codes(room, made) == ["sound-missing"]
    tongues.ask_for_whole(made, AT)
    own, whole = own_sound_of(made), Joined.objects.get()
    assert own is not None
    assert whole.parts == [own.pk, early.pk, late.pk]
    Joined.objects.update(state=State.DONE, media=sound("tất cả", 30).media)
    assert sound_of(made) == Joined.objects.get().media
    sent = actions.submit(revision_id=made.pk, by=room.people.lan, at=AT)
    assert sent.media == Joined.objects.get().media
    spoken_again = actions.copy(bulletin_id=made.bulletin_id, by=room.people.lan, at=AT)
    actions.drop_version(revision_id=spoken_again.pk, language="hmn", by=room.people.lan, at=AT)
    assert sound_of(spoken_again) is None  # another order of parts is another sound


def test_what_the_sound_waits_for_is_told(room: Newsroom) -> None:
    made = draft(room)
    assert tongues.waiting(made) is None
    spoken(room, made, "tyz")
    told = tongues.waiting(made)
    assert told is not None
    assert "ghi âm" in told.problem
    spoken(room, made, "tyz", upload_id=recording(room, None).pk)
    told = tongues.waiting(made)
    assert told is not None
    assert told.busy


def test_a_recording_stays_when_only_words_change(room: Newsroom) -> None:
    made = draft(room)
    kept = recording(room, None)
    spoken(room, made, "tyz", upload_id=kept.pk)
    assert spoken(room, made, "tyz", title="Mới").upload_id == kept.pk


def test_languages_have_their_ends(room: Newsroom) -> None:
    made = draft(room)
    for wrong in ("vie", "zzz"):
        with pytest.raises(errors.LanguageUnknown):
            spoken(room, made, wrong)
    for language in ("tyz", "hmn", "khm", "jra", "rad")[:MOST_VERSIONS]:
        spoken(room, made, language)
    with pytest.raises(errors.VersionsTooMany):
        spoken(room, made, "bdq")
    with pytest.raises(errors.NotYourDraft):
        actions.save_version(revision_id=made.pk, language="bdq", by=room.people.hue, at=AT)
    long = sound("dài", 3601).media
    assert long is not None
    with pytest.raises(JoinedTooLong):
        audio.request_joining(parts=[long.pk], at=AT)


def tone(hertz: int, seconds: float) -> Master:
    wave = (int(9000 * math.sin(2 * math.pi * hertz * n / 48_000)) for n in range(int(seconds * 48_000)))
    return master_of_pcm(io.BytesIO(b"".join(struct.pack("<h", value) for value in wave)), 48_000)


def test_the_one_sound_is_as_long_as_its_parts_and_the_silence_between(room: Newsroom) -> None:
    parts = []
    for hertz in (440, 660):
        upload = recording(room, None)
        parts.append(finish(upload, tone(hertz, 0.6), at=AT))
    row = audio.request_joining(parts=[part.pk for part in parts], at=AT)
    done = audio.join(joined_id=row.pk, at=AT)
    assert done is not None
    assert done.media is not None
    assert done.media.duration_ms == sum(part.duration_ms for part in parts) + GAP_MS
    assert not store.fault_of(done.media.pk)
    assert audio.join(joined_id=row.pk, at=AT) is None
    assert audio.request_joining(parts=[part.pk for part in parts], at=AT).media == done.media


def test_what_the_page_recorded_for_a_language_is_its_recording(room: Newsroom) -> None:
    made, lan = draft(room), Client()
    lan.force_login(room.people.lan)
    spoken(room, made, "tyz", title="Tày")
    own, foreign = recording(room, sound("tày", 4).media), recording(room, None)
    Upload.objects.filter(pk=foreign.pk).update(by=room.people.hue)
    page = lan.get(reverse("console:edit", args=[made.bulletin_id])).content.decode()
    assert 'data-rec-whose><option value="">Bản chính</option><option value="tyz">' in page
    form = {"id": str(made.bulletin_id), "do": "version", "v-title-tyz": "Tày", "text": TEXT}
    lan.post(reverse("console:compose"), form | {"v-upload-tyz": str(foreign.pk)})
    assert made.versions.get().upload is None
    lan.post(reverse("console:compose"), form | {"v-upload-tyz": str(own.pk)})
    assert made.versions.get().upload == own
    lan.post(reverse("console:compose"), form | {"v-upload-tyz": ""})
    assert made.versions.get().upload == own
