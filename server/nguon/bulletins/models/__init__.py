"""Bulletins (bản tin), their revisions, targets, approvals and withdrawals."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from nguon.accounts.models import Touch
from nguon.areas.fields import AreaField
from nguon.bulletins.models.describing import Described
from nguon.bulletins.models.newsroom import Attachment, Campaign, Template, Version
from nguon.bulletins.models.reviewing import ReviewRule
from nguon.bulletins.states import (
    SOUNDLESS,
    ContentType,
    Decision,
    Essential,
    Origin,
    Priority,
    State,
    TargetKind,
    Timing,
    Topic,
)
from nguon.bulletins.states.languages import VIETNAMESE
from nguon.kernel.ids import uuid7

__all__ = [
    "Approval",
    "Attachment",
    "Bulletin",
    "Campaign",
    "Hearing",
    "ReviewRule",
    "Revision",
    "SecondApproval",
    "Target",
    "Template",
    "Version",
    "Withdrawal",
]


class Bulletin(models.Model):
    """A bulletin (bản tin): what one writer wants people to hear; its content stands in its revisions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="descendants"
    )
    origin_kind = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="bulletin_state_known"),
            models.CheckConstraint(
                condition=Q(origin__isnull=True, origin_kind="")
                | Q(origin__isnull=False, origin_kind__in=Origin.values) & ~Q(origin=F("id")),
                name="bulletin_origin_and_its_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-changed_at"], name="bulletin_state_changed"),
            models.Index(fields=["-changed_at", "-id"], name="bulletin_changed"),
            models.Index(fields=["area"], name="bulletin_area"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Revision(Described):
    """One version of a bulletin's content; a trigger forbids any change once it is submitted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(default=1)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    topic = models.PositiveSmallIntegerField(choices=Topic.choices, default=Topic.GENERAL)
    essential = models.CharField(max_length=20, choices=Essential.choices, default=Essential.NONE, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    text = models.TextField(blank=True)
    spoken_text = models.TextField(blank=True)
    voice = models.CharField(max_length=80, blank=True)
    speed = models.PositiveSmallIntegerField(default=120)
    pause_ms = models.PositiveSmallIntegerField(default=0)
    jingle = models.CharField(max_length=20, blank=True, default="")
    spoken_own = models.BooleanField(default=False)  # the writer changed what the machine would read
    rendering = models.ForeignKey(
        "audio.Rendering", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    upload = models.ForeignKey(
        "audio.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    media = models.ForeignKey(
        "audio.Media", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    timing = models.CharField(max_length=10, choices=Timing.choices, default=Timing.NOW)
    starts_at = models.DateTimeField(null=True, blank=True)
    rrule = models.TextField(blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    search = models.TextField(blank=True)
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["id", "author"], name="revision_and_author"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | (
                    (Q(media__isnull=False) | Q(content_type__in=SOUNDLESS))
                    & ~Q(content_sha256="")
                    & ~Q(title="")
                ),
                name="revision_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | Q(timing__in=[Timing.NOW, Timing.PROGRAMME])
                | Q(starts_at__isnull=False),
                name="revision_submitted_with_a_time",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="revision_search", opclasses=["gin_trgm_ops"]),
            # What is rare is found by its own index, what is common soon by walking from the last changed on.
            models.Index(fields=["language"], name="revision_language", condition=~Q(language=VIETNAMESE)),
            models.Index(
                fields=["priority"], name="revision_priority", condition=~Q(priority=Priority.NORMAL)
            ),
            models.Index(
                fields=["content_type"], name="revision_type", condition=~Q(content_type=ContentType.AUDIO)
            ),
            models.Index(fields=["essential"], name="revision_essential", condition=~Q(essential="")),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Target(models.Model):
    """One line of where a revision plays (nơi phát): a place, a group or a single loudspeaker."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=6, choices=TargetKind.choices)
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        "devices.DeviceGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    device = models.ForeignKey(
        "devices.Device", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = AreaField()
    target = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "target"], name="target_once"),
            models.CheckConstraint(
                condition=Q(
                    kind=TargetKind.PLACE, place__isnull=False, group__isnull=True, device__isnull=True
                )
                | Q(kind=TargetKind.GROUP, place__isnull=True, group__isnull=False, device__isnull=True)
                | Q(kind=TargetKind.DEVICE, place__isnull=True, group__isnull=True, device__isnull=False),
                name="target_is_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["target"], name="target_target"),
            models.Index(fields=["area"], name="target_area"),
        ]

    def __str__(self) -> str:
        return self.target

    @property
    def named(self) -> Any:
        """This function will return the place, group or loudspeaker itself."""
        return self.place or self.group or self.device


class Hearing(models.Model):
    """How much of a revision's sound one person has played before deciding (đã nghe); only ever more.

    `spans` are the parts played, in ms from the start, merged and sorted: [[from, to], ...].
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="hearings")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    spans = models.JSONField(default=list)
    heard_ms = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "by"], name="hearing_once_a_person")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.revision_id} {self.heard_ms} ms"


class Approval(Touch):
    """The second person's decision on one revision (duyệt); never the author's own, and never changed.

    The touch is that person's security key over this revision and its content; a demo does without.
    """

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="approval")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64)
    heard_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("author")), name="approval_by_a_second_person"),
            models.CheckConstraint(
                condition=Q(decision=Decision.APPROVE) | ~Q(reason=""), name="approval_return_has_reason"
            ),
            models.UniqueConstraint(fields=["revision", "by"], name="approval_and_person"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.revision_id}"


class SecondApproval(Touch):
    """One more person's decision on a revision that reaches many communes (duyệt lần hai)."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="second_approval")
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.APPROVE)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    first_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    heard_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(by=F("author")) & ~Q(by=F("first_by")), name="second_approval_by_a_third_person"
            ),
        ]

    def __str__(self) -> str:
        return f"second {self.revision_id}"


class Withdrawal(models.Model):
    """An approved bulletin taken back everywhere (thu hồi)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bulletin = models.OneToOneField(Bulletin, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.bulletin_id}: {self.reason}"
