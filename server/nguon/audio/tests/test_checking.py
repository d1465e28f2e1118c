"""A sound that rots on the disk is noticed, said once, and said again when it is whole."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from nguon.audio import store
from nguon.audio.actions import check_media
from nguon.audio.models import Media
from nguon.journal.models import Entry
from nguon.kernel.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sounds(settings: Settings, tmp_path: Path) -> list[str]:
    settings.NGUON_DATA = tmp_path
    names = [store.keep(data) for data in (b"one", b"two", b"three")]
    for name in names:
        Media.objects.create(
            sha256=name, size=3, duration_ms=1, loudness_lufs=-16, true_peak_dbtp=-1, created_at=now()
        )
    return names


def check() -> tuple[int, dict[str, object]]:
    out = io.StringIO()
    try:
        call_command("media", "check", "--json", stdout=out)
    except SystemExit as end:
        return int(str(end.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def facts() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("sequence").values_list("fact", "subject"))


def test_the_command_names_each_damaged_file(sounds: list[str]) -> None:
    assert check() == (0, {"ok": True, "files": 3, "bad": []})
    store.path_of(sounds[1]).write_bytes(b"twO")
    store.path_of(sounds[2]).unlink()
    bad = [{"sha256": sounds[1], "fault": "rotten"}, {"sha256": sounds[2], "fault": "missing"}]
    assert check() == (1, {"ok": False, "files": 3, "bad": bad})


def test_for_people_it_is_a_sentence_with_what_to_do(sounds: list[str]) -> None:
    store.path_of(sounds[0]).unlink()
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("media", "check", stdout=out)
    assert "hỏng 1/3 tệp. Hãy chép" in out.getvalue()


def test_the_journal_says_it_once_and_says_when_it_is_mended(sounds: list[str]) -> None:
    assert check_media(at=now()) == 0
    store.path_of(sounds[0]).write_bytes(b"")
    assert [check_media(at=now()), check_media(at=now())] == [1, 1]
    assert facts() == [("media.damaged", f"media:{sounds[0]}")]
    store.keep(b"one")
    assert [check_media(at=now()), check_media(at=now())] == [0, 0]
    assert facts()[1:] == [("media.mended", f"media:{sounds[0]}")]
