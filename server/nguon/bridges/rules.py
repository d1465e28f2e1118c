"""Who may do what with boxes of other makers."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role

SETTERS = (Role.TECHNICIAN, Role.ADMINISTRATOR)


def can_set(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may say which box a bridge of an area drives."""
    return any(has_role(user, role, area, at) for role in SETTERS)


def can_waive(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may record or end a waiver of a province."""
    return has_role(user, Role.ADMINISTRATOR, area, at)
