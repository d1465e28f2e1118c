"""Who may do what with a release."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.releases.states import HALTERS, RELEASERS


def can_release(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may bring and roll out programs in an area."""
    return any(has_role(user, role, area, at) for role in RELEASERS)


def can_halt(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may halt a release of an area."""
    return any(has_role(user, role, area, at) for role in HALTERS)
