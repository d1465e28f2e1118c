"""The programme of a commune: its sessions, what plays in them, days off, the hours of an area,
and clashes.
"""

from django.db import models
from django.db.models import F, Q

from nguon.areas.fields import AreaField
from nguon.broadcasts.states import ClashState, DayKind, Decided, SlotKind
from nguon.kernel.ids import uuid7


class Programme(models.Model):
    """Who changed the programme of a commune last; two people who change one day meet on this row."""

    place = models.OneToOneField("organisations.Place", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    compiled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.place_id} {self.version}"


class Session(models.Model):
    """A time of the day at which a commune broadcasts (phiên phát): 05:00 for 15 minutes, on these
    weekdays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField(db_index=True)
    name = models.CharField(max_length=60)
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    weekdays = models.CharField(max_length=7, default="0123456")  # digits, Monday is 0
    first = models.DateField()
    last = models.DateField(null=True, blank=True)
    on_days_off = models.BooleanField(default=True)
    # One turn of the commune's loudspeakers after the other, each for so many minutes (docs/adr/041).
    staggered = models.BooleanField(default=False)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=360), name="session_length"),
            models.CheckConstraint(condition=~Q(weekdays=""), name="session_on_some_day"),
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="session_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}"


class Slot(models.Model):
    """One line of a session's playlist (mục): a bulletin, on the days of an RFC 5545 rule; or a filler, which
    plays when there is room for the whole of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="slots")
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=SlotKind.choices, default=SlotKind.ITEM)
    position = models.FloatField()
    rrule = models.CharField(max_length=200, default="FREQ=DAILY")
    first = models.DateField()
    last = models.DateField(null=True, blank=True)  # none: topped up day by day
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="slot_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.position}"


class Skip(models.Model):
    """A line of a playlist that somebody left out on one day."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="skips")
    day = models.DateField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "day"], name="skip_once")]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.day}"


class DayOff(models.Model):
    """A day off (ngày nghỉ): yearly or yearly by the lunar calendar, for an area and all within it, when only
    sessions play that say so; or one day on which nothing plays.
    """

    area = AreaField(db_index=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=DayKind.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(default=1)  # from that day on
    before = models.PositiveSmallIntegerField(default=0)  # and so many days before it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "year", "month", "day"], name="day_off_once"),
            models.CheckConstraint(
                condition=Q(kind=DayKind.ONCE, year__isnull=False)
                | ~Q(kind=DayKind.ONCE) & Q(year__isnull=True),
                name="day_off_of_one_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HourRule(models.Model):
    """How much may be broadcast within an area (khung giờ phát); the narrowest area counts.

    `designation` ("Phường", "Xã"; "" for all) says for which communes. The signer reads the same rows.
    """

    area = AreaField(db_index=True)
    designation = models.CharField(max_length=30, blank=True)
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()  # of one session
    weekdays = models.CharField(max_length=7, default="0123456")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "designation"], name="hour_rule_once"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="hour_rule_quiet_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.designation}"


class Clash(models.Model):
    """What was to be placed where something plays already (va chạm): a question to the commune, its answer
    beside it for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = AreaField(db_index=True)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.PROTECT, related_name="+")
    wanted_at = models.DateTimeField()
    met = models.ForeignKey("broadcasts.Airing", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ClashState.choices, default=ClashState.OPEN)
    decision = models.CharField(max_length=8, choices=Decided.choices, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    airing = models.ForeignKey(
        "broadcasts.Airing", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "clashes"
        constraints = [
            models.UniqueConstraint(fields=["area", "revision", "wanted_at"], name="clash_asked_once"),
            models.CheckConstraint(
                condition=Q(
                    state=ClashState.OPEN, decision="", decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(state=ClashState.DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decision=""),
                name="clash_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.wanted_at:%Y-%m-%d %H:%M}"
