"""What an area asks of approvals beyond the law: a second person, and time before the first airing."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.bulletins.states import Priority, Topic
from nguon.kernel.ids import uuid7


class ReviewRule(models.Model):
    """One rule of an area (quy định duyệt) for bulletins that play in it; empty topic and priority: for all.

    It counts for what is submitted while it stands: `made_at` ≤ t < `ended_at`. Never changed, only ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    topic = models.PositiveSmallIntegerField(choices=Topic.choices, null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, null=True, blank=True)
    second = models.BooleanField(default=False)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)  # decided so long before the first airing
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second=True) | Q(hours__isnull=False), name="review_rule_asks_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="review_rule_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["area"], name="review_rule_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.topic or '*'} {self.priority or '*'}"
