"""What of this app follows when areas move: how words are read there, and how the area is spoken to."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.audio.models import AreaManner, Pronunciation
from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, move_rows, register_follower


class Readings:
    """The dictionary: of two places that become one, the newer entry of a word counts."""

    kind = "pronunciation"
    label = _("Cách đọc trong từ điển")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the entries at exactly these areas."""
        return Pronunciation.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: the entries of a divided place go with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the entries their new areas."""
        return move_rows(Pronunciation.objects.all(), moves, self.kind)


class Manners:
    """How areas are spoken to: of two places that become one, the newer counts."""

    kind = "manner"
    label = _("Cách đọc mặc định của địa bàn")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the areas among these that have a manner of their own."""
        rows = AreaManner.objects.filter(area__in=list(areas))
        return rows.order_by().values("area").distinct().count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the manners their new areas."""
        return move_rows(AreaManner.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have the dictionary and the manners follow."""
    register_follower(Readings())
    register_follower(Manners())
