"""The first people of an installation: its administrator, or the four of the demo."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from nguon.accounts.actions.people import NewUser, create_user, set_password
from nguon.accounts.actions.roles import assign_role
from nguon.accounts.errors import AdministratorExists
from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.states import Role
from nguon.organisations.models import Place
from nguon.organisations.queries import by_code
from nguon.organisations.states import DEMO_COMMUNE_CODES, DEMO_PROVINCE_CODE


class DemoPerson(NamedTuple):
    """One of the four people of the demo, to be shown once."""

    username: str
    password: str
    role: Role
    areas: tuple[str, ...]
    full_name: str


class _Part(NamedTuple):
    username: str
    full_name: str
    roles: tuple[Role, ...]  # the first one is what the person is shown as
    codes: tuple[str, ...]


# The duty officer also runs the stations, so that the demo can enrol one more loudspeaker.
_CAST = (
    _Part("lan", "Nguyễn Thị Lan", (Role.WRITER,), DEMO_COMMUNE_CODES),
    _Part("minh", "Trần Quang Minh", (Role.APPROVER,), DEMO_COMMUNE_CODES),
    _Part("tuan", "Lê Anh Tuấn", (Role.DUTY, Role.OPERATOR, Role.AUDITOR), (DEMO_PROVINCE_CODE,)),
    _Part("binh", "Đặng Văn Bình", (Role.ADMINISTRATOR,), (DEMO_PROVINCE_CODE,)),
)

DEMO_USERNAMES = tuple(part.username for part in _CAST)


@transaction.atomic
def make_first_administrator(
    *, username: str, full_name: str, place: Place, at: datetime, password: str | None = None
) -> NewUser:
    """This function will make the account that a new installation begins with, administrator of `place`.

    Raises AdministratorExists if anyone has ever been administrator, or what create_user raises.
    """
    if RoleAssignment.objects.filter(role=Role.ADMINISTRATOR).exists():
        raise AdministratorExists
    made = create_user(username=username, full_name=full_name, by=None, at=at, password=password)
    assign_role(user=made.user, role=Role.ADMINISTRATOR, place=place, by=None, at=at)
    return made


@transaction.atomic
def make_demo_people(*, by: User | None, at: datetime, renew: bool = False) -> list[DemoPerson]:
    """This function will make the demo’s four people, each with a fresh password.

    Whoever is there already is left alone and out of the list; with `renew` they get new passwords and are in
    it.  The map and the demo's communes must have been imported, or PlaceNotFound is raised.
    """
    known = {
        user.username: user for user in User.objects.filter(username__in=[part.username for part in _CAST])
    }
    shown = []
    for part in _CAST:
        places = [by_code(code, at=at) for code in part.codes]
        user = known.get(part.username)
        if user is None:
            user, secret = create_user(username=part.username, full_name=part.full_name, by=by, at=at)
            for place in places:
                for role in part.roles:
                    assign_role(user=user, role=role, place=place, by=by, at=at)
        elif renew:
            secret = set_password(user=user, by=by, at=at)
        else:
            continue
        areas = tuple(place.area for place in places)
        shown.append(DemoPerson(part.username, secret, part.roles[0], areas, part.full_name))
    return shown
