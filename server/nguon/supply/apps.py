from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "nguon.supply"
    default_auto_field = "django.db.models.BigAutoField"
