"""What of this app follows when areas move: the plan."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.journal.actions import Actor
from nguon.organisations.actions import Item as Choice
from nguon.organisations.actions import Moves, move_rows, register_follower
from nguon.production.models import Asset, Item


class Plan:
    """What an area means to make."""

    kind = "plan-item"
    label = _("Kế hoạch biên tập")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the items at exactly these areas."""
        return Item.objects.filter(area__in=list(areas)).count()

    def items(self, area: str, at: datetime) -> list[Choice]:
        """This function will name none: the plan of a divided place goes with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the items their new areas."""
        return move_rows(Item.objects.all(), moves, self.kind)


class Library:
    """What an area shares."""

    kind = "asset"
    label = _("Kho tư liệu")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count what these very areas share."""
        return Asset.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Choice]:
        """This function will name none: the library of a divided place goes with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the library its new areas."""
        return move_rows(Asset.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have the plan and the library follow."""
    register_follower(Plan())
    register_follower(Library())
