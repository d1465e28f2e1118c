"""Uploads: streamed to disk, made a master by the worker, refused in words."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.audio import actions, errors, queries
from nguon.audio.actions import uploads
from nguon.audio.models import Upload
from nguon.audio.states import State
from nguon.audio.tests.sounds import encoded, tone, wav
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.NGUON_DATA = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def lan() -> User:
    return User.objects.create(username="lan", full_name="Nguyễn Thị Lan")


def send(user: User, content: bytes, name: str = "tin.wav") -> Upload:
    return actions.upload(file=SimpleUploadedFile(name, content), by=user, at=AT)


def waiting(data: Path) -> list[str]:
    return [path.name for path in (data / "uploads" / "sound").glob("*")]


def test_an_upload_becomes_a_master(lan: User, data: Path, tmp_path: Path) -> None:
    upload = send(lan, wav(tmp_path / "x.wav", tone(2)).read_bytes())
    assert (upload.state, waiting(data)) == (State.QUEUED, [str(upload.id)])
    done = actions.process_upload(upload_id=upload.id, at=AT)
    assert done
    assert done.media
    assert (done.state, done.media.duration_ms) == (State.DONE, 2000)
    assert waiting(data) == [str(upload.id)]  # to be cut otherwise
    assert queries.upload_of(user=lan, upload_id=upload.id) == upload
    assert Entry.objects.get(fact="sound.uploaded").data["bytes"] == upload.size


def test_the_same_sound_twice_is_one_media(lan: User, tmp_path: Path) -> None:
    content = encoded(tmp_path / "x.mp3", "libmp3lame", "mp3").read_bytes()
    done = [actions.process_upload(upload_id=send(lan, content).id, at=AT) for _ in range(2)]
    assert done[0]
    assert done[1]
    assert done[0].media == done[1].media


def test_a_bad_file_fails_with_a_sentence(lan: User, data: Path) -> None:
    upload = send(lan, "Đây là văn bản.".encode() * 50, "tin.mp3")
    failed = actions.process_upload(upload_id=upload.id, at=AT)
    assert failed
    assert (failed.state, failed.error, waiting(data)) == (State.FAILED, "unreadable", [])
    assert "mp3, wav, m4a" in failed.problem


def test_an_empty_file_is_refused_at_once(lan: User, data: Path) -> None:
    with pytest.raises(errors.SoundEmpty):
        send(lan, b"")
    assert (Upload.objects.count(), waiting(data)) == (0, [])


def test_a_large_file_is_refused_while_it_arrives(
    lan: User, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    with pytest.raises(errors.UploadTooLarge):
        send(lan, b"x" * 1001)
    assert (Upload.objects.count(), waiting(data)) == (0, [])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("tin\u202egnp.exe", "tingnp.exe"),
        ("C:\\tin sáng.mp3", "tin sáng.mp3"),
    ],
)
def test_a_filename_is_only_shown(lan: User, data: Path, sent: str, shown: str) -> None:
    file = SimpleUploadedFile("x", b"x")
    file._name = sent  # type: ignore[attr-defined]
    upload = actions.upload(file=file, by=lan, at=AT)
    assert upload.filename == shown
    assert waiting(data) == [str(upload.id)]


def test_an_upload_is_its_owners_alone(lan: User) -> None:
    upload = send(lan, b"x")
    other = User.objects.create(username="hue", full_name="Trần Huệ")
    with pytest.raises(errors.UploadUnknown):
        queries.upload_of(user=other, upload_id=upload.id)
    with pytest.raises(errors.UploadUnknown):
        queries.upload_of(user=lan, upload_id="not-a-uuid")


def test_a_lost_file_fails_in_words_and_is_not_swept_for_ever(lan: User, data: Path) -> None:
    upload = send(lan, b"x")
    (data / "uploads" / "sound" / str(upload.id)).unlink()
    failed = actions.process_upload(upload_id=upload.id, at=AT)
    assert failed
    assert failed.state == State.FAILED
    assert actions.sweep(at=AT + timedelta(hours=1)) == 0
