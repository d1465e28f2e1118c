"""The hourly head of the journal: a real signer signs it, files keep it, and `verify` goes by it."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from nguon.gateway.heads import HeadKeeper
from nguon.journal import actions, queries
from nguon.journal.models import Entry, SignedHead, chain_hash_of
from nguon.organisations.tests.cast import AT
from nguon_protocol.documents import Policy
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerRefused, SignerUnavailable
from nguon_signer.errors import Refused
from nguon_signer.heads import Heads
from nguon_signer.issuing import Issuer
from nguon_signer.opened import Opened, open_store

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class OwnDatabase:
    """The signer's look at this test's own transaction, which no other connection sees."""

    def read(self, question: Any) -> Any:
        with transaction.atomic():
            return question(connection.connection)


class RealSigner:
    """The signer's own operation, without its socket."""

    def __init__(self, opened: Opened) -> None:
        self._opened, self.away, self.now = opened, False, AT
        issuer = Issuer(opened.store, opened.signers)
        self._heads = Heads(opened, OwnDatabase(), issuer, lambda: self.now.timestamp())  # type: ignore[arg-type]

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        if self.away:
            raise SignerUnavailable("away")
        if op == "root":
            return {"envelope": self._opened.root_envelope}
        try:
            return self._heads.head({"op": op, **fields})
        except Refused as error:
            raise SignerRefused(error.reason, str(error)) from error


@pytest.fixture(scope="module")
def signing_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heads") / "signer"
    make_store(folder, policy=Policy(), at=int(AT.timestamp()) - 86_400, demo=True)
    return folder


@pytest.fixture
def data(tmp_path: Path, signing_store: Path, settings: Any) -> Path:
    """A data folder in which the signer's public folder is a fresh store's."""
    settings.NGUON_DATA = tmp_path
    settings.NGUON_SIGNER_SOCKET = str(tmp_path / "none")
    (tmp_path / "signer").mkdir()
    (tmp_path / "signer" / "public").symlink_to(signing_store / "public")
    return tmp_path


@pytest.fixture
def signer(tmp_path: Path, signing_store: Path) -> Iterator[RealSigner]:

    copy = shutil.copytree(signing_store, tmp_path / "store")
    opened = open_store(Path(copy))
    yield RealSigner(opened)
    opened.close()


@pytest.fixture
def keeper(signer: RealSigner, data: Path) -> HeadKeeper:
    return HeadKeeper(signer, folder_of(data))


def folder_of(data: Path) -> Path:
    return data / "journal" / "heads"


def write(count: int, name: str = "x") -> None:
    for number in range(count):
        actions.record(fact=f"{name}.done", subject=f"{name}:{number}", by=None, at=AT, data={})


def hourly(keeper: HeadKeeper, hours: int = 3) -> None:
    """This function will write two facts and have their head signed, every hour."""
    for hour in range(hours):
        write(2, f"h{hour}")
        assert keeper.step(AT + hour * HOUR)


@contextmanager
def tampering() -> Iterator[None]:
    with connection.cursor() as cursor:
        for table in ("entry", "scope", "signedhead"):
            cursor.execute(f"ALTER TABLE journal_{table} DISABLE TRIGGER USER")
        yield
        for table in ("entry", "scope", "signedhead"):
            cursor.execute(f"ALTER TABLE journal_{table} ENABLE TRIGGER USER")


