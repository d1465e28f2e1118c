"""Sources of relays, their bookings, the second person's word, and what was sent on which day."""

from django.db import models
from django.db.models import F, Q

from nguon.accounts.models import Touch
from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.relays.states import DEFAULT_SILENCE, Fallback, RunState, State


class Source(models.Model):
    """A station (nguồn tiếp sóng) as the people of an area may send it on; its address never changes: what
    was approved names it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = AreaField()
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    tried = models.JSONField(default=dict, blank=True)  # what `sound.Tried` found

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "url"], condition=Q(ended_at__isnull=True), name="relay_source_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    """Which source is sent on, on which days, from when until when, and where (lịch tiếp sóng)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="bookings")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    weekdays = models.CharField(max_length=7)  # of 1 (Monday) to 7, in order
    begins = models.TimeField()
    ends = models.TimeField()
    first_day = models.DateField()
    last_day = models.DateField()
    silence_s = models.PositiveSmallIntegerField(default=DEFAULT_SILENCE)
    fallback = models.CharField(max_length=8, choices=Fallback.choices, default=Fallback.PLAN)
    instead = models.ForeignKey(
        "bulletins.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    content_sha256 = models.CharField(max_length=64)
    known_at = models.DateTimeField(null=True, blank=True)  # when the signer saw it approved
    refused = models.CharField(max_length=40, blank=True)  # why the signer would sign nothing of it
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="relay_within_a_day"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="relay_days_in_order"),
            models.CheckConstraint(condition=~Q(weekdays=""), name="relay_has_a_weekday"),
            models.CheckConstraint(
                condition=Q(fallback=Fallback.PLAN, instead__isnull=True)
                | Q(fallback=Fallback.BULLETIN, instead__isnull=False),
                name="relay_fallback_is_there",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED) ^ Q(ended_at__isnull=True),
                name="relay_ended_has_instant",
            ),
            models.UniqueConstraint(fields=["id", "author"], name="relay_booking_and_author"),
        ]
        indexes = [models.Index(fields=["state", "last_day"], name="relay_state_day")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.begins:%H:%M}-{self.ends:%H:%M}"


class Target(models.Model):
    """One place, group or loudspeaker that hears a booking; `area` is where it lay when it was booked."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="targets")
    target = models.CharField(max_length=120)
    area = AreaField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "target"], name="relay_target_once")]
        indexes = [models.Index(fields=["area"], name="relay_target_area")]

    def __str__(self) -> str:
        return self.target


class Approval(Touch):
    """The second person's decision on one booking; the touch is that person's security key over exactly its
    content, a demo does without."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="approval")
    approved = models.BooleanField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("author")), name="relay_approved_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(approved=True) | ~Q(reason=""), name="relay_return_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approved} {self.booking_id}"


class Run(models.Model):
    """One day of a booking: when it began, what became of it, how much of the source was sent."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="runs")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.ON)
    began_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=40, blank=True)  # a slug: of a lost source, or of the signer
    sent_ms = models.PositiveIntegerField(default=0)
    instead_ms = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "day"], name="relay_run_once_a_day")]
        indexes = [models.Index(fields=["-began_at"], name="relay_run_newest")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.day}"


class Piece(models.Model):
    """A live session that a run was sent in: half an hour at most, and a new one after a loss or a stop."""

    session = models.OneToOneField(
        "live.Session", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="pieces")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pieces")

    def __str__(self) -> str:
        return str(self.session_id)
