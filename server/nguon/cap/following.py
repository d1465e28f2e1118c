"""What of this app follows when areas move: senders and what was authorised. Messages stay as they came."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from nguon.cap.models import Authorisation, Sender
from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, register_follower


class _InUse:
    """Rows in use of exactly these areas get the new ones."""

    kind = ""

    def rows(self) -> QuerySet[Any]:
        """This function will return the rows in use."""
        raise NotImplementedError

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the rows in use of exactly these areas."""
        return self.rows().filter(area__in=list(areas)).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: what a divided place had goes to its first part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the rows their new areas."""
        moved = 0
        for row in self.rows().filter(area__in=moves.touched):
            if (new := moves.of(row.area, f"{self.kind}:{row.pk}")) != row.area:
                row.area = new
                row.save(update_fields=["area"])
                moved += 1
        return moved


class Senders(_InUse):
    """Senders of an area."""

    kind = "cap_sender"
    label = _("Nơi gửi tin cảnh báo")

    def rows(self) -> QuerySet[Any]:
        """This function will return the senders in use."""
        return Sender.objects.filter(ended_at__isnull=True)


class Authorisations(_InUse):
    """What an area has authorised."""

    kind = "cap_authorisation"
    label = _("Ủy quyền lập sẵn báo động")

    def rows(self) -> QuerySet[Any]:
        """This function will return the authorisations in force."""
        return Authorisation.objects.filter(ended_at__isnull=True)


def register() -> None:
    """This function will have senders and authorisations follow."""
    register_follower(Senders())
    register_follower(Authorisations())
