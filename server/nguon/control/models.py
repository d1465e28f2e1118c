"""What loudspeakers are told, silent drills, and places that must not be disturbed."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.control.states import CalmKind, CommandKind, Outcome
from nguon.kernel.ids import uuid7


class Command(models.Model):
    """One order to loudspeakers (lệnh điều khiển); the signer reads it and judges it again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=7, choices=CommandKind.choices)
    area = AreaField()  # all its targets lie in it
    volume = models.PositiveSmallIntegerField(null=True, blank=True)
    hours = models.JSONField(default=list)  # [["07:00", "17:00", 40], ...]
    # What its person said, before the ceilings of what stands near were laid over.
    wished = models.JSONField(default=list)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="command_kind", condition=Q(kind__in=CommandKind.values)),
            models.CheckConstraint(
                name="command_volume",
                condition=Q(kind=CommandKind.VOLUME, volume__lte=100)
                | (~Q(kind=CommandKind.VOLUME) & Q(volume__isnull=True)),
            ),
            # What people hear has a person who answers for it; what nobody hears may be the clock's.
            models.CheckConstraint(
                name="command_has_person", condition=Q(kind=CommandKind.TEST) | Q(by__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["area", "-at"], name="command_of_area")]

    def __str__(self) -> str:
        return f"{self.kind} {self.area}"


class Setting(models.Model):
    """How loud one loudspeaker is told to be: the last command that says so."""

    device = models.OneToOneField(
        "devices.Device", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    command = models.ForeignKey(Command, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device_id} {self.command_id}"


class Drill(models.Model):
    """One silent drill of a commune, and what each loudspeaker showed (diễn tập im lặng)."""

    command = models.OneToOneField(Command, on_delete=models.PROTECT, related_name="drill", primary_key=True)
    area = AreaField()
    night = models.DateField()
    at = models.DateTimeField()
    nightly = models.BooleanField(default=True)  # else a person's
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "night"], condition=Q(nightly=True), name="drill_once_a_night"
            )
        ]
        indexes = [models.Index(fields=["night", "area"], name="drill_by_night")]

    def __str__(self) -> str:
        return f"{self.area} {self.night}"


class Answer(models.Model):
    """What one loudspeaker showed in one silent drill."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="answers")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drill", "device"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.outcome}"


class LogAnswer(models.Model):
    """The last lines of one loudspeaker's log, as it told them when it was asked (nhật ký máy)."""

    command = models.ForeignKey(Command, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey("devices.Device", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["command", "device"], name="log_once")]
        indexes = [models.Index(fields=["device", "-at"], name="log_of_device")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M}"


class Calm(models.Model):
    """A school, a hospital (nơi cần yên tĩnh): near it loudspeakers are no louder than so in these hours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=CalmKind.choices)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_m = models.PositiveIntegerField()
    volume = models.PositiveSmallIntegerField()
    starts = models.CharField(max_length=5)
    ends = models.CharField(max_length=5)

    class Meta:
        constraints = [
            models.CheckConstraint(name="calm_kind", condition=Q(kind__in=CalmKind.values)),
            models.CheckConstraint(name="calm_volume", condition=Q(volume__lte=100)),
            models.CheckConstraint(
                name="calm_position",
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]
        indexes = [models.Index(fields=["area"], name="calm_area")]

    def __str__(self) -> str:
        return self.name
