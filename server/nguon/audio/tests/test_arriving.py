"""Files that arrive piece by piece: cut networks, doubled pieces and impatient people lose nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.audio import actions, errors
from nguon.audio.actions import Wish, arriving
from nguon.audio.models import Upload
from nguon.audio.states import State
from nguon.audio.tests.sounds import tone, wav
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.NGUON_DATA = tmp_path / "data"
    return tmp_path / "data" / "uploads" / "sound"


@pytest.fixture
def lan() -> User:
    return User.objects.create(username="lan", full_name="Nguyễn Thị Lan")


def begin(lan: User) -> Upload:
    return actions.begin_upload(filename="Ghi âm.wav", by=lan, at=AT)


def add(row: Upload, offset: int, piece: bytes) -> int:
    return actions.add_piece(upload_id=row.pk, offset=offset, data=piece, by=row.by, at=AT)


def sent(lan: User, content: bytes, wish: Wish | None = None) -> Upload:
    row = begin(lan)
    add(row, 0, content)
    return actions.close_upload(upload_id=row.pk, size=len(content), wish=wish or Wish(), by=lan, at=AT)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=400), script=st.lists(st.integers(0, 400), max_size=12))
def test_whatever_order_and_however_often_the_whole_arrives(
    lan: User, data: Path, content: bytes, script: list[int]
) -> None:
    row = begin(lan)
    had = 0
    for offset in script:
        had = add(row, offset, content[offset : offset + 97])
        assert (data / str(row.pk)).read_bytes() == content[:had]
    while had < len(content):
        had = add(row, had, content[had : had + 97])
    assert (data / str(row.pk)).read_bytes() == content
    actions.drop_upload(upload_id=row.pk, by=lan, at=AT)


def test_what_is_not_whole_is_not_taken(lan: User) -> None:
    row = begin(lan)
    add(row, 0, b"abc")
    with pytest.raises(errors.UploadIncomplete, match="3 trên 4"):
        actions.close_upload(upload_id=row.pk, size=4, wish=Wish(), by=lan, at=AT)
    assert not Entry.objects.filter(fact="sound.uploaded").exists()


def test_closing_twice_queues_once_and_later_pieces_change_nothing(lan: User, data: Path) -> None:
    row = sent(lan, b"abc")
    again = actions.close_upload(upload_id=row.pk, size=3, wish=Wish(), by=lan, at=AT)
    assert (again.state, add(row, 3, b"d")) == (State.QUEUED, 3)
    assert (data / str(row.pk)).read_bytes() == b"abc"
    assert Entry.objects.filter(fact="sound.uploaded").count() == 1


def test_nobody_writes_into_the_file_of_another(lan: User) -> None:
    row = begin(lan)
    hue = User.objects.create(username="hue", full_name="Trần Huệ")
    with pytest.raises(errors.UploadUnknown):
        actions.add_piece(upload_id=row.pk, offset=0, data=b"x", by=hue, at=AT)
    with pytest.raises(errors.UploadUnknown):
        actions.cut_again(upload_id=row.pk, wish=Wish(), by=hue, at=AT)


def test_limits_are_told_in_words(lan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST_UPLOAD", 5)
    row = begin(lan)
    with pytest.raises(errors.UploadTooLarge):
        add(row, 0, b"123456")
    monkeypatch.setattr(arriving, "MOST_ARRIVING", 1)
    with pytest.raises(errors.TooManyArriving, match="1 tệp"):
        begin(lan)
    with pytest.raises(errors.CutWrong):
        actions.cut_again(upload_id=row.pk, wish=Wish(from_ms=900, to_ms=1000), by=lan, at=AT)


def test_an_empty_recording_is_refused(lan: User) -> None:
    row = begin(lan)
    with pytest.raises(errors.SoundEmpty):
        actions.close_upload(upload_id=row.pk, size=0, wish=Wish(), by=lan, at=AT)


def test_a_recording_is_cut_and_cut_again_and_the_first_stays(lan: User, tmp_path: Path, data: Path) -> None:
    content = wav(tmp_path / "x.wav", bytes(96_000) + tone(2) + bytes(96_000)).read_bytes()
    first = actions.process_upload(upload_id=sent(lan, content, Wish(trims_silence=True)).pk, at=AT)
    assert first
    assert first.media
    assert first.to_ms
    assert (first.whole_ms, first.from_ms) == (4000, 750)
    assert first.to_ms == pytest.approx(3250, abs=20)  # a filter rings for a moment
    queued = actions.cut_again(upload_id=first.pk, wish=Wish(from_ms=1000, to_ms=2500), by=lan, at=AT)
    second = actions.process_upload(upload_id=queued.pk, at=AT)
    assert second
    assert second.media
    assert (second.media.duration_ms, first.media.duration_ms) == (1500, first.to_ms - 750)
    assert len(second.media.peaks) == 75
    for path in data.iterdir():
        path.unlink()
    with pytest.raises(errors.SourceGone):
        actions.cut_again(upload_id=first.pk, wish=Wish(), by=lan, at=AT)


def test_what_never_arrives_whole_is_given_up_after_two_days(lan: User) -> None:
    row = begin(lan)
    actions.sweep(at=AT + timedelta(days=1))
    row.refresh_from_db()
    assert row.state == State.ARRIVING
    actions.sweep(at=AT + timedelta(days=3))
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "truncated")
