"""Lists as Excel or CSV files: made in the background, with progress, for the person who asked alone.

The state lies beside the file in the data folder, so it needs no table and dies with it after a day.
"""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.bulletins.models import Revision
from nguon.bulletins.queries import seen_areas
from nguon.console import (
    exports_health,
    facts,
    labelling,
    library,
    looking_back,
    picking,
    planning,
    registering,
    sheets,
    staffing,
    station_sheets,
    supplying,
    wording,
)
from nguon.devices import queries as fleet
from nguon.devices.actions import HEADINGS
from nguon.devices.models import Device
from nguon.devices.rules import KEEPERS
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.organisations.rules import covers, outermost
from nguon.supply import queries as supply

TASK = "nguon.console.tasks.export"
KINDS = (
    "devices",
    "journal",
    "register",
    "labels",
    "staff",
    "bulletins",
    "supply",
    "production",
    "stations",
    *exports_health.KINDS,
)
LOST, REVOKED, WAITING = "mat-ket-noi", "da-thu-hoi", "cho"
MOST = 300_000
KEEP_S = 86_400
CHUNK = 500


@dataclass(frozen=True)
class Export:
    """One file that is being made: "waiting", "working", "done" or "failed"; `done` of `total` rows."""

    kind: str
    given: dict[str, str]
    state: str = "waiting"
    done: int = 0
    total: int = 0

    @property
    def busy(self) -> bool:
        """This property will say whether the worker is at it, or will be."""
        return self.state in ("waiting", "working")

    @property
    def suffix(self) -> str:
        """This property will give how the file's name ends: "csv" where that was asked for, "zip" of labels,
        else "xlsx"."""
        if self.kind == "labels":
            return "zip"
        return "csv" if self.given.get("dang") == "csv" else "xlsx"


def start(user: User, kind: str, given: Mapping[str, str]) -> UUID:
    """This function will ask the worker for a list as a file, and return by what name it will be found."""
    _prune(user)
    key = uuid4()
    _folder(user.pk, key).mkdir(parents=True)
    _store(user.pk, key, Export(kind, dict(given)))
    task = app.configure_task(TASK, queue="lists", allow_unknown=True)
    task.defer(user_id=user.pk, key=str(key))
    return key