def told(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("journal", *words, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_a_head_an_hour_and_none_when_nothing_was_written(keeper: HeadKeeper, data: Path) -> None:
    assert not keeper.step(AT)
    write(1)
    assert keeper.step(AT)
    write(1)
    assert not keeper.step(AT + HOUR - timedelta(seconds=1))
    assert keeper.step(AT + HOUR)
    assert not keeper.step(AT + 2 * HOUR)
    assert [row.n for row in SignedHead.objects.order_by("n")] == [1, 2]
    names = sorted(path.name for path in folder_of(data).iterdir())
    assert [name.split("-")[0] for name in names] == ["head", "head", "root"]
    found = told("verify")
    assert (found["ok"], found["rows"], found["heads"]["signed"]) == (True, 2, 2)


def test_a_signer_that_is_away_is_asked_again(keeper: HeadKeeper, signer: RealSigner) -> None:
    write(1)
    signer.away = True
    assert not keeper.step(AT)
    signer.away = False
    assert keeper.step(AT + timedelta(minutes=1))


def test_what_a_crash_left_in_the_database_alone_is_written_at_the_next_start(
    keeper: HeadKeeper, signer: RealSigner, data: Path
) -> None:
    hourly(keeper)
    lost = sorted(folder_of(data).glob("head-*"))[1]
    lost.unlink()
    HeadKeeper(signer, folder_of(data)).step(AT + 2 * HOUR)
    assert lost.exists()


def test_the_newest_rows_cut_off_show_by_the_files_alone(keeper: HeadKeeper) -> None:
    hourly(keeper)
    second, third = SignedHead.objects.order_by("n")[1:]
    with tampering():
        SignedHead.objects.all().delete()
        Entry.objects.filter(sequence__gt=second.sequence).delete()
    assert queries.verify().bad is None
    bad = told("verify")["first_bad"]
    assert (bad["sequence"], bad["reason"], bad["after"]) == (third.sequence, "lost", second.sequence)


def test_a_chain_written_wholly_anew_shows_at_the_first_head(keeper: HeadKeeper, signer: RealSigner) -> None:
    hourly(keeper)
    first = SignedHead.objects.order_by("n")[0]
    rewrite()
    assert queries.verify().bad is None
    found = told("verify")
    bad = found["first_bad"]
    assert not found["ok"]
    assert (bad["sequence"], bad["reason"], bad["after"]) == (first.sequence, "rewritten", 0)
    write(1)
    assert not keeper.step(AT + 5 * HOUR)  # and the signer signs it no more
    assert SignedHead.objects.count() == 3


def rewrite() -> None:
    """A superuser changes the first fact and chains all the others to it anew, by the rules."""
    previous = ""
    with tampering():
        for row in Entry.objects.order_by("sequence"):
            row.subject = f"other:{row.sequence}"
            row.previous_hash = previous
            row.hash = previous = chain_hash_of(
                previous, row.fact, row.subject, row.by, row.by_name, row.at, row.data
            )
            row.save()


def test_a_head_left_out_or_forged_is_told(keeper: HeadKeeper, data: Path) -> None:
    hourly(keeper)
    files = sorted(folder_of(data).glob("head-*"))
    with tampering():
        SignedHead.objects.filter(n=2).delete()
    files[1].unlink()
    files[2].write_text(files[2].read_text().replace('"payload":"', '"payload":"AAAA', 1))
    faults = {(one["name"], one["reason"]) for one in told("verify")["heads"]["faults"]}
    assert ("n=2", "missing") in faults
    assert any(name == files[2].name for name, _reason in faults)


def test_heads_are_listed_and_copied(keeper: HeadKeeper, data: Path, tmp_path: Path) -> None:
    hourly(keeper, 2)
    assert [one["n"] for one in told("heads")["heads"]] == [1, 2]
    assert told("export", "--to", str(tmp_path / "stick"))["new"] == 3
    assert told("verify", "--heads", str(tmp_path / "stick"))["heads"]["signed"] == 2


@pytest.mark.parametrize("table", ["journal_signedhead", "journal_scope"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_head_or_an_area(
    keeper: HeadKeeper, table: str, statement: str
) -> None:
    actions.record(fact="x", subject="target:vn.1.2", by=None, at=AT, data={})
    keeper.step(AT)
    column = "hash" if table == "journal_signedhead" else "area"
    refused = pytest.raises(ProgrammingError, match="append-only")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format(table, column, column))
