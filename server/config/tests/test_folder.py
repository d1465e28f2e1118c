"""The data folder: its lock, its versions, its secrets, its room."""

import errno
import json
import os
import shutil
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from config import instance
from config.engines.postgres import SIGNER, WEB, Postgres
from config.errors import StartError, explain_os_error
from config.folder import FORMAT, Config, DataFolder
from config.instance import Instance
from config.supervisor.environment import Addresses, for_application, for_web


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


def test_config_is_read_as_it_was_written(folder: DataFolder) -> None:
    config = Config(mode="real", role="province", area="01", name='Sở "VHTT" \\ Hà Nội\n')
    folder.write_config(config)
    assert folder.config() == config
    assert folder.found() == config


def test_data_without_a_config_are_not_touched(folder: DataFolder) -> None:
    assert folder.found() is None
    (folder.postgres / "data").mkdir(parents=True)
    with pytest.raises(StartError, match=r"config\.toml"):
        folder.found()


@pytest.mark.parametrize("text", ["", "mode = 'x'\nformat = 1", "mode =", "mode = 'demo'\nformat = 'a'"])
def test_a_broken_config_is_one_sentence(folder: DataFolder, text: str) -> None:
    folder.config_file.write_text(text)
    with pytest.raises(StartError, match=r"config\.toml"):
        folder.config()


def test_a_folder_of_a_newer_version_is_refused(folder: DataFolder) -> None:
    folder.write_config(Config(mode="demo", format=FORMAT + 1))
    with pytest.raises(StartError, match=str(FORMAT + 1)):
        folder.config()


def test_secrets_are_made_once_and_closed_to_others(folder: DataFolder) -> None:
    first = folder.secrets()
    assert folder.secrets() == first
    assert first.secret_key not in repr(first)
    assert stat.S_IMODE(folder.secrets_file.stat().st_mode) == 0o600


def test_an_older_folder_gets_the_password_of_the_webs_role(folder: DataFolder) -> None:
    first = folder.secrets()
    kept = {name: value for name, value in asdict(first).items() if name != "web"}
    folder.secrets_file.write_text(json.dumps(kept))
    second = folder.secrets()
    assert second == replace(first, web=second.web)
    assert len(second.web) == len(first.web)
    assert folder.secrets() == second


def test_the_web_is_told_its_own_role_and_nobody_elses(folder: DataFolder) -> None:
    engine = Postgres(folder.postgres, folder.secrets().passwords)
    at = Addresses(
        database=engine.url(), signer_database=engine.url(SIGNER), web_database=engine.url(WEB), nats="",
        mqtt="", creds="", public="", signer_socket="",
    )  # fmt: skip
    told = for_web(folder, Config(mode="demo"), at)
    assert told["DATABASE_URL"].startswith(f"postgresql://{WEB}:")
    secrets = folder.secrets()
    assert not any(word in value for value in told.values() for word in (secrets.owner, secrets.superuser))
    assert for_application(folder, Config(mode="demo"), at)["DATABASE_URL"] == engine.url()


def test_one_holds_the_folder_at_a_time(folder: DataFolder) -> None:
    with folder.locked(), pytest.raises(StartError, match="data"), folder.locked():
        pass
    with folder.locked():
        pass


def test_little_room_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NGUON_MIN_FREE_MB", str(shutil.disk_usage(tmp_path).free // 1_000_000 + 1000))
    with pytest.raises(StartError, match="MB"):
        DataFolder(tmp_path / "new" / "data").check_space()
    assert not (tmp_path / "new").exists()


def test_failures_of_the_system_are_told_in_words(tmp_path: Path) -> None:
    told = {
        code: str(explain_os_error(OSError(code, os.strerror(code)), tmp_path))
        for code in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EMFILE, errno.EIO)
    }
    assert told[errno.EACCES] == told[errno.EROFS]
    assert len(set(told.values())) == 5
    assert all("\n" not in sentence for sentence in told.values())


def test_an_instance_is_found_only_while_it_runs(folder: DataFolder) -> None:
    mine = Instance(str(folder.path), os.getpid(), "http://x", {"NGUON_MODE": "demo"})
    with folder.locked():
        assert instance.running(folder.path) is None
        instance.write(mine)
        assert instance.running(folder.path) == mine
        path = folder.run / "instance.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert instance.running(folder.path) is None
    with pytest.raises(StartError, match="nguon up"):
        instance.use_running(folder.path)
