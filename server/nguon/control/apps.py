from importlib import import_module

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "nguon.control"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what follows when areas move (docs/adr/012)."""
        import_module("nguon.control.following").register()
