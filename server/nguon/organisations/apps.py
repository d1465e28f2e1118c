from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "nguon.organisations"
    label = "organisations"
    verbose_name = _("Địa bàn")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will register what follows when areas move (docs/adr/012), and its tables."""
        actions, models = import_module(f"{self.name}.actions"), import_module(f"{self.name}.models")
        for model, label in ((models.Agency, _("Cơ quan, đơn vị")), (models.Facility, _("Cơ sở"))):
            actions.register_follower(actions.BodyFollower(model, label))
        actions.register_own_tables()
