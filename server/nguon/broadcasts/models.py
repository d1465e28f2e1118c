"""Airings: the instants at which an approved revision is to play."""

from django.db import models
from django.db.models import Q

from nguon.broadcasts.states import AiringState


class Airing(models.Model):
    """One planned play of one revision (lượt phát); its id is the item id that loudspeakers obey."""

    id = models.UUIDField(primary_key=True, editable=False)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    immediate = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=AiringState.choices, default=AiringState.PLANNED)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=models.F("at")), name="airing_ends_after_start"),
            models.UniqueConstraint(fields=["revision", "at"], name="airing_once_at_an_instant"),
        ]
        indexes = [
            models.Index(fields=["at"], name="airing_at"),
            models.Index(fields=["ends_at"], name="airing_ends_at"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.at:%Y-%m-%d %H:%M:%S}"
