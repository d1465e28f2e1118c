from django.apps import AppConfig


class CapConfig(AppConfig):
    name = "nguon.cap"
    default_auto_field = "django.db.models.BigAutoField"
