"""What may be done with people and their rights."""

from nguon.accounts.actions.beginning import (
    DEMO_USERNAMES,
    DemoPerson,
    make_demo_people,
    make_first_administrator,
)
from nguon.accounts.actions.passkeys import (
    Site,
    Touched,
    check_touch,
    grant_passkey,
    register_passkey,
    revoke_passkey,
    words_challenge,
)
from nguon.accounts.actions.passwords import fresh_password
from nguon.accounts.actions.people import NewUser, create_user, set_password
from nguon.accounts.actions.roles import assign_role, end_role

__all__ = [
    "DEMO_USERNAMES",
    "DemoPerson",
    "NewUser",
    "Site",
    "Touched",
    "assign_role",
    "check_touch",
    "create_user",
    "end_role",
    "fresh_password",
    "grant_passkey",
    "make_demo_people",
    "make_first_administrator",
    "register_passkey",
    "revoke_passkey",
    "set_password",
    "words_challenge",
]
