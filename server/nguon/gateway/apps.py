from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "nguon.gateway"
    default_auto_field = "django.db.models.BigAutoField"
