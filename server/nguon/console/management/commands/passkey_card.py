"""`passkey_card USER`: what `nguon trust` hands to the signer, as JSON; nothing in it is secret."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.accounts.queries import passkeys_of, user_named
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError


class Command(BaseCommand):
    """Print the newest security key of an administrator."""

    help = "In thẻ khóa bảo mật của người quản trị."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the arguments."""
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will print one JSON line, or say in a sentence why there is none."""
        try:
            user = user_named(options["user"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        keys, areas = passkeys_of(user), areas_of(user, Role.ADMINISTRATOR, now())
        if not keys or not areas:
            raise CommandError(
                _("{user} chưa đăng ký khóa, hoặc không phải người quản trị.").format(user=user)
            )
        key = keys[-1]
        card = {
            "passkey": str(key.pk),
            "user": user.pk,
            "name": user.full_name,
            "credential_id": key.credential_id,
            "public_key": key.public_key,
            "area": areas[0],
        }
        self.stdout.write(json.dumps(card, ensure_ascii=False))
