import logging
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "nguon.accounts"
    label = "accounts"
    verbose_name = _("Tài khoản")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what of this app follows when areas move (docs/adr/012), and tell the
        operator when single sign-on is configured in part.
        """
        import_module("nguon.accounts.following").register()
        begun = settings.NGUON_SSO_ISSUER or settings.NGUON_SSO_CLIENT_ID or settings.NGUON_SSO_SECRET_FILE
        if begun and (wrong := import_module("nguon.adapters.identity").why_off()):
            logging.getLogger(__name__).warning(wrong)
