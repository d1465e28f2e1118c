from importlib import import_module

from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "nguon.audio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what follows when areas move, and the table that people may bring."""
        import_module("nguon.audio.following").register()
        import_module("nguon.audio.actions.dictionary_table").register_dictionary()
