"""What of this app follows when areas move: drafts, and what was approved and is not over."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nguon.bulletins import actions
from nguon.bulletins.models import Campaign, ReviewRule, Template
from nguon.journal.actions import Actor
from nguon.organisations.actions import Item, Moves, move_rows, register_follower


class Open:
    """Bulletins without a decision: drafts, waiting, returned."""

    kind = "bulletin"
    label = _("Bản tin đang soạn hoặc chờ duyệt")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the open bulletins at these areas."""
        return actions.open_at(areas).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: a bulletin for a divided place goes to all of its parts."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the open bulletins their new places."""
        return actions.follow_open(moves, by=by, at=at)


class Approved:
    """Bulletins that are approved and not over."""

    kind = "approved"
    label = _("Bản tin đã duyệt, phải duyệt lại")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the approved bulletins at these areas that are not over."""
        return actions.approved_at(areas, at).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: there is nothing to choose."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will take them back and keep each as a draft with its new places."""
        return actions.follow_approved(moves, by=by, at=at)


class Campaigns:
    """Campaigns of an area; those of the whole country stay."""

    kind = "campaign"
    label = _("Chiến dịch của địa bàn")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the campaigns at exactly these areas."""
        return Campaign.objects.filter(area__in=list(areas), place__isnull=False).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: the campaigns of a divided place go with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the campaigns their new areas."""
        return move_rows(Campaign.objects.filter(place__isnull=False), moves, self.kind)


class Templates:
    """What bulletins of an area begin from."""

    kind = "template"
    label = _("Mẫu bản tin")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the templates at exactly these areas."""
        return Template.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: the templates of a divided place go with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the templates their new areas."""
        return move_rows(Template.objects.all(), moves, self.kind)


class Rules:
    """What an area asks of approvals."""

    kind = "review-rule"
    label = _("Quy định duyệt")

    def count(self, areas: Collection[str], at: datetime) -> int:
        """This function will count the rules at exactly these areas."""
        return ReviewRule.objects.filter(area__in=list(areas), ended_at__isnull=True).count()

    def items(self, area: str, at: datetime) -> list[Item]:
        """This function will name none: the rules of a divided place go with the bigger part."""
        return []

    def follow(self, moves: Moves, *, by: Actor | None, at: datetime) -> int:
        """This function will give the rules their new areas."""
        return move_rows(ReviewRule.objects.all(), moves, self.kind)


def register() -> None:
    """This function will have the approved bulletins follow, then the open ones, and what stands around."""
    register_follower(Approved())  # first: the drafts that it makes have their new places already
    register_follower(Open())
    register_follower(Campaigns())
    register_follower(Templates())
    register_follower(Rules())
