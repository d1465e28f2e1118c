"""Kế hoạch biên tập: from an address to a question, and from items to what pages and Excel show."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.console import wording
from nguon.console.comparing import Piece, pieces
from nguon.console.presenters import Tone
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.rules import is_area, outermost
from nguon.production import queries
from nguon.production.models import Item, Script, Task
from nguon.production.rules import PLANNERS, before, can_finish, can_plan, is_over, next_of
from nguon.production.states import NEAR, WORK, Stage

FIELDS = ("dia-ban", "thang", "nguoi", "xem")
MINE, OVER, VACANT = "cua-toi", "da-xong", "trong"
SHOWN = 20
"""Cards of one step on the board; what is more is counted."""
CHUNK = 500


@dataclass(frozen=True)
class Card:
    """One item on the board: whose turn it is, until when."""

    id: UUID
    title: str
    place: str
    stage: str
    person: str
    due: dt.date | None
    tone: str
    air_date: dt.date | None
    bulletin: Tone | None
    mine: bool
    vacant: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One step with the items that stand at it."""

    stage: str
    label: str
    cards: tuple[Card, ...]
    more: int

    @property
    def count(self) -> int:
        """This property will count all items of the step."""
        return len(self.cards) + self.more


@dataclass(frozen=True)
class Step:
    """One step of an item: whose it is, until when, whether it is done or the one now."""

    stage: str
    label: str
    person_id: int | None
    person: str
    due: dt.date | None
    tone: str
    done_at: dt.datetime | None
    now: bool
    open: bool
    vacant: bool


@dataclass(frozen=True)
class May:
    """What a person may do with an item."""

    plan: bool
    advance: bool
    write: bool
    make: bool
    to: str
    back: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Written:
    """One version of a script, and what it changed."""

    number: int
    by: str
    at: dt.datetime
    pieces: tuple[Piece, ...]


def read(given: Mapping[str, str]) -> queries.Asked:
    """This function will return the question of an address; what makes no sense asks for nothing."""
    person = given.get("nguoi", "")
    area = given.get("dia-ban", "")
    return queries.Asked(
        area=area if is_area(area) else "",
        month=_month(given.get("thang", "")),
        person=int(person) if person.isascii() and person.isdigit() and len(person) < 10 else None,
        mine=given.get("xem") == MINE,
        over=given.get("xem") == OVER,
        vacant=given.get("xem") == VACANT,
    )


def rows(user: User, given: Mapping[str, str], at: dt.datetime) -> QuerySet[Item]:
    """This function will return the items that the words of an address ask for."""
    return queries.asked_for(user, read(given), at)


def board(user: User, given: Mapping[str, str], at: dt.datetime) -> list[Column]:
    """This function will lay the items out step by step; those that are over in two columns."""
    asked = read(given)
    stages = (Stage.DONE, Stage.GIVEN_UP) if asked.over else WORK
    found = queries.asked_for(user, asked, at)
    columns = []
    for stage in stages:
        there = found.filter(stage=stage)
        shown = list(there[: SHOWN + 1])
        more = there.count() - SHOWN if len(shown) > SHOWN else 0
        columns.append(Column(stage.value, str(stage.label), tuple(cards(shown[:SHOWN], user, at)), more))
    return columns


def cards(shown: Collection[Item], user: User, at: dt.datetime) -> Iterator[Card]:
    """This function will show items as cards."""
    states = queries.states_of(shown)
    left = queries.vacant_of(shown, at)
    for row in shown:
        task = queries.task_of(row, row.stage)
        state = states.get(row.pk)
        yield Card(
            id=row.pk,
            title=row.title,
            place=row.place.label,
            stage=row.get_stage_display(),
            person=str(task.person) if task else "",
            due=task.due if task else None,
            tone=_tone(task, at),
            air_date=row.air_date,
            bulletin=_drafted(row, state),
            mine=task is not None and task.person_id == user.pk,
            vacant=tuple(str(Stage(stage).label) for stage in WORK if (row.pk, stage) in left),
        )


