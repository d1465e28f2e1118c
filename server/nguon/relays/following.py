"""What of this app follows when areas move: stations; bookings are ended, and told beforehand."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, register_follower
from nguon.relays.models import Booking, Source, Target
from nguon.relays.states import State


class Stations:
    """Stations of an area."""

    kind = "relay_source"
    label = _("Nguồn tiếp sóng")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the stations in use of exactly these areas."""
        return Source.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: the stations of a divided place go to its first part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the stations their new areas."""
        moved = 0
        for row in Source.objects.filter(area__in=moves.touched):
            if (new := moves.of(row.area, f"{self.kind}:{row.pk}")) != row.area:
                row.area = new
                row.save(update_fields=["area"])
                moved += 1
        return moved


class Bookings:
    """Bookings that are heard there: what was signed for names the old places."""

    kind = "relay"
    label = _("Lịch tiếp sóng sẽ ngừng, phải lập lại")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the bookings at exactly these areas."""
        return self._at(areas).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will end the bookings of the areas that moved."""
        return self._at(moves.touched).update(state=State.ENDED, ended_at=at)

    def _at(self, areas: Collection[str]) -> QuerySet[Booking]:
        there = Target.objects.filter(area__in=list(areas)).values("booking")
        return Booking.objects.filter(pk__in=there, state__in=[State.WAITING, State.APPROVED])


def register() -> None:
    """This function will have the stations follow, and the bookings ended."""
    register_follower(Bookings())
    register_follower(Stations())
