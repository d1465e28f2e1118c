"""How each loudspeaker is now, how it was, and what is wrong with it."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.health.states import TO_MEND, AlarmKind, Line, TicketState
from nguon.kernel.ids import uuid7


class Measured(models.Model):
    """What a loudspeaker says of itself once; nothing that is not measured has a value."""

    mains = models.BooleanField(null=True)
    battery = models.SmallIntegerField(null=True)  # per cent
    temp = models.FloatField(null=True)  # degrees Celsius
    disk = models.SmallIntegerField(null=True)  # per cent used
    signal = models.SmallIntegerField(null=True)  # dBm
    amp_ma = models.IntegerField(null=True)  # current of the amplifier
    line = models.CharField(max_length=5, choices=Line.choices, default=Line.UNKNOWN, blank=True)
    sound = models.BooleanField(null=True)  # does the microphone beside the horn hear it?
    volume = models.SmallIntegerField(null=True)
    playing = models.UUIDField(null=True)
    muted = models.BooleanField(default=False)

    class Meta:
        abstract = True


class State(Measured):
    """The last word of each loudspeaker, and since when a contradiction in it lasts."""

    device = models.OneToOneField(
        "devices.Device", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()  # ours: a device's clock may be wrong by years
    net = models.CharField(max_length=12, blank=True)
    inputs = models.CharField(max_length=20, blank=True)
    skew_s = models.IntegerField(null=True)  # its clock less ours
    kept_at = models.DateTimeField()
    mains_lost_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)  # it says that it plays, and no sound is measured
    loud_at = models.DateTimeField(null=True)  # sound is measured, and it plays nothing
    heard_at = models.DateTimeField(null=True)  # last time that both agreed
    clock_bad_at = models.DateTimeField(null=True)
    flooded_at = models.DateTimeField(null=True)
    impostor_at = models.DateTimeField(null=True)  # somebody asked in its name with another key
    dropped = models.PositiveBigIntegerField(default=0)  # messages that were too many or no health

    class Meta:
        db_table = "health_state"

    def __str__(self) -> str:
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Sample(Measured):
    """A word of a loudspeaker that is kept: partitioned by month, made ahead and dropped by `partitions`."""

    pk = models.CompositePrimaryKey("device_id", "at")
    device_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "health_sample"

    def __str__(self) -> str:
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Alarm(models.Model):
    """Something that is wrong with one loudspeaker (cảnh báo), until it is right again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AlarmKind.choices)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"], condition=Q(cleared_at__isnull=True), name="alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="alarm_seen_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["device", "-raised_at"], name="alarm_of_device"),
            models.Index(fields=["-raised_at"], condition=Q(cleared_at__isnull=True), name="alarm_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.device_id}"


class Ticket(models.Model):
    """A fault of one loudspeaker (phiếu sự cố): who mends it, until when, and what was done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=TicketState.choices, default=TicketState.OPEN)
    assignee = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_date = models.DateField()
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    done = models.TextField(blank=True)  # what was done, in the words of who did it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=TicketState.DONE) | (~Q(done="") & Q(closed_at__isnull=False)),
                name="ticket_done_says_what",
            ),
            models.UniqueConstraint(
                fields=["alarm"], condition=Q(state__in=TO_MEND), name="ticket_once_an_alarm"
            ),
        ]
        indexes = [
            models.Index(fields=["device", "-opened_at"], name="ticket_of_device"),
            models.Index(fields=["due_date"], condition=Q(state__in=TO_MEND), name="ticket_to_mend"),
        ]

    def __str__(self) -> str:
        return self.title


class TicketEntry(models.Model):
    """One line of a ticket's history: a move, words, a spare part with its cost; nobody changes one."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TicketState.choices, blank=True)  # moved to
    text = models.TextField(blank=True)
    part = models.CharField(max_length=120, blank=True)
    quantity = models.PositiveIntegerField(default=0)
    cost = models.PositiveBigIntegerField(default=0)  # đồng, of the whole line

    class Meta:
        verbose_name_plural = "ticket entries"
        indexes = [models.Index(fields=["ticket", "at"], name="ticket_history")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at:%Y-%m-%d} {self.state}{self.part}"


class Maintenance(models.Model):
    """Work that was announced (bảo trì): until its end nobody is told that these loudspeakers are silent.

    It is of one pole, or of all loudspeakers of an area; of a station it is of the station's own area.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = AreaField()
    line = models.ForeignKey(
        "devices.Registered", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    responsible = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # when somebody ended it before its time

    class Meta:
        verbose_name_plural = "maintenance"
        constraints = [
            models.CheckConstraint(name="maintenance_period", condition=Q(starts_at__lt=models.F("ends_at"))),
            models.CheckConstraint(name="maintenance_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="maintenance_of_one_thing",
                condition=Q(line__isnull=True) | Q(station__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(ended_at__isnull=True), name="maintenance_open")
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.starts_at:%Y-%m-%d %H:%M}"


class AreaDay(models.Model):
    """What was heard of the loudspeakers of one area on one day, by the receipts that came on it."""

    pk = models.CompositePrimaryKey("area", "day")
    area = AreaField()  # the loudspeakers' own: a village where they stand at one
    day = models.DateField()
    heard = models.PositiveIntegerField()  # loudspeakers of which anything sounded
    played = models.PositiveIntegerField()
    partly = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    seconds = models.PositiveBigIntegerField()

    class Meta:
        db_table = "health_areaday"
        indexes = [models.Index(fields=["day", "area"], name="health_day")]

    def __str__(self) -> str:
        return f"{self.area} {self.day}"


class AreaHour(models.Model):
    """How many loudspeakers of one commune were there in one hour, of the looks at it every five minutes."""

    pk = models.CompositePrimaryKey("area", "hour")
    area = AreaField()
    hour = models.DateTimeField()
    total = models.PositiveIntegerField()
    online = models.PositiveIntegerField()  # at worst
    playing = models.PositiveIntegerField()  # at best
    wrong = models.PositiveIntegerField()  # with an alarm, at worst
    mended = models.PositiveIntegerField(default=0)  # away for announced work, at most: not lost

    class Meta:
        db_table = "health_areahour"

    def __str__(self) -> str:
        return f"{self.area} {self.hour:%Y-%m-%d %H}"
