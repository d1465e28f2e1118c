"""The media store keeps bytes by their hash, whole or not at all."""

import hashlib
from pathlib import Path

import pytest
from pytest_django import Settings

from nguon.audio import store


def test_keeps_by_hash_and_twice_is_harmless(settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_DATA = tmp_path
    sha256 = store.keep(b"sound")
    assert store.keep(b"sound") == sha256 == hashlib.sha256(b"sound").hexdigest()
    assert store.path_of(sha256) == tmp_path / "media" / sha256[:2] / sha256
    assert store.path_of(sha256).read_bytes() == b"sound"
    assert [path.name for path in (tmp_path / "media" / sha256[:2]).iterdir()] == [sha256]


def test_a_damaged_file_is_replaced(settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_DATA = tmp_path
    path = store.path_of(store.keep(b"sound"))
    path.write_bytes(b"so")
    store.keep(b"sound")
    assert path.read_bytes() == b"sound"


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_name_files(bad: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path_of(bad)
