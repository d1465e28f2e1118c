"""A signer's store, and the real tables that it reads with its own role."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from nguon_protocol.documents import Policy
from nguon_signer.ceremony import make_store
from nguon_signer.database import Database
from nguon_signer.grants import COLUMNS, grant_statements
from nguon_signer.opened import Opened, open_store
from nguon_signer.service import Service
from nguon_signer.tests.cast import EPOCH, Call, Clock, World, populate


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This fixture will make one store for the session; tests work on copies."""
    folder = tmp_path_factory.mktemp("signer") / "store"
    make_store(folder, policy=Policy(volume_max=90), at=EPOCH - 86_400, demo=True)
    return folder


@pytest.fixture
def store_folder(made: Path, tmp_path: Path) -> Path:
    """This fixture will give a fresh copy of a store."""
    return Path(shutil.copytree(made, tmp_path / "store"))


@pytest.fixture
def opened(store_folder: Path) -> Iterator[Opened]:
    """This fixture will give an open store."""
    found = open_store(store_folder)
    yield found
    found.close()


@pytest.fixture(scope="session")
def database_name(django_db_setup: None, django_db_blocker: Any) -> str:
    """This fixture will give the name of the migrated test database, with the signer's rights granted."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as known:
        suffix = os.environ.get("PYTEST_XDIST_WORKER")
        name = f"test_{known.info.dbname}" + (f"_{suffix}" if suffix else "")
    with _connect("DATABASE_URL", name) as owner:
        for statement in grant_statements():
            owner.execute(statement.encode())
        owner.execute(f'GRANT CONNECT ON DATABASE "{name}" TO nguon_signer'.encode())
    return name


@pytest.fixture
def signer_url(database_name: str) -> str:
    """This fixture will give the address of the test database for the signer's own role."""
    return make_conninfo(os.environ["NGUON_SIGNER_DATABASE_URL"], dbname=database_name)


@pytest.fixture
def world(database_name: str) -> Iterator[World]:
    """This fixture will give the rows of the cast in the real tables, and take them away afterwards."""
    with _connect("DATABASE_URL", database_name) as owner:
        yield populate(World(owner))
    with _connect("NGUON_TEST_SUPERUSER_URL", database_name) as superuser:
        # Neither foreign keys nor the append-only triggers hold a superuser who says so.
        superuser.execute("SET session_replication_role = replica")
        for table in (*COLUMNS, "accounts_user"):
            superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _connect(variable: str, name: str) -> psycopg.Connection[Any]:
    return psycopg.connect(make_conninfo(os.environ[variable], dbname=name), autocommit=True)


@pytest.fixture
def clock() -> Clock:
    """This fixture will give a clock that stands at NOW."""
    return Clock()


@pytest.fixture
def database(signer_url: str) -> Iterator[Database]:
    """This fixture will give the signer's look at the tables."""
    found = Database(signer_url)
    yield found
    found.close()


@pytest.fixture
def call(opened: Opened, database: Database, world: World, clock: Clock) -> Call:
    """This fixture will give a signer to ask in this process: call("plan", target=...)."""
    service = Service(opened, database, clock)
    return lambda op, **fields: service.handle({"op": op, **fields})
