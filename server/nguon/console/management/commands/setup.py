"""`setup`: brings the database up to this version; with --demo or --area also fills a fresh one."""

import json
import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from nguon.accounts.actions import (
    DEMO_USERNAMES,
    make_demo_people,
    make_first_administrator,
    set_password,
)
from nguon.accounts.models import User
from nguon.broadcasts.actions import seed_hours
from nguon.bulletins.actions import seed_campaigns
from nguon.kernel.clock import now
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import (
    ask_for_history,
    demo_villages_csv,
    import_places,
    import_villages,
    read_units_2025,
    seed_agencies,
)
from nguon.organisations.models import Place
from nguon.organisations.queries import by_code
from nguon.organisations.queries import place as place_of
from nguon.organisations.states import SYSTEM_OFFICIAL
from nguon_signer.grants import ROLE, grant_statements

EVIDENCE = {
    "journal_entry": "journal_append_only",
    "journal_scope": "journal_append_only",
    "journal_signedhead": "journal_append_only",
    "deliveries_receipt": "deliveries_receipt_fixed",
    "bulletins_approval": "bulletins_decided",
    "bulletins_secondapproval": "bulletins_decided",
}


class Command(BaseCommand):
    """Migrate, grant the signer its columns, import the map, make the first people; again changes nothing."""

    help = "Dựng hoặc nâng cấp cơ sở dữ liệu."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the options."""
        parser.add_argument("--demo", action="store_true", help="dữ liệu thử: thôn, bốn người dùng")
        parser.add_argument("--area", default="", help="mã hoặc đường dẫn địa bàn của cơ sở thật")
        parser.add_argument("--admin", default="", help="tên đăng nhập của người quản trị đầu tiên")
        parser.add_argument("--full-name", default="", help="họ tên của người quản trị đầu tiên")
        given = os.environ.get("NGUON_ADMIN_PASSWORD", "")  # an argument would be seen by every user
        parser.add_argument("--password", default=given, help="mật khẩu đặt sẵn (không có thì tạo mới)")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will do everything and print one JSON line of what it made."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        grant_signer()
        guard_evidence()
        try:
            with transaction.atomic():
                made = self._fill(options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        ask_for_history()  # an older installation gets it too
        self.stdout.write(json.dumps(made, ensure_ascii=False))

    def _fill(self, options: dict[str, Any]) -> dict[str, Any]:
        at = now()
        made: dict[str, Any] = {}
        if options["demo"] or options["area"]:
            report = import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=at)
            seed_agencies(at=now())
            seed_hours(at=now())
            seed_campaigns(at=now())
            made["places"] = {"provinces": report.provinces, "communes": report.communes}
            made["not_placed"] = len(report.not_placed)
        if options["demo"]:
            refuse_foreign_people()
            import_villages(text=demo_villages_csv(), by=None, at=at)
            made["people"] = [
                {"username": p.username, "password": p.password, "role": p.role, "name": p.full_name}
                for p in make_demo_people(by=None, at=at, renew=True)
            ]
        if options["admin"]:
            made["people"] = [self._administrator(options)]
        return made

    def _administrator(self, options: dict[str, Any]) -> dict[str, str]:
        at = now()
        place = area_named(options["area"])
        name = options["full_name"] or options["admin"]
        new = make_first_administrator(username=options["admin"], full_name=name, place=place, at=at)
        password = new.password
        if options["password"]:
            password = set_password(user=new.user, by=None, at=at, password=options["password"])
        return {"username": new.user.username, "password": password, "role": "administrator", "name": name}


class NotEmpty(DomainError):
    """A demo is not made in a database that real people work with."""

    code = "not-empty"
    message = _("Cơ sở dữ liệu này đã có người dùng thật. Hãy trỏ DATABASE_URL tới một cơ sở dữ liệu trống.")


def refuse_foreign_people() -> None:
    """This function will raise NotEmpty when anyone but the demo's own people has an account."""
    if User.objects.exclude(username__in=DEMO_USERNAMES).exists():
        raise NotEmpty


def area_named(text: str) -> Place:
    """This function will return the place of an area path or an official code. Raises PlaceNotFound."""
    return place_of(text, at=now()) if text.startswith("vn") else by_code(text, at=now())


def grant_signer() -> None:
    """This function will let the signer's role, where there is one, read its columns and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone():
            for statement in grant_statements():
                cursor.execute(statement)


def guard_evidence() -> None:
    """This function will make the database refuse to empty the tables of evidence in one stroke.

    It is not a migration, as the tests empty every table between them.
    """
    with connection.cursor() as cursor:
        for table, function in EVIDENCE.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS never_truncated ON {table}")
            cursor.execute(
                f"CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {function}()"
            )
