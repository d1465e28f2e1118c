"""What hangs on agencies and facilities in apps above goes to the successor when one is succeeded.

As with followers (docs/adr/012) this app knows none of them: each registers itself when it is loaded.
"""

from typing import Protocol

from nguon.organisations.models import Agency, Facility


class Heir(Protocol):
    """One kind of thing that hangs on agencies or facilities."""

    kind: str

    def count(self, body: Agency | Facility) -> int:
        """This function will count what hangs on a body now, so that it may not simply end."""

    def hand_over(self, origin: Agency | Facility, successor: Agency | Facility) -> None:
        """This function will hang it all on the successor, inside the transaction of the succession."""


_REGISTERED: dict[str, Heir] = {}


def register_heir(heir: Heir) -> None:
    """This function will have a kind of thing inherited from now on; again with the same kind replaces it."""
    _REGISTERED[heir.kind] = heir


def heirs() -> list[Heir]:
    """This function will return all kinds, in the order of the apps."""
    return list(_REGISTERED.values())
