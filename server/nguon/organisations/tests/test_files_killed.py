"""A file whose worker is killed in the middle goes on, or is given up with a sentence."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from nguon.organisations.actions import bring_file, check_file, keep_file, settle_files, take_over
from nguon.organisations.actions.files import MOST_BEGUN
from nguon.organisations.actions.table_kinds import TableKind, TableReport, table_kind
from nguon.organisations.models import Place, TableFile
from nguon.organisations.states import FileState
from nguon.organisations.tests.cast import AT, small_map

pytestmark = pytest.mark.django_db
ROW = "Mã xã,Loại,Tên\n20044,Thôn,Mới\n".encode()


class Killed(BaseException):
    """What no handler of errors catches, as no handler catches SIGKILL."""


class Binh:
    pk = 7

    def get_username(self) -> str:
        return "binh"


def asked() -> TableFile:
    """A file that was looked through and confirmed."""
    small_map()
    file = keep_file(kind="villages", name="thon.csv", data=ROW, areas=["vn"], by=Binh(), at=AT)
    check_file(file_id=file.pk, at=AT)
    return take_over(file_id=file.pk, areas=["vn"], by=Binh(), at=AT)


def ending(monkeypatch: pytest.MonkeyPatch, error: BaseException, times: int = 100) -> None:
    """Have the import end so after it has written its rows, as often as told."""
    left = [times]
    known = table_kind("villages")
    assert known is not None

    def bring(**given: Any) -> TableReport:
        done = known.bring(**given)
        left[0] -= 1
        if left[0] >= 0:
            raise error
        return done

    broken = TableKind(known.slug, known.label, known.headings, known.required, known.examples, bring)
    monkeypatch.setattr("nguon.organisations.actions.files.table_kind", lambda slug: broken)


def test_a_killed_import_goes_on_where_another_worker_takes_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    file = asked()
    ending(monkeypatch, Killed(), times=1)
    with pytest.raises(Killed):
        bring_file(file_id=file.pk, at=AT)
    assert not Place.objects.filter(name="Mới").exists()
    assert TableFile.objects.get(pk=file.pk).state == FileState.BRINGING
    done = bring_file(file_id=file.pk, at=AT)
    assert (done.state, done.report["created"]) == (FileState.DONE, 1)


def test_a_file_that_takes_its_workers_down_is_given_up_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = asked()
    ending(monkeypatch, Killed())
    for _time in range(MOST_BEGUN):
        with pytest.raises(Killed):
            bring_file(file_id=file.pk, at=AT)
    done = bring_file(file_id=file.pk, at=AT)
    assert (done.state, bytes(done.data)) == (FileState.REFUSED, b"")
    assert "chưa nhập gì" in done.report["failure"]
    assert not Place.objects.filter(name="Mới").exists()


def test_a_fault_of_the_server_is_told_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    file = asked()
    ending(monkeypatch, IntegrityError("planted"))
    assert bring_file(file_id=file.pk, at=AT).state == FileState.REFUSED
    assert not Place.objects.filter(name="Mới").exists()


def test_a_database_that_is_away_counts_as_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = asked()
    ending(monkeypatch, OperationalError("planted"), times=MOST_BEGUN + 2)
    for _time in range(MOST_BEGUN + 2):
        with pytest.raises(OperationalError):
            bring_file(file_id=file.pk, at=AT)
    assert bring_file(file_id=file.pk, at=AT).state == FileState.DONE


def test_a_file_whose_job_is_lost_is_queued_again_once() -> None:
    file = asked()
    jobs = ProcrastinateJob.objects.filter(args__file_id=str(file.pk))
    assert settle_files() == 0  # its job waits
    jobs.filter(task_name="nguon.organisations.tasks.bring_file").delete()
    jobs.delete()
    assert settle_files() == 1
    assert jobs.get().task_name == "nguon.organisations.tasks.bring_file"
    assert settle_files() == 0
    bring_file(file_id=file.pk, at=AT)
    jobs.delete()
    assert settle_files() == 0  # done
