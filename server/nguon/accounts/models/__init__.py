"""The tables of people, of their security keys, and of how they come in."""

from nguon.accounts.models.entering import Invitation, Session, SessionStore
from nguon.accounts.models.keys import Passkey, PasskeyGrant, Touch
from nguon.accounts.models.people import RoleAssignment, RoleAssignmentQuerySet, User

__all__ = [
    "Invitation",
    "Passkey",
    "PasskeyGrant",
    "RoleAssignment",
    "RoleAssignmentQuerySet",
    "Session",
    "SessionStore",
    "Touch",
    "User",
]
