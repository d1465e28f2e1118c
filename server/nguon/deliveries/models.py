"""Signed documents, what is known of each airing at each loudspeaker, and the receipts that prove it."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.deliveries.states import DeliveryState, TaskKind, TaskState
from nguon.kernel.ids import uuid7


class SigningTask(models.Model):
    """A request to the signer, identifiers only; kept until it is signed or refused, claimed with a lease."""

    kind = models.CharField(max_length=8, choices=TaskKind.choices)
    target = models.CharField(max_length=120)
    subject = models.UUIDField(null=True, blank=True)  # revision, stop or withdrawal; none for a plan
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.PENDING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Many changes of one target's plan before the signer came to it are one plan.
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(kind=TaskKind.PLAN, state=TaskState.PENDING),
                name="one_plan_request_a_target",
            ),
            models.UniqueConstraint(
                fields=["kind", "target", "subject"],
                condition=~Q(kind=TaskKind.PLAN),
                name="one_request_a_subject_and_target",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=[TaskState.PENDING, TaskState.SIGNING]),
                name="signing_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.state}"


class Document(models.Model):
    """A signed document as it was sent, word for word (LSP-1 envelope)."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    type = models.CharField(max_length=10)
    target = models.CharField(max_length=120, db_index=True)
    epoch = models.BigIntegerField()
    v = models.BigIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    items = models.JSONField(default=list)
    envelope = models.TextField()
    task = models.ForeignKey(SigningTask, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["type", "target", "-epoch", "-v"], name="document_latest")]

    def __str__(self) -> str:
        return f"{self.type} {self.target} {self.epoch}.{self.v}"


class ReleasedMedia(models.Model):
    """A sound that a signed document names: only these may be fetched without signing in."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class Delivery(models.Model):
    """What is known of one airing at one loudspeaker: the newest word of its receipts."""

    airing = models.ForeignKey("broadcasts.Airing", on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    seconds_ms = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    receipt_n = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["airing", "device"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[DeliveryState.REFUSED]) | ~Q(reason=""),
                name="delivery_refused_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["device", "-changed_at"], name="delivery_of_device"),
            models.Index(
                fields=["device"], condition=Q(state=DeliveryState.PLAYING), name="delivery_sounding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.airing_id} {self.device_id} {self.state}"


class Receipt(models.Model):
    """What a loudspeaker signed (biên nhận): append-only, numbered by the device, each naming the one
    before.
    """

    device = models.ForeignKey("devices.Device", on_delete=models.PROTECT, related_name="+")
    n = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    event = models.CharField(max_length=12)
    item = models.UUIDField(null=True, blank=True, db_index=True)
    document = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    seconds_ms = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    clock = models.CharField(max_length=10)
    envelope = models.TextField()
    received_at = models.DateTimeField()
    chained = models.BooleanField(default=True)
    after_revocation = models.BooleanField(default=False)  # kept as evidence, never believed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "n"], name="receipt_number_once")]
        indexes = [
            models.Index(fields=["-received_at"], name="receipt_newest"),
            models.Index(
                fields=["-received_at"],
                condition=Q(event="refused", reason__in=["threshold", "rollback"]),
                name="receipt_of_an_attack",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.n} {self.event}"


class Stop(models.Model):
    """A duty officer's order to fall silent (dừng phát) in one area."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.area} {self.at:%Y-%m-%d %H:%M:%S}"
