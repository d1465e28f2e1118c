"""A file that a person brings: kept, looked through in the background, taken over when the person says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from nguon.journal.actions import Actor
from nguon.kernel.ids import uuid7
from nguon.kernel.text import tidy
from nguon.organisations.actions.body_files import COLUMNS, HEADINGS, import_bodies
from nguon.organisations.actions.tables import (
    MAX_BYTES,
    RowError,
    Table,
    read_csv,
    read_excel,
    template,
    village_template,
)
from nguon.organisations.actions.villages import VILLAGE_COLUMNS, VillageReport, import_villages
from nguon.organisations.errors import FileSettled, FileTooBig
from nguon.organisations.models import TableFile
from nguon.organisations.states import FileKind, FileState

_KEPT = 1000  # sentences of a report
_ZIP = b"PK\x03\x04"
_NOW = ["01/07/2025", "", "", ""]
_OFFICE = ["UBND-07444", "Cơ quan chủ quản", "Ủy ban nhân dân xã Lục Nam", "07444", ""]
_STATION = ["DTT-07444", "Đài truyền thanh", "Đài truyền thanh xã Lục Nam", "07444", "UBND-07444", "", ""]
_EXAMPLES = {FileKind.AGENCIES: [[*_OFFICE, *_NOW]], FileKind.FACILITIES: [[*_STATION, *_NOW]]}


@dataclass(frozen=True, slots=True)
class _Person:
    """Who brought the file, for the journal."""

    pk: int
    username: str

    def get_username(self) -> str:
        """This function will return the name that the person signs in by."""
        return self.username


def template_of(kind: FileKind) -> bytes:
    """This function will return the workbook to fill in for one kind of lines."""
    return village_template() if kind == FileKind.VILLAGES else template(HEADINGS[kind], _EXAMPLES[kind])


@transaction.atomic
def keep_file(
    *, kind: FileKind, name: str, data: bytes, areas: Sequence[str], by: Actor, at: datetime
) -> TableFile:
    """This function will keep a file and ask the worker to look through it, or raise FileTooBig."""
    if len(data) > MAX_BYTES:
        raise FileTooBig
    made = TableFile.objects.create(
        id=uuid7(),
        kind=kind.value,
        name=tidy(name)[:200] or "—",
        data=data,
        areas=list(areas),
        by_id=by.pk,
        by_name=by.get_username(),
        made_at=at,
    )
    _ask("check_file", made)
    return made


@transaction.atomic
def take_over(*, file_id: UUID, areas: Sequence[str], by: Actor, at: datetime) -> TableFile:
    """This function will have the worker take a file over that was looked through without a fault.

    Raises FileSettled for any other.
    """
    file = TableFile.objects.select_for_update().filter(pk=file_id, by_id=by.pk).first()
    if file is None or file.state != FileState.CHECKED:
        raise FileSettled
    file.state, file.areas = FileState.BRINGING.value, list(areas)
    file.save(update_fields=["state", "areas"])
    _ask("bring_file", file)
    return file


def check_file(*, file_id: UUID, at: datetime) -> TableFile:
    """This function will look through a file: its report tells what is wrong; nothing is changed."""
    return _work(file_id, FileState.READING, at, dry_run=True)


def bring_file(*, file_id: UUID, at: datetime) -> TableFile:
    """This function will take a file over: all of it, or with any fault nothing."""
    return _work(file_id, FileState.BRINGING, at, dry_run=False)


def _work(file_id: UUID, state: FileState, at: datetime, *, dry_run: bool) -> TableFile:
    file = TableFile.objects.get(pk=file_id)
    before = {FileState.WAITING, FileState.READING} if dry_run else {FileState.BRINGING}
    if file.state not in before:  # a job that came twice
        return file
    _progress(file, state)
    kind = FileKind(file.kind)
    table = _table(kind, bytes(file.data))
    _progress(file, state, rows=len(table.rows))
    report = _import(kind, table, file, at, dry_run=dry_run)
    good = not report.errors
    file.state = (FileState.CHECKED if dry_run else FileState.DONE) if good else FileState.REFUSED
    told: dict[str, Any] = report.as_json()
    told["error_count"], told["note_count"] = len(report.errors), len(report.notes)
    told["errors"], told["notes"] = told["errors"][:_KEPT], told["notes"][:_KEPT]
    file.report = told
    file.data = file.data if file.state == FileState.CHECKED else b""
    file.save(update_fields=["state", "report", "data"])
    return file


def _progress(file: TableFile, state: FileState, **told: int) -> None:
    file.state, file.report = state.value, {**file.report, **told}
    file.save(update_fields=["state", "report"])


def _table(kind: FileKind, data: bytes) -> Table:
    villages = kind == FileKind.VILLAGES
    columns = VILLAGE_COLUMNS if villages else COLUMNS
    heading = ", ".join(("Mã xã", "Loại", "Tên") if villages else ("Mã", "Loại", "Tên", "Mã địa bàn"))
    if data.startswith(_ZIP):
        return read_excel(data, columns, heading)
    try:
        return read_csv(data.decode("utf-8"), columns, heading)
    except UnicodeDecodeError:
        text = _("Tệp không phải Excel (.xlsx) hay CSV mã UTF-8. Hãy lưu lại tệp ở một trong hai dạng.")
        return Table(errors=[RowError(1, text)])


def _import(kind: FileKind, table: Table, file: TableFile, at: datetime, *, dry_run: bool) -> VillageReport:
    by = _Person(file.by_id, file.by_name)
    if kind == FileKind.VILLAGES:
        return import_villages(table=table, areas=file.areas, by=by, at=at, dry_run=dry_run)
    return import_bodies(kind=kind, table=table, areas=file.areas, by=by, at=at, dry_run=dry_run)


def _ask(task: str, file: TableFile) -> None:
    app.configure_task(f"nguon.organisations.tasks.{task}", queue="places").defer(file_id=str(file.pk))
