"""The editorial plan (kế hoạch biên tập): its items, who does which step until when, their scripts; and the
shared library."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.audio.models import Media
from nguon.bulletins.states import ContentType, Topic
from nguon.kernel.ids import uuid7
from nguon.production.states import WORK, Stage


class Item(models.Model):
    """One thing that an area means to make (mục kế hoạch): from the idea to its place in the programme."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    title = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    topic = models.PositiveSmallIntegerField(choices=Topic.choices, default=Topic.GENERAL)
    content_type = models.PositiveSmallIntegerField(choices=ContentType.choices, default=ContentType.AUDIO)
    campaign = models.ForeignKey(
        "bulletins.Campaign", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    template = models.ForeignKey(
        "bulletins.Template", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    cadence = models.CharField(max_length=40, blank=True)  # or a template of the law, by its slug
    air_date = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.IDEA)
    reason = models.CharField(max_length=300, blank=True)  # why it was sent back last, or given up
    bulletin = models.OneToOneField(
        "bulletins.Bulletin", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plan_item_has_a_title"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="plan_item_stage_known"),
            models.CheckConstraint(
                condition=Q(cadence="") | Q(template__isnull=True), name="plan_item_one_template"
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.GIVEN_UP) | ~Q(reason=""), name="plan_item_given_up_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "stage"], name="plan_item_area_stage"),
            models.Index(fields=["-changed_at"], name="plan_item_changed"),
        ]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """Whose one step of an item is (việc), and until the end of which day."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tasks")
    stage = models.CharField(max_length=10, choices=[(one.value, one.label) for one in WORK])
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    near_at = models.DateTimeField(null=True, blank=True)  # when its person was reminded
    late_at = models.DateTimeField(null=True, blank=True)  # when it was told that the day is over

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "stage"], name="plan_task_once_a_stage"),
            models.CheckConstraint(condition=Q(stage__in=[*WORK]), name="plan_task_stage_known"),
        ]
        indexes = [models.Index(fields=["person", "due"], name="plan_task_person")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.stage} {self.due}"


class Script(models.Model):
    """One version of an item's text (bản kịch bản); never changed, a new one is written."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="scripts")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="plan_script_number_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class Asset(models.Model):
    """A sound or a file that an area shares with all who write there and below (tư liệu). A sound that was
    recorded or sent here comes as an `upload`, whose media is there when the worker has made it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    name = models.CharField(max_length=120)
    search = models.CharField(max_length=240, blank=True)
    media = models.ForeignKey(
        "audio.Media", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    upload = models.ForeignKey(
        "audio.Upload", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)
    filename = models.CharField(max_length=120, blank=True)
    mime = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="asset_has_a_name"),
            models.CheckConstraint(
                condition=Q(media__isnull=False, upload__isnull=True, sha256="")
                | Q(media__isnull=True, upload__isnull=False, sha256="")
                | Q(media__isnull=True, upload__isnull=True, sha256__regex=r"^[0-9a-f]{64}$"),
                name="asset_is_a_sound_or_a_file",
            ),
        ]
        indexes = [models.Index(fields=["area", "-made_at"], name="asset_area")]

    def __str__(self) -> str:
        return self.name

    @property
    def sound(self) -> Media | None:
        """This property will return the finished sound; None for a file, or while one is being made."""
        return self.upload.media if self.upload else self.media


class Material(models.Model):
    """Something of the library beside an item's script."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="materials")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "asset"], name="material_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.asset_id}"
