"""What stands around bulletins: campaigns, templates, files beside them, versions in other languages."""

from django.db import models
from django.db.models import F, Q

from nguon.areas.fields import AreaField
from nguon.bulletins.states import ContentType, Essential, Priority, Topic
from nguon.kernel.ids import uuid7


class Campaign(models.Model):
    """A campaign (chiến dịch, đợt tuyên truyền) by decision or theme; everybody in its area may join it.

    `number` is its place in the yearly guidance (I.1); `place` is empty for one of the whole country.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = AreaField()
    number = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=300)
    decision = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    issued_by = models.CharField(max_length=200, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    search = models.TextField(blank=True)
    made_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="campaign_has_a_title"),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True)
                | Q(last_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="campaign_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(place__isnull=True) & ~Q(number=""),
                name="campaign_number_once",
            ),
        ]
        indexes = [models.Index(fields=["area"], name="campaign_area")]

    def __str__(self) -> str:
        return self.title


class Template(models.Model):
    """A bulletin to begin from (mẫu bản tin), of one area and those inside it.

    `rrule` (RFC 5545) and `days` (how many from the first one on) say the times; empty for none. Those that
    the law gives are no rows (`states.cadences`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    topic = models.PositiveSmallIntegerField(choices=Topic.choices, default=Topic.GENERAL)
    essential = models.CharField(max_length=20, choices=Essential.choices, default=Essential.NONE, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    content_type = models.PositiveSmallIntegerField(choices=ContentType.choices, default=ContentType.AUDIO)
    rrule = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="template_has_a_name")]
        indexes = [models.Index(fields=["area"], name="template_area")]

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A file beside a bulletin (tệp đính kèm), for portals and boards; its bytes are in the store of sounds,
    by hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.CASCADE, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & Q(size__gt=0), name="attachment_whole"
            ),
            models.UniqueConstraint(fields=["revision", "sha256"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return self.filename


class Version(models.Model):
    """The same bulletin in one more language (bản ngôn ngữ): own title and text, own recording."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=3)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    upload = models.ForeignKey(
        "audio.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "language"], name="version_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.revision_id}"
