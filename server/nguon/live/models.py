"""Live sessions (phiên nói trực tiếp) and where they are heard."""

from django.db import models
from django.db.models import Q

from nguon.accounts.models import Touch
from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.live.states import LONGEST_MINUTES, Ending, Kind, State


class Session(Touch):
    """One person speaks at once to some loudspeakers; its id is the order's id that loudspeakers prove by.

    Of a relay (tiếp sóng) `by` is who approved its booking, and the proof stands there. Else the touch is
    that person's security key over the session's id, minutes and targets; a demo does without.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.VOICE)
    title = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # as the signer signed it
    heard_at = models.DateTimeField(null=True, blank=True)  # the last sound of the browser, within a second
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    recording = models.ForeignKey(
        "audio.Media", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES), name="live_minutes"
            ),
            models.CheckConstraint(
                condition=Q(state=State.READY) ^ Q(opened_at__isnull=False), name="live_opened_has_instant"
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_at__isnull=False) & ~Q(ending="")
                | ~Q(state=State.ENDED) & Q(ended_at__isnull=True, ending=""),
                name="live_ended_has_reason",
            ),
            models.UniqueConstraint(
                fields=["by"],
                condition=Q(state=State.OPEN, kind=Kind.VOICE),
                name="live_one_microphone_a_person",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="live_newest")]

    def __str__(self) -> str:
        return f"{self.title or self.pk} {self.state}"


class Target(models.Model):
    """One place, group or loudspeaker that hears a session; `area` is where it lay that day."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="targets")
    target = models.CharField(max_length=120)
    area = AreaField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "target"], name="live_target_once"),
        ]

    def __str__(self) -> str:
        return self.target
