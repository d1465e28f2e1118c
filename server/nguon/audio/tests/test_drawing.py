"""Sounds of before there were pictures get theirs; what cannot be read stays without."""

from pathlib import Path

import pytest
from pytest_django import Settings

from nguon.audio import store
from nguon.audio.actions import draw_missing, keep_sound
from nguon.audio.models import Media
from nguon.audio.tests.sounds import encoded
from nguon.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_each_sound_without_a_picture_gets_it_once(settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_DATA = tmp_path
    path = encoded(tmp_path / "a.ogg", "libopus", "ogg", seconds=1, rate=48000)
    whole = keep_sound(data=path.read_bytes(), duration_ms=1000, at=now())
    picture = bytes(whole.peaks)
    Media.objects.update(peaks=b"")
    for data in (b"no sound", b"gone"):
        fields = {"size": 1, "duration_ms": 1, "loudness_lufs": -16, "true_peak_dbtp": -1}
        Media.objects.create(sha256=store.keep(data), created_at=now(), **fields)
    store.path_of(store.keep(b"gone")).unlink()
    after, turns = draw_missing(limit=1), 1
    while after:
        after, turns = draw_missing(after=after, limit=1), turns + 1
    assert turns == 4  # three sounds, and one look that finds no more
    whole.refresh_from_db()
    assert bytes(whole.peaks) == picture != b""
    assert Media.objects.filter(peaks=b"").count() == 2
    assert draw_missing() != ""  # they are asked for again after the next start
