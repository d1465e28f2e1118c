"""Accounts: making them, and their passwords."""

import re
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nguon.accounts.actions.passwords import fresh_password
from nguon.accounts.errors import BadFullName, BadUsername, UsernameTaken, WeakPassword
from nguon.accounts.models import User
from nguon.accounts.queries import areas_of_work
from nguon.areas.reach import everything
from nguon.journal.actions import record
from nguon.kernel.text import fold, tidy

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
_MAX_FULL_NAME = 100


class NewUser(NamedTuple):
    """An account and its password; the password is known here and never again."""

    user: User
    password: str


@transaction.atomic
def create_user(
    *, username: str, full_name: str, by: User | None, at: datetime, password: str | None = None
) -> NewUser:
    """This function will make an account without any right, with a fresh password unless one is given.

    Raises BadUsername, UsernameTaken, BadFullName or WeakPassword.
    """
    secret = fresh_password() if password is None else password
    user = new_user(username=username, full_name=full_name, password=secret, at=at)
    record(fact="user.created", subject=f"user:{user.pk}", by=by, at=at, data={"username": user.username})
    return NewUser(user, secret)


@transaction.atomic
def set_password(*, user: User, by: User | None, at: datetime, password: str | None = None) -> str:
    """This function will give the account a new password, a fresh one unless one is given, and return it.

    Whoever is signed in with the old one is signed out.  Raises WeakPassword.
    """
    secret = fresh_password() if password is None else password
    change_password(user, secret)
    data = {"areas": areas_of_work(user, at)}
    record(fact="user.password_set", subject=f"user:{user.pk}", by=by, at=at, data=data)
    return secret


def new_user(*, username: str, full_name: str, password: str | None, at: datetime) -> User:
    """This function will make the row of an account; without a password nobody can sign in to it.

    Raises BadUsername, UsernameTaken, BadFullName or WeakPassword.
    """
    login = username.strip().lower()
    if not _USERNAME.fullmatch(login):
        raise BadUsername
    name = tidy(full_name)
    if not fold(name) or len(name) > _MAX_FULL_NAME or not name.isprintable():
        raise BadFullName
    user = User(username=login, full_name=name, date_joined=at)
    if password is None:
        user.set_unusable_password()
    else:
        _check(password, user)
        user.set_password(password)
    try:
        with everything(), transaction.atomic():  # it has no role yet by which anybody could see it
            user.save(force_insert=True)
    except IntegrityError as error:
        raise UsernameTaken(username=login) from error
    return user


def change_password(user: User, password: str) -> None:
    """This function will set a password that the person chose. Raises WeakPassword."""
    _check(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages)) from error
