"""Asking for speech and speaking it: once for the same text, voice and speed, whoever is killed."""

import dataclasses
import errno
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from nguon.adapters.pcm import Sound
from nguon.audio import actions, errors, queries, store, tasks, voices
from nguon.audio.actions import rendering as speech
from nguon.audio.actions import speaking
from nguon.audio.models import Rendering
from nguon.audio.states import State
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
TEXT = "Ủy ban nhân dân xã thông báo."
LATER = AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.NGUON_DATA = tmp_path
    return tmp_path


def ask(
    text: str = TEXT, voice: str = "", speed: int = 120, pause_ms: int = 0, jingle: str = ""
) -> Rendering:
    manner = actions.Manner(voice=voice, speed=speed, pause_ms=pause_ms, jingle=jingle)
    return actions.request_rendering(spoken_text=text, manner=manner, by=None, at=AT)


def test_a_request_queues_one_job_and_tells_the_journal() -> None:
    rendering = ask()
    assert (rendering.state, rendering.voice) == (State.QUEUED, "espeak-vi-f2")
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("nguon.audio.tasks.render", {"work_id": str(rendering.id)})
    assert Entry.objects.get(fact="rendering.requested").subject == f"rendering:{rendering.id}"


def test_the_same_again_is_the_same_rendering() -> None:
    assert ask().id == ask(f"  {TEXT}\n").id
    manners: list[dict[str, Any]] = [
        {"speed": 130}, {"voice": "espeak-vi"}, {"pause_ms": 500}, {"jingle": "chime"},
        {"pause_ms": 500, "jingle": "chime"},
    ]  # fmt: skip
    assert len({ask().id, *(ask(**manner).id for manner in manners), *(ask(**m).id for m in manners)}) == 6
    assert ProcrastinateJob.objects.count() == 6


def test_nothing_is_spoken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    voice = voices.find("", Path())
    assert voice

    def speak(text: str, wpm: int) -> Sound:
        spoken.append(text)
        return voice.speaker(text, wpm)

    monkeypatch.setattr(speaking, "find", lambda _id, _data: dataclasses.replace(voice, speaker=speak))
    for _ in range(3):
        asked = ask(pause_ms=500)
        actions.render(rendering_id=asked.id, at=AT)
    assert spoken == [TEXT]


def test_the_key_of_what_was_spoken_before_pauses_existed_stays() -> None:
    voice = voices.find("", Path())
    assert voice
    old = [speech.CHAIN, voice.id, voice.version, 120, TEXT]
    digest = hashlib.sha256(json.dumps(old, ensure_ascii=False).encode()).hexdigest()
    assert ask().key == digest


def test_a_rendering_is_spoken_in_its_manner() -> None:
    short = actions.render(rendering_id=ask().id, at=AT)
    tuned = actions.render(rendering_id=ask(jingle="bamboo").id, at=AT)
    assert short
    assert short.media
    assert tuned
    assert tuned.media
    assert 2_000 < tuned.media.duration_ms - short.media.duration_ms < 8_000


def test_rendering_makes_the_media() -> None:
    rendering = actions.render(rendering_id=ask().id, at=AT)
    assert rendering
    assert rendering.state == State.DONE
    assert rendering.media
    assert rendering.media.loudness_lufs == pytest.approx(-16, abs=1)
    assert queries.media_path(rendering.media).stat().st_size == rendering.media.size


def test_a_finished_rendering_is_not_rendered_again() -> None:
    first = ask()
    actions.render(rendering_id=first.id, at=AT)
    assert actions.render(rendering_id=first.id, at=LATER) is None
    again = ask()
    assert (again.state, again.changed_at) == (State.DONE, AT)


