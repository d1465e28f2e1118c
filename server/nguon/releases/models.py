"""Newer programs of loudspeakers, and each loudspeaker's turn."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.releases.states import LIMIT, SOAK_MINUTES, WAVES, ReleaseState, TurnState


class Release(models.Model):
    """One newer program of one hardware model (bản phần mềm), and how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = AreaField()  # its loudspeakers stand in it
    model = models.CharField(max_length=60)
    number = models.BigIntegerField()  # the document's `v`
    version = models.CharField(max_length=40)  # what a loudspeaker that runs it says of itself
    document = models.CharField(max_length=64)
    bundle = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    notes = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=ReleaseState.choices, default=ReleaseState.WAITING)
    wave = models.PositiveSmallIntegerField(default=0)  # 0: none is open
    opened_at = models.DateTimeField(null=True, blank=True)  # the wave
    well_since = models.DateTimeField(null=True, blank=True)  # since when enough of the wave are well
    soak_minutes = models.PositiveIntegerField(default=SOAK_MINUTES)
    limit = models.PositiveSmallIntegerField(default=LIMIT)
    reason = models.CharField(max_length=300, blank=True)  # why it halted, was refused or withdrawn
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "document"], name="release_once"),
            models.UniqueConstraint(
                fields=["area", "model"],
                condition=Q(state__in=[ReleaseState.ROLLING, ReleaseState.HALTED]),
                name="release_one_under_way",
            ),
            models.CheckConstraint(name="release_wave", condition=Q(wave__lte=len(WAVES))),
            models.CheckConstraint(
                name="release_halted_says_why",
                condition=~Q(state__in=[ReleaseState.HALTED, ReleaseState.REFUSED, ReleaseState.WITHDRAWN])
                | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="release_wave_has_begun",
                condition=Q(wave=0, opened_at__isnull=True) | Q(wave__gt=0, opened_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["area", "-at"], name="release_of_area")]

    def __str__(self) -> str:
        return f"{self.model} {self.version}"


class Turn(models.Model):
    """One loudspeaker of a release: its wave, and what became of it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="turns")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    wave = models.PositiveSmallIntegerField()
    offered_at = models.DateTimeField()
    # Whether it was there when it was offered: who was away already does not count.
    counted = models.BooleanField(default=True)
    # A person looked at it and let the release go on all the same.
    excused = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=TurnState.choices, default=TurnState.OFFERED)
    reason = models.CharField(max_length=40, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "device"], name="turn_once")]
        indexes = [models.Index(fields=["device"], name="turn_of_device")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.device_id} {self.state}"
