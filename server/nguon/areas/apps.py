from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from nguon.areas.database.grants import ROLE, grant_statements


class AreasConfig(AppConfig):
    name = "nguon.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will have each migration end with the rights of the web's role."""
        post_migrate.connect(grant_web, sender=self)


def grant_web(**_signal: Any) -> None:
    """This function will let the web's role, where there is one, work with the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone():
            for statement in grant_statements():
                cursor.execute(statement)
