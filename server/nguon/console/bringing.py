"""Who may bring which kind of table, and where its rows may lie."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.audio.actions.dictionary_table import KIND as DICTIONARY
from nguon.audio.rules import TEACHERS
from nguon.console import mapping
from nguon.devices.rules import KEEPERS
from nguon.organisations.actions import TableKind, table_kinds
from nguon.organisations.rules import outermost
from nguon.staff.rules import KEEPS_STAFF
from nguon.stations.rules import KEEPERS as STATION_KEEPERS

# Whoever keeps the map brings what stands on it; other kinds name their own roles.
ROLES: dict[str, tuple[Role, ...]] = {
    "staff": KEEPS_STAFF,
    "devices": KEEPERS,
    "stations": STATION_KEEPERS,
    DICTIONARY: TEACHERS,
}


def areas_for(user: User, slug: str, at: datetime) -> list[str]:
    """This function will return where a person may add the lines of one kind of table."""
    own = rights(user, at)
    roles = ROLES.get(slug, (mapping.KEEPER,))
    return outermost([area for role in roles for area in own.areas_of(role)])


def kinds_for(user: User, at: datetime) -> list[TableKind]:
    """This function will return the kinds of tables that a person may bring."""
    return [kind for kind in table_kinds() if areas_for(user, kind.slug, at)]