def steps(row: Item, at: dt.datetime) -> list[Step]:
    """This function will show the steps of an item in their order."""
    over = is_over(row.stage)
    here = len(WORK) if over else WORK.index(Stage(row.stage))
    left = queries.vacant_of([row], at)
    found = []
    for number, stage in enumerate(WORK):
        task = queries.task_of(row, stage)
        found.append(
            Step(
                stage=stage.value,
                label=str(stage.label),
                person_id=task.person_id if task else None,
                person=str(task.person) if task else "",
                due=task.due if task else None,
                tone="" if over else _tone(task, at),
                done_at=task.done_at if task else None,
                now=number == here,
                open=number >= here,
                vacant=(row.pk, stage) in left,
            )
        )
    return found


def may(row: Item, user: User, at: dt.datetime) -> May:
    """This function will tell what a person may do with an item; the actions ask again."""
    if is_over(row.stage):
        return May(plan=False, advance=False, write=False, make=False, to="", back=())
    stage, own = Stage(row.stage), rights(user, at)
    plan = can_plan(user, row.area, at)
    advance = can_finish(user, row, queries.task_of(row, stage), at)
    if stage == Stage.IDEA:
        advance = own.may(PLANNERS[1], row.area)
    back = [(one.value, str(one.label)) for one in before(stage)] if plan else []
    makes = own.may(PLANNERS[0], row.area) and row.bulletin_id is None
    return May(
        plan=plan,
        advance=advance,
        write=queries.people(row.area, at).filter(pk=user.pk).exists(),
        make=makes,
        to=str(next_of(stage).label),
        back=tuple(reversed(back)),
    )


def written(scripts: Collection[Script]) -> list[Written]:
    """This function will show versions of a script, the newest first, each with what it changed."""
    listed = list(scripts)
    older = [*listed[1:], None][: len(listed)]
    return [
        Written(one.number, str(one.by), one.made_at, tuple(pieces(old.text if old else "", one.text)))
        for one, old in zip(listed, older, strict=True)
    ]


def plans(user: User, area: str, at: dt.datetime) -> bool:
    """This function will say whether a person keeps the plan and the library of an area."""
    own = rights(user, at)
    return any(own.may(role, area) for role in PLANNERS)


def homes(user: User, at: dt.datetime) -> list[tuple[str, str]]:
    """This function will return the areas to whose plan a person may add, with their names."""
    own = rights(user, at)
    areas = outermost([area for role in PLANNERS for area in own.areas_of(role)])
    named = places.labels(areas)
    return [(area, named.get(area, area)) for area in areas]


def columns() -> list[tuple[str, int]]:
    """This function will return the headings of the workbook and their widths."""
    each = [(f"{stage.label}: {what}", 22) for stage in WORK for what in (_("người làm"), _("hạn"))]
    return [
        (_("Tên mục"), 50), (_("Địa bàn"), 34), (_("Bước"), 18), (_("Lĩnh vực"), 40), (_("Loại bản tin"), 14),
        (_("Chiến dịch"), 40), (_("Ngày dự kiến phát"), 16), *each, (_("Bản tin"), 16), (_("Lý do"), 40),
        (_("Người đề xuất"), 24), (_("Đề xuất lúc"), 18),
    ]  # fmt: skip


def cells(found: QuerySet[Item]) -> Iterator[list[Any]]:
    """This function will give the lines of the workbook."""
    for row in found.iterator(CHUNK):
        tasks = {task.stage: task for task in row.tasks.all()}
        each = [
            value
            for stage in WORK
            for value in (
                (str(tasks[stage].person), f"{tasks[stage].due:%d/%m/%Y}") if stage in tasks else ("", "")
            )
        ]
        state = queries.states_of([row]).get(row.pk)
        drafted = _drafted(row, state)
        yield [
            row.title, row.place.label, row.get_stage_display(), row.get_topic_display(),
            row.get_content_type_display(), str(row.campaign or ""),
            f"{row.air_date:%d/%m/%Y}" if row.air_date else "", *each, drafted.label if drafted else "",
            row.reason, str(row.made_by), row.made_at,
        ]  # fmt: skip


def _drafted(row: Item, state: str | None) -> Tone | None:
    if row.bulletin_id is None:
        return None
    return wording.of_bulletin(state) if state else Tone(_("Đang soạn"), "", "pen-line")


def _tone(task: Task | None, at: dt.datetime) -> str:
    """How near a deadline is: bad (over), warn (near) or nothing."""
    if task is None or task.done_at:
        return ""
    if task.due < local(at).date():
        return "bad"
    return "warn" if task.due <= local(at + NEAR).date() else ""


def _month(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month, no instant
    except ValueError:
        return None
