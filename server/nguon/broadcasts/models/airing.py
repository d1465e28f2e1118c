"""Airings: the instants at which an approved revision is to play."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.broadcasts.states import AiringState


class Airing(models.Model):
    """One planned play of one revision (lượt phát); its id is the item id that loudspeakers obey.

    With an `area` it was put into the programme of that commune, and sounds there alone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    immediate = models.BooleanField(default=False)
    # Put into the programme of this commune, by this person, then; "": its times were approved with it.
    area = AreaField(blank=True, default="")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    placed_at = models.DateTimeField(null=True, blank=True)
    # The line of a session's playlist that it was compiled from; none: placed by hand.
    slot = models.ForeignKey(
        "broadcasts.Slot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The turn of loudspeakers that hear it (so le); none: all of its places together.
    group = models.ForeignKey(
        "devices.DeviceGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=AiringState.choices, default=AiringState.PLANNED)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=models.F("at")), name="airing_ends_after_start"),
            models.UniqueConstraint(
                fields=["revision", "at", "area", "group"],
                name="airing_once_at_an_instant",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | ~Q(area=""), name="airing_turn_of_commune"
            ),
            models.CheckConstraint(
                condition=Q(area="", by__isnull=True, placed_at__isnull=True)
                | ~Q(area="") & Q(by__isnull=False, placed_at__isnull=False, immediate=False),
                name="airing_placed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="airing_at"),
            models.Index(fields=["ends_at"], name="airing_ends_at"),
            models.Index(fields=["area", "at"], name="airing_area_at", condition=~Q(area="")),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.at:%Y-%m-%d %H:%M:%S}"
