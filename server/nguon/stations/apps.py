from importlib import import_module

from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "nguon.stations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what follows when areas move (docs/adr/012), and the app's table."""
        import_module("nguon.stations.following").register()
        import_module("nguon.stations.actions").register_stations_table()
