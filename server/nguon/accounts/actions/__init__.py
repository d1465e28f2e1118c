"""What may be done with people and their rights."""

from nguon.accounts.actions.beginning import (
    DEMO_USERNAMES,
    DemoPerson,
    make_demo_people,
    make_first_administrator,
)
from nguon.accounts.actions.passwords import fresh_password
from nguon.accounts.actions.people import NewUser, create_user, set_password
from nguon.accounts.actions.roles import assign_role, end_role

__all__ = [
    "DEMO_USERNAMES",
    "DemoPerson",
    "NewUser",
    "assign_role",
    "create_user",
    "end_role",
    "fresh_password",
    "make_demo_people",
    "make_first_administrator",
    "set_password",
]