def read(user_id: int, key: UUID) -> Export | None:
    """This function will tell how far a person's file is; None when there is none by that name."""
    try:
        return Export(**json.loads((_folder(user_id, key) / "state.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def file_of(user_id: int, key: UUID, suffix: str = "xlsx") -> Path:
    """This function will say where the finished file lies."""
    return _folder(user_id, key) / f"list.{suffix}"


def make(*, user: User, key: UUID, at: datetime) -> bool:
    """This function will make a file of what its person may see at `at`; False when it is gone meanwhile."""
    asked = read(user.pk, key)
    if asked is None:
        return False
    rows = _rows(user, asked, at)[:MOST]
    asked = replace(asked, state="working", total=rows.count())
    _store(user.pk, key, asked)
    part = _folder(user.pk, key) / "part"

    def tell(so_far: int) -> None:
        _store(user.pk, key, replace(asked, done=so_far))

    try:
        if asked.kind == "labels":
            done = labelling.write(part, _rows(user, asked, at), asked.given.get("goc", ""), tell)
        else:
            title, columns, cells = _shape(user, asked, rows, at)
            if asked.suffix == "csv":
                done = sheets.write_csv(part, columns, cells, tell)
            else:
                done = sheets.write(part, title, columns, cells, tell)
    except Exception:
        _store(user.pk, key, replace(asked, state="failed"))
        raise
    part.replace(file_of(user.pk, key, asked.suffix))
    _store(user.pk, key, replace(asked, state="done", done=done, total=done))
    return True


def _rows(user: User, asked: Export, at: datetime) -> QuerySet[Any]:
    if asked.kind == "journal":
        areas = picking.areas_for(user, picking.PURPOSES["nhat-ky"], at)
        question, _wrong = looking_back.read(asked.given, at)
        return looking_back.rows(user, areas, question)
    if asked.kind == "stations":
        return station_sheets.rows(seen_areas(user, at))
    if asked.kind == "bulletins":
        return library.rows(user, asked.given, at)
    if asked.kind == "production":
        return planning.rows(user, asked.given, at)
    if asked.kind == "staff":
        return staffing.rows(user, staffing.asked(asked.given), at)
    if asked.kind == "supply":
        row, areas = _supplied(user, asked, at)
        return supply.usage(row, at, areas, asked.given.get("xem", ""))
    if asked.kind in exports_health.KINDS:
        return exports_health.rows(user, asked.kind, asked.given, at)
    show = asked.given.get("xem", "")
    if asked.kind in {"register", "labels"}:
        areas = outermost([area for role in KEEPERS for area in rights(user, at).areas_of(role)])
        wanted = asked.given.get("dia-ban", "")
        if wanted and any(covers(area, wanted) for area in areas):
            areas = [wanted]
        return fleet.registered_in(areas, asked.given.get("q", ""), waiting=show == WAITING)
    return fleet.listed(
        rights(user, at).areas,
        asked.given.get("q", ""),
        lost_at=at if show == LOST else None,
        revoked=show == REVOKED,
    )


def _supplied(user: User, asked: Export, at: datetime) -> tuple[Revision, list[str]]:
    found = supplying.found(user, asked.given.get("ban", ""), at)
    if found is None:
        raise PermissionDenied
    return found


def _shape(
    user: User, asked: Export, rows: QuerySet[Any], at: datetime
) -> tuple[str, list[tuple[str, int]], Iterator[list[Any]]]:
    if asked.kind == "stations":
        return _("Tiếp sóng"), station_sheets.columns(), station_sheets.cells(rows)
    if asked.kind == "bulletins":
        return _("Bản tin"), library.columns(), library.cells(rows)
    if asked.kind == "production":
        return _("Kế hoạch biên tập"), planning.columns(), planning.cells(rows)
    if asked.kind in exports_health.KINDS:
        return exports_health.shape(asked.kind, rows, at)
    if asked.kind == "supply":
        row, _areas = _supplied(user, asked, at)
        return _("Tình hình sử dụng"), supplying.columns(), supplying.cells(row, rows)
    if asked.kind == "staff":
        past = staffing.asked(asked.given).past
        return _("Nhân sự"), staffing.columns(), staffing.cells(rows, local(at).date(), past=past)
    if asked.kind == "register":
        headings = [(name, 20) for name in (*HEADINGS, _("Trạng thái"))]
        return _("Sổ loa"), headings, registering.written(rows, local(at).date())
    if asked.kind == "journal":
        columns = [
            (_("Dòng"), 10), (_("Lúc"), 20), (_("Người làm"), 26), (_("Việc"), 70), (_("Chi tiết"), 40),
            (_("Nơi"), 40), (_("Đối tượng"), 44), (_("Dấu của dòng"), 66),
        ]  # fmt: skip
        return _("Nhật ký"), columns, _journal(rows)
    columns = [
        (_("Cụm loa"), 34), (_("Nơi đặt"), 44), (_("Kết nối"), 16), (_("Lần cuối thấy"), 20),
        (_("Đồng hồ"), 18), (_("Âm lượng"), 10), (_("Kiểu máy"), 20), (_("Số máy"), 20),
        (_("Vào hệ thống"), 20),
    ]  # fmt: skip
    return _("Thiết bị"), columns, _devices(rows, at)


def _devices(rows: QuerySet[Device], at: datetime) -> Iterator[list[Any]]:
    for row in rows.iterator(CHUNK):
        yield [
            row.name, row.place.label, _("Trực tuyến") if fleet.is_online(row, at) else _("Mất kết nối"),
            row.last_seen_at, wording.of_clock(row.clock_state).label, row.volume, row.model, row.serial,
            row.enrolled_at,
        ]  # fmt: skip


def _journal(rows: QuerySet[Entry]) -> Iterator[list[Any]]:
    waiting: list[Entry] = []
    for row in rows.iterator(CHUNK):
        waiting.append(row)
        if len(waiting) == CHUNK:
            yield from _told(waiting)
            waiting = []
    yield from _told(waiting)


def _told(rows: list[Entry]) -> Iterator[list[Any]]:
    for row, line in zip(rows, facts.lines(rows), strict=True):
        fact = line.fact
        yield [
            row.sequence, fact.at, line.who, fact.sentence, fact.detail, line.where, row.subject, row.hash
        ]  # fmt: skip


def _folder(user_id: int, key: UUID) -> Path:
    return Path(settings.NGUON_DATA) / "exports" / str(user_id) / str(key)


def _store(user_id: int, key: UUID, export: Export) -> None:
    path = _folder(user_id, key) / "state.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(export)))
    part.replace(path)


def _prune(user: User) -> None:
    """Files of yesterday hold people's names and are nobody's any more."""
    folder = Path(settings.NGUON_DATA) / "exports" / str(user.pk)
    for old in folder.glob("*"):
        if time.time() - old.stat().st_mtime > KEEP_S:
            shutil.rmtree(old, ignore_errors=True)
