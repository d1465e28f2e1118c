from importlib import import_module

from django.apps import AppConfig


class CapConfig(AppConfig):
    name = "nguon.cap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what of this app follows when areas move (docs/adr/012)."""
        import_module("nguon.cap.following").register()
