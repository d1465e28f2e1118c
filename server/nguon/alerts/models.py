"""Templates that were approved in peacetime, alerts that two people sign, and each of their soundings."""

from django.db import models
from django.db.models import F, Q

from nguon.accounts.models import Touch
from nguon.alerts.states import Channel, Ending, Hazard, Kind, Level, Sent, State
from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7


class Template(models.Model):
    """Words for a hazard and level (mẫu báo động), spoken and approved by a second person beforehand, so that
    loudspeakers have their sound before anybody needs it.

    `extra` is a sentence of its own with places to fill in ({sông}, {mức}, {giờ}), spoken after the text.
    `offsets` (s from the first sounding) and then `every_s` are when it is repeated, for `lasts_s` in all.
    A `phrase` has a name that loudspeakers know ("attention"): nobody picks it as an alert.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=40)
    phrase = models.BooleanField(default=False)
    hazard = models.CharField(max_length=12, choices=Hazard.choices, default=Hazard.OTHER)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.URGENT)
    language = models.CharField(max_length=12, default="vi")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    extra = models.TextField(blank=True)
    siren = models.BooleanField(default=True)
    repeat = models.PositiveSmallIntegerField(default=2)
    offsets = models.JSONField(default=list)
    every_s = models.PositiveIntegerField(default=0)
    lasts_s = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=200, blank=True)  # the law or guidance that its rhythm follows
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    rendering = models.ForeignKey("audio.Rendering", on_delete=models.PROTECT, null=True, related_name="+")
    # A recording of these words, or of them in `language`, that an officer brought.
    voice = models.ForeignKey("audio.Upload", on_delete=models.PROTECT, null=True, related_name="+")
    # Heard after the text, in other languages: [[language, SHA-256], ...], recorded and approved with it.
    tongues = models.JSONField(default=list)
    media = models.ForeignKey("audio.Media", on_delete=models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False, media__isnull=False),
                name="alert_template_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")),
                name="alert_template_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["area", "slug", "language"],
                condition=Q(approved_at__isnull=False, ended_at__isnull=True),
                name="alert_template_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Alert(models.Model):
    """One alert, or one drill (báo động): frozen before the first signature, under one content hash.

    `loudspeakers` and `people` are how many there were in its targets at that moment (`people` 0: unknown).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hazard = models.CharField(max_length=12, choices=Hazard.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    title = models.CharField(max_length=200)
    text = models.TextField()
    spoken_text = models.TextField(blank=True)
    first = models.ForeignKey("audio.Rendering", on_delete=models.PROTECT, null=True, related_name="+")
    again = models.ForeignKey("audio.Rendering", on_delete=models.PROTECT, null=True, related_name="+")
    # What an officer recorded or brought for it, while nothing has sounded.
    voice = models.ForeignKey("audio.Upload", on_delete=models.PROTECT, null=True, related_name="+")
    media = models.ForeignKey("audio.Media", on_delete=models.PROTECT, null=True, related_name="+")
    replay = models.ForeignKey("audio.Media", on_delete=models.PROTECT, null=True, related_name="+")
    sounds = models.JSONField(default=list)
    correction_sounds = models.JSONField(default=list)
    correction_media = models.ForeignKey("audio.Media", on_delete=models.PROTECT, null=True, related_name="+")
    all_clear_sounds = models.JSONField(default=list)
    all_clear_media = models.ForeignKey("audio.Media", on_delete=models.PROTECT, null=True, related_name="+")
    repeat = models.PositiveSmallIntegerField(default=1)
    offsets = models.JSONField(default=list)
    every_s = models.PositiveIntegerField(default=0)
    lasts_s = models.PositiveIntegerField(default=0)
    loudspeakers = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    content_sha256 = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREPARING)
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # The newer word on the same thing, in the same places or more.
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced")
    ending = models.CharField(max_length=9, choices=Ending.choices, blank=True)
    reviewed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.CharField(max_length=500, blank=True)
    # Where it came from, when another system asked for it (CAP): its sender and identifier.
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_at__isnull=False) & ~Q(ending="")
                | ~Q(state=State.ENDED) & Q(ended_at__isnull=True, ending=""),
                name="alert_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(ending=Ending.REPLACED) & ~Q(replaced_by=F("id")),
                name="alert_replaced_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.WAITING, State.SOUNDING]) | ~Q(content_sha256=""),
                name="alert_signed_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SOUNDING) | Q(signed_at__isnull=False), name="alert_sounds_signed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=[State.PREPARING, State.READY, State.WAITING, State.SOUNDING]),
                name="alert_open",
            ),
            models.Index(fields=["-made_at"], name="alert_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class Target(models.Model):
    """One area that an alert is for; `area` is where it lay that day."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="targets")
    target = models.CharField(max_length=120)
    area = AreaField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "target"], name="alert_target_once")]

    def __str__(self) -> str:
        return self.target


class Signature(Touch):
    """One officer's word over an alert's content (chữ ký): part 1 or 2, never one person for both."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="signatures")
    part = models.PositiveSmallIntegerField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "by"], name="alert_signed_by_two_people"),
            models.UniqueConstraint(fields=["alert", "part"], name="alert_signature_once"),
            models.CheckConstraint(condition=Q(part__in=[1, 2]), name="alert_signature_part"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.part}"


class Step(models.Model):
    """One sounding of an alert (lượt phát): its id is the id by which loudspeakers prove it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="alert_step_once")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.number}"


class Message(models.Model):
    """A message to somebody who works where a loudspeaker stayed silent (tin nhắn), once a person and
    channel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="messages")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("staff.Staff", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.SMS)
    state = models.CharField(max_length=8, choices=Sent.choices, default=Sent.WAITING)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "staff", "channel"], name="alert_message_once_a_channel")
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.state}"
