"""Who may keep the register of stations."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role

KEEPERS = (Role.OPERATOR, Role.ADMINISTRATOR)


def can_keep_station(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may add and change the station of a commune."""
    return any(has_role(user, role, area, at) for role in KEEPERS)
