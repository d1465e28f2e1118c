from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "nguon.audio"
    default_auto_field = "django.db.models.BigAutoField"
