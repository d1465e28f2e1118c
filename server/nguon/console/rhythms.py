"""The rhythms that a draft may follow: those of the law, and those of one's areas' templates."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.accounts.models import User
from nguon.bulletins import errors, queries
from nguon.bulletins.models import Template
from nguon.bulletins.states.cadences import CADENCES, Cadence, cadence
from nguon.console.library import key

LAW = "luat:"
OFFERED = 100


def offered(user: User, at: datetime) -> list[tuple[str, str]]:
    """This function will return the templates that say times and days, with their rhythm in words."""
    own = queries.templates(user, at).exclude(rrule="").filter(days__gt=0)[:OFFERED]
    return [
        *((f"{LAW}{one.slug}", f"{one.name}: {one.rule}") for one in CADENCES),
        *((str(one.pk), f"{one.name}: {_days(one.days)}") for one in own),
    ]


def laws() -> list[tuple[str, str]]:
    """This function will return the templates of the law by their names."""
    return [(f"{LAW}{one.slug}", str(one.name)) for one in CADENCES]


def chosen(user: User, value: str, at: datetime) -> Cadence | Template:
    """This function will return the template of an offered value. Raises TemplateUnknown."""
    found: Cadence | Template | None = None
    if value.startswith(LAW):
        found = cadence(value.removeprefix(LAW))
    elif wanted := key(value):
        found = queries.templates(user, at).filter(pk=wanted).first()
    if found is None:
        raise errors.TemplateUnknown
    return found


def _days(days: int) -> str:
    return ngettext("{n} ngày", "{n} ngày", days).format(n=days) + _(", theo giờ của mẫu")
