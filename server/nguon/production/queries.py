"""Reads about the editorial plan; the first argument is the person who asks, or what is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Concat, StrIndex

from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.rules import rights
from nguon.areas.paths import lineage
from nguon.bulletins.models import Bulletin
from nguon.bulletins.queries import seen_areas
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.production.models import Asset, Item, Material, Script, Task
from nguon.production.rules import MAKERS
from nguon.production.states import WORK, Stage


@dataclass(frozen=True)
class Asked:
    """What a list of the plan is asked for; an empty field asks for all."""

    area: str = ""
    month: date | None = None
    person: int | None = None
    mine: bool = False
    over: bool = False
    vacant: bool = False


def seen(user: User, at: datetime) -> QuerySet[Item]:
    """This function will return the items of the areas in which a person may read bulletins."""
    rows = Item.objects.filter(area__within=seen_areas(user, at))
    tasks = Task.objects.select_related("person")
    return rows.select_related("place", "campaign", "made_by").prefetch_related(
        Prefetch("tasks", queryset=tasks)
    )


def item(user: User, item_id: UUID, at: datetime) -> Item | None:
    """This function will return one item that a person may read, or None."""
    return seen(user, at).select_related("template").filter(pk=item_id).first()


def asked_for(user: User, asked: Asked, at: datetime) -> QuerySet[Item]:
    """This function will return the items that were asked for, those that are due first."""
    rows = seen(user, at)
    rows = rows.filter(stage__in=(Stage.DONE, Stage.GIVEN_UP)) if asked.over else rows.filter(stage__in=WORK)
    if asked.area:
        rows = rows.filter(area__within=[asked.area])
    if asked.month:
        month = {"year": asked.month.year, "month": asked.month.month}
        due = Task.objects.filter(item=OuterRef("pk"), due__year=month["year"], due__month=month["month"])
        rows = rows.filter(Exists(due) | Q(air_date__year=month["year"], air_date__month=month["month"]))
    if asked.person:
        rows = rows.filter(Exists(Task.objects.filter(item=OuterRef("pk"), person=asked.person)))
    if asked.mine:
        rows = rows.filter(pk__in=turns(user).values("item"))
    if asked.vacant:
        rows = rows.filter(pk__in=vacant(at).values("item"))
    return rows.order_by(F("air_date").asc(nulls_last=True), "-changed_at", "-pk")


def open_steps(rows: QuerySet[Task]) -> QuerySet[Task]:
    """This function will keep the steps that are still to be done: of items that are not over, not before
    where their item stands."""
    order = Case(*(When(stage=one, then=Value(place)) for place, one in enumerate(WORK)))
    stands = Case(*(When(item__stage=one, then=Value(place)) for place, one in enumerate(WORK)))
    return (
        rows.filter(done_at__isnull=True, item__stage__in=WORK)
        .alias(order=order, stands=stands)
        .filter(order__gte=F("stands"))
    )


def vacant(at: datetime) -> QuerySet[Task]:
    """This function will return the steps still to be done whose person can do nothing there now: locked,
    or without a role over the item's area today."""
    around = Concat(OuterRef("item__area"), Value("."))
    roles = RoleAssignment.objects.on(local(at).date()).filter(role__in=MAKERS, user=OuterRef("person"))
    held = roles.alias(inside=StrIndex(around, Concat(F("area"), Value(".")))).filter(inside=1)
    return open_steps(Task.objects.all()).filter(Q(person__is_active=False) | ~Exists(held))


def vacant_of(rows: Iterable[Item], at: datetime) -> set[tuple[UUID, str]]:
    """This function will return the vacant steps of some items: (item, step)."""
    return set(vacant(at).filter(item__in=[row.pk for row in rows]).values_list("item", "stage"))


def turns(user: User) -> QuerySet[Task]:
    """This function will return the steps that are a person's and at which their items stand, the soonest
    first."""
    return Task.objects.filter(person=user, stage=F("item__stage"), done_at__isnull=True).order_by(
        "due", "pk"
    )


def people(area: str, at: datetime) -> QuerySet[User]:
    """This function will return who may be given a step of an area's plan, by name."""
    rows = RoleAssignment.objects.on(local(at).date()).filter(role__in=MAKERS, area__in=lineage(area))
    return User.objects.filter(is_active=True, pk__in=rows.values("user")).order_by("full_name", "pk")


def scripts(row: Item) -> QuerySet[Script]:
    """This function will return the versions of an item's script, the newest first."""
    return Script.objects.filter(item=row).select_related("by").order_by("-number")


def task_of(row: Item, stage: str) -> Task | None:
    """This function will return whose a step of an item is; None: nobody's yet."""
    return next((task for task in row.tasks.all() if task.stage == stage), None)


def bulletin_of(row: Item) -> Bulletin | None:
    """This function will return the bulletin that was made of an item, if this person may see it: another's
    draft stays their own."""
    if row.bulletin_id is None:
        return None
    return Bulletin.objects.filter(pk=row.bulletin_id).select_related("author").first()


def states_of(rows: Iterable[Item]) -> dict[UUID, str]:
    """This function will return the state of the bulletin of each item, by the item's id, as far as this
    person may see it."""
    mine = {row.bulletin_id: row.pk for row in rows if row.bulletin_id}
    found = Bulletin.objects.filter(pk__in=mine).values_list("pk", "state")
    return {mine[pk]: state for pk, state in found}


def origin(user: User, bulletin_id: UUID, at: datetime) -> Item | None:
    """This function will return the item that a bulletin was made of, where a person may read it."""
    return seen(user, at).filter(bulletin=bulletin_id).first()


def tasks_of(items: QuerySet[Item, Any]) -> QuerySet[Task]:
    """This function will return the steps of some items that were given to somebody."""
    return Task.objects.filter(item__in=items)


def assets(user: User, at: datetime, words: str = "") -> QuerySet[Asset]:
    """This function will return what of the library a person may use, the newest first: of the areas that
    they make things for, and of those around them."""
    held = rights(user, at)
    own = [area for role in MAKERS for area in held.areas_of(role)]
    around = {outer for area in own for outer in lineage(area)}
    rows = Asset.objects.filter(Q(area__within=own) | Q(area__in=around), ended_at__isnull=True)
    for word in fold(words).split()[:6]:
        rows = rows.filter(search__contains=word)
    return rows.select_related("place", "media", "upload__media", "made_by").order_by("-made_at", "-pk")


def materials(row: Item) -> QuerySet[Material]:
    """This function will return what of the library stands beside an item's script, in the order in which it
    came."""
    return (
        Material.objects.filter(item=row)
        .select_related("asset__place", "asset__media", "asset__upload__media")
        .order_by("pk")
    )


def open_for(user: User, at: datetime) -> QuerySet[Item]:
    """This function will return the items that are not over and at which a person may work, the last changed
    first."""
    held = rights(user, at)
    own = [area for role in MAKERS for area in held.areas_of(role)]
    return Item.objects.filter(area__within=own, stage__in=WORK).order_by("-changed_at", "-pk")
