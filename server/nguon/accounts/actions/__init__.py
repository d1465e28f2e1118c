"""What may be done with people and their rights."""

from nguon.accounts.actions.beginning import (
    DEMO_USERNAMES,
    DemoPerson,
    make_demo_people,
    make_first_administrator,
)
from nguon.accounts.actions.entering import end_sessions, lock_user, remove_second_step, unlock_user
from nguon.accounts.actions.identities import (
    enter_by_identity,
    link_by_email,
    set_email,
    unlink_identity,
)
from nguon.accounts.actions.invitations import Invited, accept, invite, invited_by, renew_link
from nguon.accounts.actions.leaving import HandedOver, delegate, hand_over
from nguon.accounts.actions.passkeys import (
    Site,
    Touched,
    check_touch,
    grant_passkey,
    is_here,
    key_that_signs_in,
    read_hand,
    register_passkey,
    revoke_passkey,
    site,
    words_challenge,
)
from nguon.accounts.actions.passwords import fresh_password
from nguon.accounts.actions.people import NewUser, create_user, set_password
from nguon.accounts.actions.removing import remove_user
from nguon.accounts.actions.roles import assign_role, end_role

__all__ = [
    "DEMO_USERNAMES",
    "DemoPerson",
    "HandedOver",
    "Invited",
    "NewUser",
    "Site",
    "Touched",
    "accept",
    "assign_role",
    "check_touch",
    "create_user",
    "delegate",
    "end_role",
    "end_sessions",
    "enter_by_identity",
    "fresh_password",
    "grant_passkey",
    "hand_over",
    "invite",
    "invited_by",
    "is_here",
    "key_that_signs_in",
    "link_by_email",
    "lock_user",
    "make_demo_people",
    "make_first_administrator",
    "read_hand",
    "register_passkey",
    "remove_second_step",
    "remove_user",
    "renew_link",
    "revoke_passkey",
    "set_email",
    "set_password",
    "site",
    "unlink_identity",
    "unlock_user",
    "words_challenge",
]
