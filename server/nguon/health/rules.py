"""When something is wrong: bounds in one place, none of them hidden in a query; and who sees to it."""

from datetime import datetime

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.devices.rules import KEEPERS

SILENT_MA = 50
"""Below it an amplifier gives nothing: a horn of 15 W at 5 % of its volume draws more."""
LOUD_MA = 150
"""From it on an amplifier gives sound; between the two nothing is said."""
CLOCK_WRONG_S = 120
"""Beacons set the clock to a second; a plan plays within 60 s of its instant (LSP-1 rule 10)."""
HOTTER = 5
"""Degrees: so much more or less is worth a sample of its own."""
CONFIRMED_S = 45
"""A contradiction of sound and word must last until the next word, a minute later."""
MAINS_S = 60
CLOCK_S = 180
"""A box that has just been switched on knows no time for a moment."""
LOST_S = 300
FLOOD_S = 300
STRANGE_S = 30
"""So long may a loudspeaker play something before its order must be known here."""
UNSTARTED_S = 90
"""How long after its time an accepted order may be without sound, on a loudspeaker that is there."""
HALF_S = 300
"""How long after an officer let a box join it may be without a first word."""
SLOW_S = 60
"""How long after its time an order may be without a word of a loudspeaker that is there."""
BATTERY_LOW, BATTERY_GOOD = 20, 30
DISK_FULL, DISK_FREE = 95, 90
HOT, COOL = 75, 65
"""Each pair: raised at the first, cleared at the second, so that nothing flickers."""

ANSWERERS = (*KEEPERS, Role.DUTY)


def can_answer(user: User, area: str, at: datetime) -> bool:
    """This function will say whether a person may take an alarm or a ticket of an area upon them."""
    return any(has_role(user, role, area, at) for role in ANSWERERS)
