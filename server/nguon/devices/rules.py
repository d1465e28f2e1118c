"""Who may do what with loudspeakers."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role

KEEPERS = (Role.OPERATOR, Role.TECHNICIAN, Role.ADMINISTRATOR)


def can_keep_devices(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may enrol and change loudspeakers in an area."""
    return any(has_role(user, role, area, at) for role in KEEPERS)