def test_a_rendering_whose_file_was_lost_is_rendered_again() -> None:
    rendering = actions.render(rendering_id=ask().id, at=AT)
    assert rendering
    assert rendering.media
    store.path_of(rendering.media.sha256).unlink()
    assert ask().state == State.QUEUED
    again = actions.render(rendering_id=rendering.id, at=LATER)
    assert again
    assert again.media
    assert queries.media_path(again.media).exists()


def test_a_rendering_that_a_killed_worker_left_running_begins_again() -> None:
    rendering = ask()
    Rendering.objects.update(state=State.RUNNING)
    done = actions.render(rendering_id=rendering.id, at=LATER)
    assert done
    assert done.state == State.DONE


@pytest.fixture
def other_worker() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_render_the_same(other_worker: psycopg.Connection) -> None:
    rendering = ask()
    number = (rendering.id.int >> 64 ^ rendering.id.int & (1 << 64) - 1) - (1 << 63)
    other_worker.execute("SELECT pg_advisory_lock(%s)", [number])
    assert actions.render(rendering_id=rendering.id, at=AT) is None
    rendering.refresh_from_db()
    assert rendering.state == State.QUEUED


def test_a_voice_that_went_away_fails_with_a_sentence() -> None:
    rendering = ask()
    Rendering.objects.update(voice="gone")
    failed = actions.render(rendering_id=rendering.id, at=AT)
    assert failed
    assert failed.state == State.FAILED
    assert "Máy đọc không đọc được" in failed.problem
    assert ask().state == State.QUEUED


@pytest.mark.parametrize(
    ("text", "voice", "speed", "error"),
    [
        ("", "", 120, errors.NothingToSpeak),
        (" \n\0", "", 120, errors.NothingToSpeak),
        ("😀 … !", "", 120, errors.NothingToSpeak),
        ("a" * 20_001, "", 120, errors.SpokenTextTooLong),
        (TEXT, "../../etc", 120, errors.VoiceUnknown),
        (TEXT, "", 10, errors.SpeedOutOfRange),
        (TEXT, "", 100_000, errors.SpeedOutOfRange),
    ],
)
def test_wrong_input_gets_a_sentence(
    text: str, voice: str, speed: int, error: type[errors.NothingToSpeak]
) -> None:
    with pytest.raises(error) as caught:
        ask(text, voice, speed)
    assert str(caught.value).endswith(".")
    assert not Rendering.objects.exists()


def test_a_full_disk_is_told_and_the_same_request_works_when_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(data: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(store, "keep", no_room)
        rendering = actions.render(rendering_id=ask().id, at=AT)
    assert rendering
    assert (rendering.state, rendering.error) == (State.FAILED, errors.DiskFull.code)
    again = actions.render(rendering_id=ask().id, at=LATER)
    assert again
    assert (again.id, again.state, again.error) == (rendering.id, State.DONE, "")


def test_hostile_text_is_stored_and_spoken_as_it_is() -> None:
    text = "<speak>xin chào</speak> #{x} \u202e \"'; DROP TABLE 😀"
    rendering = actions.render(rendering_id=ask(text).id, at=AT)
    assert rendering
    assert (rendering.state, rendering.spoken_text) == (State.DONE, text)


def test_the_sweep_queues_what_was_left() -> None:
    rendering = ask()
    ProcrastinateJob.objects.all()._raw_delete("default")
    assert actions.sweep(at=AT) == 0
    assert actions.sweep(at=LATER) == 1
    assert ProcrastinateJob.objects.get().args == {"work_id": str(rendering.id)}
    assert actions.sweep(at=LATER) == 1  # again: one job is enough
    assert ProcrastinateJob.objects.count() == 1


def test_a_failure_is_told_in_english_too() -> None:
    with translation.override("vi"):
        assert errors.sentence("silent").startswith("Tệp không có tiếng")
    assert errors.sentence("") == ""


def test_every_task_that_is_queued_exists() -> None:
    names = {task.name for task in (tasks.render, tasks.process_upload, tasks.join)}
    assert {name for _queue, name in actions.work.TASKS.values()} == names
