"""Commands that need the database alone: on the running installation, or on a data folder at rest.

At rest only PostgreSQL is started, under the folder's lock, and stopped again at the end: no page, no broker,
no signer, and no `nguon up` beside it.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from config.engines.postgres import STOP_SIGNALS, Postgres
from config.engines.process import spawn, stop, wait_until
from config.errors import StartError, explain_os_error
from config.folder import Config, DataFolder
from config.instance import adopt, data_folder, running
from config.supervisor import migrations
from config.words import english, tr

SECONDS = 30


def ask(words: list[str], data: Path | None) -> int:
    """This function will run a management command with the database of an installation; returns its exit
    status, or raises StartError in one sentence."""
    with database(data):
        os.environ.setdefault("NGUON_LANGUAGE", "en" if english() else "vi")
        management = import_module("django.core.management")
        import_module("django").setup()
        try:
            management.call_command(*words)
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 1
        except management.CommandError as failure:
            raise StartError(str(failure)) from failure
        finally:
            import_module("django.db").connections.close_all()
    return 0


@contextmanager
def database(data: Path | None) -> Iterator[None]:
    """This function will set this process up to use an installation's database, while the block runs."""
    found = running(data)
    if found is not None:
        adopt(found)
        yield
        return
    folder = DataFolder(data_folder(data))
    config = folder.found()
    if config is None or not folder.migrated.exists():
        raise StartError(tr("not_installed", folder=folder.path))
    if not migrations.is_current(folder.migrated, os.environ.get("DATABASE_URL", "")):
        raise StartError(tr("older_tables", folder=folder.path))
    try:
        folder.run.mkdir(mode=0o700, exist_ok=True)
        folder.logs.mkdir(mode=0o700, exist_ok=True)
        with folder.locked(), _postgres(folder) as url:
            _tell_django(folder, config, url)
            yield
    except OSError as failure:
        raise explain_os_error(failure, folder.path) from failure


@contextmanager
def _postgres(folder: DataFolder) -> Iterator[str]:
    """PostgreSQL of a data folder for the time of one command; one elsewhere is used as it is."""
    if elsewhere := os.environ.get("DATABASE_URL"):
        yield elsewhere
        return
    engine = Postgres(folder.postgres, folder.secrets().passwords)
    engine.prepare()
    with (folder.logs / "postgres.log").open("ab") as log:
        child = spawn(
            engine.command(),
            env=engine.environment(),
            log=log.fileno(),
            user=engine.installation.user,
            death_signal=signal.SIGINT,
        )
    try:
        up = wait_until(lambda: engine.ready(child.pid) or child.poll() is not None, seconds=SECONDS)
        if not up or child.poll() is not None:
            raise StartError(tr("postgres_failed", reason="?", folder=folder.logs / "postgres.log"))
        yield engine.url()
    finally:
        stop(child, *STOP_SIGNALS, seconds=10)


def _tell_django(folder: DataFolder, config: Config, url: str) -> None:
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": url,
            "NGUON_DATA": str(folder.path),
            "NGUON_MODE": config.mode,
            "NGUON_SECRET_KEY": folder.secrets().secret_key,
        }
    )
