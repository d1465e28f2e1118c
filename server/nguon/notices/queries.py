"""Reads about notices; the first argument is the person who asks."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.states import Role
from nguon.areas.paths import lineage
from nguon.broadcasts.rules import PLACERS
from nguon.bulletins.models import Revision, Target
from nguon.health.states import WHAT_TO_DO, AlarmKind
from nguon.kernel.clock import local
from nguon.notices.models import NoMail, Notice, Subscription
from nguon.notices.states import SENTENCES, THEN, WORK, Kind
from nguon.stations.rules import KEEPERS as STATION_KEEPERS

KEEPING = (Role.TECHNICIAN, Role.OPERATOR)


def unread(user: User) -> int:
    """This function will count what a person has neither read nor need do any more."""
    return Notice.objects.filter(user=user, read_at__isnull=True, settled_at__isnull=True).count()


def work_of(user: User, limit: int) -> list[Notice]:
    """This function will return what waits for a person, newest first, at most `limit`: each bulletin once,
    by its newest notice."""
    rows = Notice.objects.filter(user=user, kind__in=WORK, settled_at__isnull=True).order_by("-at", "-pk")
    seen: set[object] = set()
    found = []
    for row in rows[: 3 * limit]:
        about = row.subject or row.bulletin_id
        if about not in seen:
            seen.add(about)
            found.append(row)
    return found[:limit]


def news_of(user: User, *, before: datetime | None = None) -> QuerySet[Notice]:
    """This function will return what a person was told that asks nothing of them (any more), newest first."""
    rows = Notice.objects.filter(Q(settled_at__isnull=False) | ~Q(kind__in=WORK), user=user)
    return (rows.filter(at__lt=before) if before else rows).order_by("-at", "-pk")


def sentence(notice: Notice) -> str:
    """This function will say a notice in the language of the moment."""
    given = {name: str(value) for name, value in notice.data.items()}
    if "due" in given:
        at = local(datetime.fromisoformat(given["due"]))
        given["due"] = _("{time} ngày {date}").format(time=f"{at:%H:%M}", date=f"{at:%d/%m/%Y}")
    given["then"] = str(THEN.get(given.get("then", ""), ""))
    given.setdefault("by", _("Hệ thống"))
    given |= _of_alarm(given)
    return str(SENTENCES[Kind(notice.kind)]).format_map(_Known(given))


def _of_alarm(given: dict[str, str]) -> dict[str, str]:
    if given.get("alarm") not in AlarmKind.values:
        return {}
    kind, count = AlarmKind(given["alarm"]), given.get("count", "1")
    where, name = given.get("place", ""), given.get("name", "")
    which = f"{name}, {where}" if count == "1" else _("{n} cụm loa ở {place}").format(n=count, place=where)
    return {"what": str(kind.label), "which": which, "todo": str(WHAT_TO_DO[kind])}


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def mail_is_on() -> bool:
    """This function will say whether this installation has a mail server."""
    return bool(settings.NGUON_MAIL_HOST)


def push_is_on() -> bool:
    """This function will say whether this installation tells browsers at once."""
    return bool(settings.NGUON_PUSH)


def browsers_of(people: Collection[int]) -> QuerySet[Subscription]:
    """This function will return the browsers in which some people want to be told, the newest first."""
    return Subscription.objects.filter(user__in=people, user__is_active=True).order_by("-made_at", "-pk")


def people_with_browsers() -> list[int]:
    """This function will return everybody who wants to be told in a browser, by their keys."""
    rows = Subscription.objects.filter(user__is_active=True).order_by().values_list("user", flat=True)
    return list(rows.distinct())


def unwanted(user: User) -> frozenset[str]:
    """This function will return the kinds of which a person wants no e-mail."""
    return frozenset(NoMail.objects.filter(user=user).values_list("kind", flat=True))


def deciders(revision: Revision, at: datetime, without: Collection[int] = ()) -> list[User]:
    """This function will return the people whose turn it is to decide a revision: with the role over every
    place of it, of those the ones nearest to the places; never the author, nor any of `without`.
    """
    areas = set(Target.objects.filter(revision=revision).values_list("area", flat=True))
    return _nearest(areas, {Role.APPROVER}, at, {*without, revision.author_id})


def signers(areas: Collection[str], at: datetime, without: Collection[int] = ()) -> list[User]:
    """This function will return who may put the second signature under an alert: on duty or approving over
    every area of it, the nearest ones; none of `without`."""
    return _nearest(set(areas), {Role.DUTY, Role.APPROVER}, at, without)


def _nearest(areas: set[str], roles: Collection[Role], at: datetime, without: Collection[int]) -> list[User]:
    """Who has one of these roles over every area; of those the ones nearest to the areas."""
    if not areas:
        return []
    around = {area: frozenset(lineage(area)) for area in areas}
    rows = RoleAssignment.objects.on(local(at).date()).filter(
        role__in=roles, area__in=set().union(*around.values()), user__is_active=True
    )
    held: dict[int, set[str]] = {}
    for user, area in rows.values_list("user", "area"):
        held.setdefault(user, set()).add(area)
    near: dict[int, int] = {}
    for user, own in held.items():
        reach = [max((len(area) for area in own & outer), default=0) for outer in around.values()]
        if all(reach) and user not in without:
            near[user] = min(reach)
    nearest = max(near.values(), default=0)
    return list(User.objects.filter(pk__in=[user for user, tier in near.items() if tier == nearest]))


def menders(area: str, *, urgent: bool, at: datetime) -> list[User]:
    """This function will return who sees to the loudspeakers of an area: the technicians and operators
    nearest to it, and who is on duty when it is urgent or nobody else is there.
    """
    rows = RoleAssignment.objects.on(local(at).date()).filter(
        role__in=(*KEEPING, Role.DUTY), area__in=lineage(area), user__is_active=True
    )
    held = list(rows.values_list("user", "role", "area"))
    people: set[int] = set()
    for roles in (KEEPING, (Role.DUTY,)):
        if roles == KEEPING or urgent or not people:
            near = max((len(own) for _user, role, own in held if role in roles), default=0)
            people |= {user for user, role, own in held if role in roles and len(own) == near}
    return list(User.objects.filter(pk__in=people))


def station_keepers(area: str, at: datetime) -> list[User]:
    """This function will return who keeps the station of a commune: the operators nearest to it, and the
    nearest administrators, who ask for what a commune cannot ask for itself.
    """
    rows = RoleAssignment.objects.on(local(at).date()).filter(
        role__in=STATION_KEEPERS, area__in=lineage(area), user__is_active=True
    )
    held = list(rows.values_list("user", "role", "area"))
    near = {role: max(len(own) for _user, one, own in held if one == role) for _u, role, _a in held}
    people = {user for user, role, own in held if len(own) == near[role]}
    return list(User.objects.filter(pk__in=people))


def officers(areas: Collection[str], at: datetime) -> list[User]:
    """This function will return the people who keep the programmes of these communes, by a role in exactly
    one of them."""
    rows = RoleAssignment.objects.on(local(at).date()).filter(role__in=PLACERS, area__in=list(areas))
    return list(User.objects.filter(is_active=True, pk__in=rows.values("user")))


def on_duty(areas: Collection[str], at: datetime) -> list[User]:
    """This function will return who is on duty nearest to each of these areas: there, else around them."""
    around = {path for area in areas for path in lineage(area)}
    rows = RoleAssignment.objects.on(local(at).date()).filter(role=Role.DUTY, area__in=around)
    held: dict[str, set[int]] = {}
    for user, area in rows.values_list("user", "area"):
        held.setdefault(area, set()).add(user)
    near = [next((path for path in reversed(lineage(area)) if path in held), "") for area in areas]
    people = {user for path in near if path for user in held[path]}
    return list(User.objects.filter(pk__in=people, is_active=True))
