"""What the workers of pytest-xdist need not do four times: compiling what is collected, making a database."""

import fcntl
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.engines_plugin import FOLDER

FIRST = ("gw0", "gw1")
PATIENT_S = 300.0
MADE = "nguon_made_once"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """This function will have two workers collect first, from both ends; the others find what these have
    compiled. All at once would compile the same modules side by side."""
    worker, folder = os.environ.get("PYTEST_XDIST_WORKER"), Path(os.environ[FOLDER])
    if worker is None:
        return (yield)
    if worker not in FIRST:
        until = time.monotonic() + PATIENT_S
        while not all(map(Path.exists, map(folder.joinpath, FIRST))) and time.monotonic() < until:
            time.sleep(0.1)
    args = session.config.args
    turned = worker == FIRST[1] and session.config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if turned:
        args.reverse()
    try:
        return (yield)
    finally:
        if turned:
            args.reverse()
        (folder / worker).touch()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """This function will bring the tests of every worker into one order, that of the test paths."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        places = [str(path) for path in config.getini("testpaths")]
        items.sort(key=lambda item: places.index(item.nodeid.split("/")[0]))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """This function will make this process's database: migrated by the first of the workers, copied by each.
    It goes away with its PostgreSQL."""
    with django_db_blocker.unblock():
        if "PYTEST_XDIST_WORKER" in os.environ:
            _copy()
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def _copy() -> None:
    """This function will copy the database that the first worker made."""
    told = connection.settings_dict
    given, own = told["NAME"], told["TEST"]["NAME"]
    made = Path(os.environ[FOLDER]) / MADE
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            told["TEST"]["NAME"] = MADE
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connection.close()
            told["NAME"], told["TEST"]["NAME"] = given, own
            made.touch()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{MADE}"')
    told["NAME"] = own
