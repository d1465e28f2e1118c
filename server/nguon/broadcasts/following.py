"""What of this app follows when areas move: nothing by itself. The airings to come are told beforehand; the
bulletins that they belong to are taken back, which cancels them.
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.broadcasts.models import Airing, Session
from nguon.broadcasts.states import AiringState
from nguon.bulletins.models import Target
from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, move_rows, register_follower


class Airings:
    """Planned airings to come."""

    kind = "airing"
    label = _("Lượt phát sẽ hủy, chờ duyệt lại")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the airings to come at these areas."""
        there = Target.objects.filter(area__in=list(areas)).values("revision")
        rows = Airing.objects.filter(
            revision__in=there, state=AiringState.PLANNED, immediate=False, at__gt=at
        )
        return rows.count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will leave the airings to the withdrawal of their bulletins."""
        return 0


class Sessions:
    """Sessions of communes: their hours go on in the commune that takes the land over."""

    kind = "session"
    label = _("Phiên phát trong chương trình")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the open sessions at these areas."""
        return Session.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the sessions their new areas; what they played waits for a new approval."""
        return move_rows(Session.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have the airings told, and the sessions follow."""
    register_follower(Airings())
    register_follower(Sessions())
