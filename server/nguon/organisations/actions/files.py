"""A file that a person brings: kept, looked through in the background, taken over when the person says so."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error, OperationalError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from nguon.journal.actions import Actor
from nguon.kernel.ids import uuid7
from nguon.kernel.text import tidy
from nguon.organisations.actions.table_kinds import table_kind
from nguon.organisations.errors import FileKindUnknown, FileSettled, FileTooBig
from nguon.organisations.models import TableFile
from nguon.organisations.states import FileState

MAX_BYTES = 30_000_000
MOST_BEGUN = 3  # a file that took its worker down this often is given up
_KEPT = 1000  # sentences of a report
_TASKS = {
    FileState.WAITING: "check_file",
    FileState.READING: "check_file",
    FileState.BRINGING: "bring_file",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Person:
    """Who brought the file, for the journal."""

    pk: int
    username: str

    def get_username(self) -> str:
        """This function will return the name that the person signs in by."""
        return self.username


def template_of(kind: str) -> bytes:
    """This function will return the workbook to fill in for one kind of lines, or raise FileKindUnknown."""
    found = table_kind(kind)
    if found is None:
        raise FileKindUnknown
    return found.template()


@transaction.atomic
def keep_file(
    *, kind: str, name: str, data: bytes, areas: Sequence[str], by: Actor, at: datetime
) -> TableFile:
    """This function will keep a file and ask the worker to look through it.

    Raises FileKindUnknown or FileTooBig.
    """
    if table_kind(kind) is None:
        raise FileKindUnknown
    if len(data) > MAX_BYTES:
        raise FileTooBig
    made = TableFile.objects.create(
        id=uuid7(),
        kind=str(kind),
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
    file.report = {**file.report, "begun": 0}
    file.save(update_fields=["state", "areas", "report"])
    _ask("bring_file", file)
    return file


def check_file(*, file_id: UUID, at: datetime) -> TableFile:
    """This function will look through a file: its report tells what is wrong; nothing is changed."""
    return _work(file_id, FileState.READING, at, dry_run=True)


def bring_file(*, file_id: UUID, at: datetime) -> TableFile:
    """This function will take a file over: all of it, or with any fault nothing."""
    return _work(file_id, FileState.BRINGING, at, dry_run=False)


def settle_files() -> int:
    """This function will queue every file again that waits for a job which is there no more; how many.

    A job of a worker that was killed is given to another one; but a job may be lost altogether, or have
    failed.
    """
    rows = TableFile.objects.filter(state__in=list(_TASKS)).defer("data")
    lost = [row for row in rows if not _has_job(row)]
    for row in lost:
        _ask(_TASKS[FileState(row.state)], row)
    return len(lost)


def _has_job(file: TableFile) -> bool:
    jobs = ProcrastinateJob.objects.filter(queue_name="places", status__in=("todo", "doing"))
    return jobs.filter(args__file_id=str(file.pk)).exists()


def _work(file_id: UUID, state: FileState, at: datetime, *, dry_run: bool) -> TableFile:
    file = TableFile.objects.get(pk=file_id)
    before = {FileState.WAITING, FileState.READING} if dry_run else {FileState.BRINGING}
    if file.state not in before:  # a job that came twice
        return file
    begun = file.report.get("begun", 0) + 1
    if begun > MOST_BEGUN:
        return _give_up(file)
    _progress(file, state, begun=begun)
    try:
        return _judge(file, state, at, dry_run=dry_run)
    except OperationalError:  # a database that is away or full: the job comes again
        with suppress(Error):
            _progress(file, state, begun=begun - 1)
        raise
    except Exception:
        log.exception("the file %s cannot be taken over", file.pk)
        return _give_up(file)


def _judge(file: TableFile, state: FileState, at: datetime, *, dry_run: bool) -> TableFile:
    """Rows and report become true together: a worker that is killed in between leaves neither."""
    kind = table_kind(file.kind)
    if kind is None:
        raise FileKindUnknown
    table = kind.read(bytes(file.data))
    _progress(file, state, rows=len(table.rows))
    with transaction.atomic():
        mine = TableFile.objects.select_for_update(skip_locked=True).filter(pk=file.pk, state=state.value)
        if not mine.exists():  # another worker has it, or has done it
            return file
        by = _Person(file.by_id, file.by_name)
        report = kind.bring(table=table, areas=file.areas, by=by, at=at, dry_run=dry_run)
        good = not report.errors
        file.state = (FileState.CHECKED if dry_run else FileState.DONE) if good else FileState.REFUSED
        told: dict[str, Any] = report.as_json()
        told["error_count"], told["note_count"] = len(report.errors), len(report.notes)
        told["errors"], told["notes"] = told["errors"][:_KEPT], told["notes"][:_KEPT]
        file.report = told
        file.data = file.data if file.state == FileState.CHECKED else b""
        file.save(update_fields=["state", "report", "data"])
    return file


def _give_up(file: TableFile) -> TableFile:
    text = _(
        "Máy chủ gặp lỗi với tệp này nên đã dừng; chưa nhập gì. Hãy chia tệp nhỏ hơn, hoặc chép lại vào "
        "tệp mẫu, rồi gửi lại."
    )
    file.state, file.data, file.report = FileState.REFUSED.value, b"", {"failure": text}
    file.save(update_fields=["state", "report", "data"])
    return file


def _progress(file: TableFile, state: FileState, **told: int) -> None:
    file.state, file.report = state.value, {**file.report, **told}
    file.save(update_fields=["state", "report"])


def _ask(task: str, file: TableFile) -> None:
    app.configure_task(f"nguon.organisations.tasks.{task}", queue="places").defer(file_id=str(file.pk))
