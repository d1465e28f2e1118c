from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "nguon.staff"
    label = "staff"
    verbose_name = _("Nhân sự")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what follows when areas move or agencies end, and the app's table."""
        import_module("nguon.staff.following").register()
        import_module("nguon.staff.actions").register_staff_table()
