"""What of this app follows when areas move: places that must not be disturbed."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.control.models import Calm
from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, move_rows, register_follower


class CalmPlaces:
    """Schools and hospitals; who they are does not change with the map."""

    kind = "calm"
    label = _("Nơi cần yên tĩnh")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the places at exactly these areas."""
        return Calm.objects.filter(area__in=list(areas)).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name the places of one area."""
        return [Item(f"calm:{row.pk}", row.name) for row in Calm.objects.filter(area=area).order_by("name")]

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give them their new areas."""
        return move_rows(Calm.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have these places follow."""
    register_follower(CalmPlaces())
