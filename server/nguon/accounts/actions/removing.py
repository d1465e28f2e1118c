"""Taking out an account that was made by mistake, as long as nobody has ever come in with it."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import ProtectedError

from nguon.accounts.actions.entering import managed
from nguon.accounts.actions.roles import drop_role
from nguon.accounts.errors import AccountUsed
from nguon.accounts.models import Invitation, User
from nguon.accounts.queries import areas_of_work
from nguon.journal.actions import record


@transaction.atomic
def remove_user(*, user: User, by: User, at: datetime) -> None:
    """This function will delete an account that was made by mistake, with its roles and links.

    Raises OwnAccount, MayNotManage, or AccountUsed for one that somebody has come in with, or that anything
    names: such an account is locked instead.
    """
    row = managed(user, by, at)
    entered = row.has_usable_password() or row.last_login or SocialAccount.objects.filter(user=row).exists()
    if entered:
        raise AccountUsed(user=row)
    data, subject = {"username": row.username, "areas": areas_of_work(row, at)}, f"user:{row.pk}"
    for held in row.assignments.select_for_update().order_by("pk"):
        drop_role(held, by=by, at=at)
    Invitation.objects.filter(user=row).delete()
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise AccountUsed(user=row) from error
    record(fact="user.removed", subject=subject, by=by, at=at, data=data)
