from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "nguon.notices"
    default_auto_field = "django.db.models.BigAutoField"
