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


@pytest.mark.parametrize("damage", [b"so", b"", b"sounD", b"sound and more"])
def test_a_damaged_file_is_noticed_and_replaced(settings: Settings, tmp_path: Path, damage: bytes) -> None:
    settings.NGUON_DATA = tmp_path
    sha256 = store.keep(b"sound")
    path = store.path_of(sha256)
    assert store.fault_of(sha256) == ""
    path.write_bytes(damage)
    assert store.fault_of(sha256) == "rotten"
    assert store.keep(b"sound") == sha256
    assert (path.read_bytes(), store.fault_of(sha256)) == (b"sound", "")


def test_a_file_that_is_gone_or_cannot_be_read_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.NGUON_DATA = tmp_path
    assert store.fault_of("0" * 64) == "missing"
    store.path_of("0" * 64).mkdir(parents=True)
    assert store.fault_of("0" * 64) == "rotten"


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_name_files(bad: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path_of(bad)
