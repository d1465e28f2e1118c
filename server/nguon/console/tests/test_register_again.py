"""What the doors take, a file can carry: the register and the stations, written out and brought in again."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from nguon.accounts.tests.cast import People, people
from nguon.console import registering, sheets
from nguon.devices.actions import HEADINGS
from nguon.devices.models import Fitting, Registered
from nguon.devices.queries import registered_in
from nguon.kernel.clock import local
from nguon.kernel.text import fold, tidy
from nguon.organisations.actions import Row, Table, TableReport, table_kind
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
COLUMNS = [(name, 20) for name in HEADINGS]
ODD = st.text(alphabet="ab1Ă đ=+-@'\"\t;,/.<&\u0301\u00a0", min_size=1, max_size=8)
PLAIN = st.sampled_from(("", "Hãng", "0981234567", "+84981234567", "1/7/2025", "-"))


@pytest.fixture
def cast() -> People:
    return people()


def brought(rows: list[list[Any]]) -> TableReport:
    kind = table_kind("devices")
    assert kind is not None
    columns = [fold(name) for name in HEADINGS]
    tidied = ([tidy(cell) for cell in cells] for cells in rows)
    read = [Row(line, dict(zip(columns, cells, strict=True))) for line, cells in enumerate(tidied, start=2)]
    return kind.bring(table=Table(read), areas=None, by=None, at=AT, dry_run=False)


def written(path: Path, suffix: str) -> bytes:
    rows = [cells[:-1] for cells in registering.written(registered_in(["vn"]), local(AT).date())]
    if suffix == "csv":
        sheets.write_csv(path, COLUMNS, rows)
    else:
        sheets.write(path, "x", COLUMNS, rows)
    return path.read_bytes()


def shown(data: bytes, suffix: str) -> list[Any]:
    if suffix == "csv":
        return data.decode("utf-8-sig").splitlines()
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(ODD, ODD, PLAIN, PLAIN, PLAIN), min_size=1, max_size=4),
    st.sampled_from(("xlsx", "csv")),
)
@example([("'=1", "+Loa", "", "", "+84981234567"), ("A", "B", "-", "@x", "")], "csv")
def test_a_register_comes_back_as_it_was_written(
    cast: People, tmp_path: Path, lines: list[tuple[str, ...]], suffix: str
) -> None:
    kind = table_kind("devices")
    assert kind is not None
    with transaction.atomic():
        for serial, name, maker, model, sim in lines:  # one that is refused keeps the others out of nothing
            brought([[serial, name, "07444", "", "A", maker, model, sim, *[""] * 8]])
        before = written(tmp_path / "a", suffix)
        Fitting.objects.all().delete()
        count = Registered.objects.all().delete()[0]
        report = kind.bring(table=kind.read(before), areas=None, by=None, at=AT, dry_run=False)
        assert (report.errors, report.created) == ([], count)
        assert shown(written(tmp_path / "b", suffix), suffix) == shown(before, suffix)
        transaction.set_rollback(True)
