from django.apps import AppConfig


class BridgesConfig(AppConfig):
    name = "nguon.bridges"
    default_auto_field = "django.db.models.BigAutoField"
