"""Who may see and keep whose record: by the areas of the posts alone."""

from datetime import date, datetime

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.kernel.clock import local
from nguon.organisations.rules import covers, outermost
from nguon.staff.models import Post, Staff

SEES_STAFF = (Role.ADMINISTRATOR, Role.TRAINER, Role.AUDITOR)
KEEPS_STAFF = (Role.ADMINISTRATOR,)
TRAINS_STAFF = (Role.ADMINISTRATOR, Role.TRAINER)


def areas_with(user: User, roles: tuple[Role, ...], at: datetime) -> list[str]:
    """This function will return the outermost areas in which the person has any of the roles."""
    own = rights(user, at)
    return outermost([area for role in roles for area in own.areas_of(role)])


def has_over(user: User, roles: tuple[Role, ...], area: str, at: datetime) -> bool:
    """This function will tell whether the person has one of the roles over the whole of `area`."""
    return any(covers(outer, area) for outer in areas_with(user, roles, at))


def counting_areas(staff: Staff, day: date) -> list[str]:
    """This function will return where a person works on `day` or later; when all is over, where it was last.

    These alone give rights over the record: an office where somebody worked once sees that post, and no
    telephone number any more.
    """
    rows = Post.objects.filter(staff=staff)
    held = list(rows.not_over(day).order_by("pk").values_list("area", flat=True))
    return held or list(rows.order_by("-valid_to", "-pk").values_list("area", flat=True)[:1])


def can_read_contacts(user: User, staff: Staff, at: datetime) -> bool:
    """This function will tell whether one may read how to reach a person: it works in one's own areas."""
    return _over_any(user, SEES_STAFF, staff, at)


def can_keep(user: User, staff: Staff, at: datetime) -> bool:
    """This function will tell whether one may change a person's record."""
    return _over_any(user, KEEPS_STAFF, staff, at)


def can_train(user: User, staff: Staff, at: datetime) -> bool:
    """This function will tell whether one may write down a person's courses."""
    return _over_any(user, TRAINS_STAFF, staff, at)


def _over_any(user: User, roles: tuple[Role, ...], staff: Staff, at: datetime) -> bool:
    own = areas_with(user, roles, at)
    if not own:
        return False
    return any(covers(outer, area) for area in counting_areas(staff, local(at).date()) for outer in own)
