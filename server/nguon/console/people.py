"""People as the administrators' pages show them: lines of the list, and everything about one person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from nguon.accounts import queries
from nguon.accounts.models import RoleAssignment, Session, User
from nguon.accounts.rules import areas_of, can_manage, can_see_person, people_areas
from nguon.accounts.states import Role
from nguon.console import facts, wording
from nguon.console.presenters import Fact
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.kernel.text import fold
from nguon.organisations.rules import covers

JOURNAL = 30
ROLES_SHOWN = 3


@dataclass(frozen=True)
class PersonLine:
    """One person in the list: the first roles, and how many there are more."""

    id: int
    name: str
    username: str
    roles: tuple[str, ...]
    more: int
    locked: bool
    invited: bool


@dataclass(frozen=True)
class RoleLine:
    """One role of a person, with its days in words."""

    id: int
    label: str
    place: str
    days: str
    state: str
    kind: str
    behalf: str
    may_end: bool


@dataclass(frozen=True)
class SessionLine:
    """One browser in which a person is signed in."""

    name: str
    began_at: datetime | None
    until: datetime
    ip: str
    agent: str
    here: bool


class Unclear(DomainError):
    """What was typed names nobody, or more than one."""

    code = "unclear"

    def __init__(self, message: object) -> None:
        """This function will keep the sentence."""
        super().__init__()
        self.message = str(message).replace("{", "{{").replace("}", "}}")


def lines(people: list[User], areas: Collection[str], at: datetime) -> list[PersonLine]:
    """This function will show the people of one page with their roles in the areas."""
    roles = queries.roles_in(areas, people, at)
    return [_line(person, roles.get(person.pk, [])) for person in people]


def _line(person: User, roles: list[RoleAssignment]) -> PersonLine:
    told = list(dict.fromkeys(f"{row.get_role_display()}, {row.place}" for row in roles))
    return PersonLine(
        id=person.pk,
        name=person.full_name,
        username=person.username,
        roles=tuple(told[:ROLES_SHOWN]),
        more=len(told[ROLES_SHOWN:]),
        locked=not person.is_active,
        invited=not person.has_usable_password(),
    )


def found(user: User, person_id: int, at: datetime) -> User | None:
    """This function will return a person whose page one may open, or None."""
    person = User.objects.filter(pk=person_id).first()
    return person if person is not None and can_see_person(user, person, at) else None


def role_lines(user: User, person: User, at: datetime) -> list[RoleLine]:
    """This function will show the roles of a person in the areas that one sees; those that are over last."""
    own, day = areas_of(user, Role.ADMINISTRATOR, at), local(at).date()
    rows = queries.all_assignments_of(person, people_areas(user, at))
    shown = [_role(row, day, own) for row in rows]
    return sorted(shown, key=lambda row: row.state == _("Đã thôi"))


def _role(row: RoleAssignment, day: date, own: list[str]) -> RoleLine:
    over = row.valid_to is not None and row.valid_to < day
    coming = row.valid_from > day
    until = _("đến hết {day}").format(day=f"{row.valid_to:%d/%m/%Y}") if row.valid_to else _("không hạn")
    return RoleLine(
        id=row.pk,
        label=row.get_role_display(),
        place=row.place.label,
        days=_("từ {day}").format(day=f"{row.valid_from:%d/%m/%Y}") + ", " + until,
        state=_("Đã thôi") if over else _("Sắp bắt đầu") if coming else _("Đang làm"),
        kind="" if over else "warn" if coming else "live",
        behalf=str(row.on_behalf_of or ""),
        may_end=not over and any(covers(outer, row.area) for outer in own),
    )


def session_lines(person: User, at: datetime, here: str | None = None) -> list[SessionLine]:
    """This function will show the browsers in which a person is signed in; `here` is one's own session."""
    return [_session(row, here) for row in queries.sessions_of(person, at)]


def _session(row: Session, here: str | None) -> SessionLine:
    return SessionLine(
        name=queries.session_name(row.session_key),
        began_at=row.began_at,
        until=row.expire_date,
        ip=row.ip,
        agent=wording.browser(row.agent),
        here=here is not None and row.session_key == here,
    )


def journal_of(user: User, person: User, at: datetime) -> list[Fact]:
    """This function will tell what happened to an account and, to whoever may manage it, what it did."""
    whose = Q(subject=f"user:{person.pk}")
    if can_manage(user, person, at):
        whose |= Q(by=f"user:{person.pk}")
    rows = Entry.objects.filter(whose).exclude(fact__in=facts.QUIET).order_by("-sequence")
    return facts.sentences(list(rows[:JOURNAL]))


def person_named(user: User, text: str, at: datetime) -> User:
    """This function will return the one person in the areas one administers whom the words name.

    Raises Unclear.
    """
    rows = queries.people_in(areas_of(user, Role.ADMINISTRATOR, at), at)
    exact = rows.filter(username=text.strip().lower()).first()
    if exact is not None:
        return exact
    named = list(queries.people_in(areas_of(user, Role.ADMINISTRATOR, at), at, words=text)[:2])
    if not fold(text) or not named:
        raise Unclear(_("Không có ai như vậy trong địa bàn bạn quản trị. Hãy gõ tên đăng nhập."))
    if len(named) > 1:
        raise Unclear(_("Có nhiều người như vậy. Hãy gõ tên đăng nhập của người đó."))
    return named[0]
