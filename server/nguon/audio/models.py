"""Sound: masters by hash, spoken renderings, uploads; how words are read, and how an area is spoken to."""

from django.db import models
from django.db.models import F, Q

from nguon.areas.fields import AreaField
from nguon.audio.errors import sentence
from nguon.audio.states import LONGEST_READING, LONGEST_WORD, State
from nguon.kernel.ids import uuid7


class Media(models.Model):
    """One finished sound (tệp âm thanh), named by the SHA-256 of its bytes; the bytes are in the store."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    mime = models.CharField(max_length=40, default="audio/ogg")
    size = models.PositiveBigIntegerField()
    duration_ms = models.PositiveIntegerField()
    loudness_lufs = models.FloatField()
    true_peak_dbtp = models.FloatField()
    peaks = models.BinaryField(
        default=b""
    )  # how loud from beginning to end, at most 240 steps, 255 the loudest
    silent = models.JSONField(default=list)  # [[from, to], ...] in ms, each at least two seconds
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="media_sha256_hex"),
            models.CheckConstraint(condition=Q(size__gt=0) & Q(duration_ms__gt=0), name="media_not_empty"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


def _done_has_media(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=~Q(state=State.DONE) | Q(media__isnull=False), name=name)


class Rendering(models.Model):
    """A text spoken in a manner (bản đọc); its key keeps the same from being spoken twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)
    spoken_text = models.TextField()
    voice = models.CharField(max_length=80)
    speed = models.PositiveSmallIntegerField()
    pause_ms = models.PositiveSmallIntegerField(default=0)
    jingle = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=40, blank=True)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="rendering_state_known"),
            _done_has_media("rendering_done_has_media"),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="rendering_state_changed")]

    def __str__(self) -> str:
        return f"{self.voice}: {self.spoken_text[:40]}"

    @property
    def problem(self) -> str:
        """This property will say why it failed, in the reader's language."""
        return sentence(self.error)


class Upload(models.Model):
    """A file of sound or video that an officer sent (tệp tải lên), whole or piece by piece.

    Of its `whole_ms` the part `from_ms` to `to_ms` is what plays: between the marks that the officer set, or
    without the silence at both ends, or all of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=40, blank=True)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trims_silence = models.BooleanField(default=True)
    wanted_from_ms = models.PositiveIntegerField(null=True, blank=True)
    wanted_to_ms = models.PositiveIntegerField(null=True, blank=True)
    whole_ms = models.PositiveIntegerField(null=True, blank=True)
    from_ms = models.PositiveIntegerField(null=True, blank=True)
    to_ms = models.PositiveIntegerField(null=True, blank=True)
    clipped = models.JSONField(
        default=list
    )  # [[from, to], ...] in ms of what plays: overdriven when recorded
    uploaded_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="upload_state_known"),
            _done_has_media("upload_done_has_media"),
            models.CheckConstraint(
                condition=Q(wanted_from_ms__isnull=True, wanted_to_ms__isnull=True)
                | Q(wanted_from_ms__lt=F("wanted_to_ms")),
                name="upload_marks_in_order",
            ),
            models.CheckConstraint(
                condition=Q(whole_ms__isnull=True, from_ms__isnull=True, to_ms__isnull=True)
                | Q(from_ms__lt=F("to_ms"), to_ms__lte=F("whole_ms")),
                name="upload_plays_a_part_of_the_whole",
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="upload_state_changed")]

    def __str__(self) -> str:
        return self.filename

    @property
    def problem(self) -> str:
        """This property will say why it failed, in the reader's language."""
        return sentence(self.error)


class Joined(models.Model):
    """Finished sounds one after the other as one (bản ghép); `parts` are their SHA-256 in their order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)
    parts = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    error = models.CharField(max_length=40, blank=True)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="joined_state_known"),
            _done_has_media("joined_done_has_media"),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="joined_state_changed")]

    def __str__(self) -> str:
        return self.key[:12]

    @property
    def problem(self) -> str:
        """This property will say why it failed, in the reader's language."""
        return sentence(self.error)


class Pronunciation(models.Model):
    """How a word is read aloud in an area and everything below it (cách đọc), until somebody ends it.

    What was spoken stays spoken: an entry counts for texts that are read from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    word = models.CharField(max_length=LONGEST_WORD)
    reading = models.CharField(max_length=LONGEST_READING)
    search = models.TextField()
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(word="") & ~Q(reading=""), name="pronunciation_not_empty"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="pronunciation_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["area", "ended_at"], name="pronunciation_area")]

    def __str__(self) -> str:
        return f"{self.word}: {self.reading}"


class AreaManner(models.Model):
    """How new bulletins of an area and everything below it are spoken unless their writer chooses otherwise
    (cách đọc mặc định); a newer row takes the place of an older one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    voice = models.CharField(max_length=80)
    speed = models.PositiveSmallIntegerField()
    pause_ms = models.PositiveSmallIntegerField()
    jingle = models.CharField(max_length=20, blank=True)
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["area", "-set_at"], name="areamanner_area")]

    def __str__(self) -> str:
        return f"{self.area}: {self.voice}"
