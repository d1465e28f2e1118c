"""Commands on a data folder at rest."""

from pathlib import Path

import pytest

from config.cli.offline import database
from config.errors import StartError
from config.folder import Config, DataFolder


def folder_at(path: Path) -> DataFolder:
    folder = DataFolder(path)
    folder.make()
    folder.write_config(Config(mode="demo", complete=True))
    return folder


def told(path: Path) -> str:
    with pytest.raises(StartError) as refused, database(path):
        pass
    return str(refused.value)


def test_tables_of_another_version_are_told_before_anything_starts(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "data")
    assert "hãy chạy nguon up trước" in told(folder.path)
    folder.migrated.write_text("of another version")
    assert "nguon up một lần để nâng cấp" in told(folder.path)
