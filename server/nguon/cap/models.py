"""Who may send us messages, what came, for where, and what was decided."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.cap.states import Hazard, Nature, Part, State, Verdict, Way, Weight, Why
from nguon.kernel.ids import uuid7


class Sender(models.Model):
    """One that sends messages, pinned (nơi gửi): its own `sender`, by a credential or from a feed of its own,
    with a certificate if it signs. `seen` are the marks of a feed's entries that were looked at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    sender = models.CharField(max_length=300)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    feed = models.CharField(max_length=500, blank=True)
    token_sha256 = models.CharField(max_length=64, blank=True)
    certificate = models.TextField(blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    seen = models.JSONField(default=list)
    # How many messages it has sent since an instant: no sender may keep everybody else waiting.
    counted_from = models.DateTimeField(null=True, blank=True)
    counted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender"], condition=Q(ended_at__isnull=True), name="cap_sender_once"
            ),
            models.UniqueConstraint(
                fields=["token_sha256"], condition=~Q(token_sha256=""), name="cap_token_once"
            ),
            models.CheckConstraint(
                condition=~Q(token_sha256="") | ~Q(feed=""), name="cap_sender_has_a_way_in"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Received(models.Model):
    """One message that came (tin nhận), word for word in `xml`; sender, identifier and sent name it for ever.

    `why` says why nothing is to be decided, or why it was closed; `closed_by` is the message that did it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="received")
    identifier = models.CharField(max_length=300)
    sent = models.DateTimeField()
    kind = models.CharField(max_length=8)  # msgType
    nature = models.CharField(max_length=8, choices=Nature.choices)
    hazard = models.CharField(max_length=12, choices=Hazard.choices)
    weight = models.CharField(max_length=8, choices=Weight.choices)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    xml = models.BinaryField()
    signed = models.BooleanField(default=False)
    way = models.CharField(max_length=4, choices=Way.choices)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    closed_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unknown = models.JSONField(default=list)  # a sentence for each area that was not understood

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier", "sent"], name="cap_received_once"),
            models.CheckConstraint(
                condition=Q(state__in=[State.WAITING, State.DECIDED]) | ~Q(why=""), name="cap_over_has_why"
            ),
            # What is no real message waits for nobody who could make it real.
            models.CheckConstraint(
                condition=~Q(state__in=[State.WAITING, State.DECIDED])
                | Q(nature__in=[Nature.REAL, Nature.EXERCISE]),
                name="cap_test_is_never_real",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-received_at"], name="cap_received_state"),
            models.Index(fields=["-received_at"], name="cap_received_newest"),
        ]

    def __str__(self) -> str:
        return self.title or self.identifier


class Reference(models.Model):
    """One message that a message speaks of; it may come later, or never."""

    message = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="references")
    sender = models.CharField(max_length=300)
    identifier = models.CharField(max_length=300)
    sent = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "sender", "identifier", "sent"], name="cap_reference_once"
            )
        ]
        indexes = [models.Index(fields=["identifier", "sent"], name="cap_reference_of")]

    def __str__(self) -> str:
        return self.identifier


class Aim(models.Model):
    """One area that a message is for; not `sure` at the edge of a shape."""

    message = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="aims")
    area = AreaField()
    sure = models.BooleanField(default=True)
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "area"], name="cap_aim_once")]
        indexes = [models.Index(fields=["area"], name="cap_aim_area")]

    def __str__(self) -> str:
        return self.area


class Authorisation(models.Model):
    """An administrator's word that from this sender a hazard is prepared at once for an area, in the name of
    an officer on duty (ủy quyền trước). Two people still sign: what is spared is the first decision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="authorisations")
    hazard = models.CharField(max_length=12, choices=Hazard.choices)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    officer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=models.F("last_day")), name="cap_authorised_days"
            ),
            models.UniqueConstraint(
                fields=["sender", "hazard", "area"],
                condition=Q(ended_at__isnull=True),
                name="cap_authorised_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id} {self.hazard} {self.area}"


class Decision(models.Model):
    """What was decided of a message for an area; `alert` is what was made of it."""

    message = models.ForeignKey(Received, on_delete=models.PROTECT, related_name="decisions")
    area = AreaField()
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    reason = models.CharField(max_length=300, blank=True)
    alert = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    authorisation = models.ForeignKey(
        Authorisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "area"], name="cap_decided_once"),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.IGNORE) | ~Q(reason=""), name="cap_ignored_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=[Verdict.ALERT, Verdict.DRILL]) | Q(alert__isnull=False),
                name="cap_decided_has_alert",
            ),
        ]
        indexes = [models.Index(fields=["alert"], name="cap_decision_alert")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.area} {self.verdict}"


class Published(models.Model):
    """The signed message of an alert of ours, or of its end (tin đã công bố): made for everybody."""

    alert = models.UUIDField()
    part = models.CharField(max_length=5, choices=Part.choices)
    identifier = models.CharField(max_length=60)
    sender = models.CharField(max_length=300)
    sent = models.DateTimeField()
    nature = models.CharField(max_length=8, choices=Nature.choices)
    hazard = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    expires_at = models.DateTimeField()
    xml = models.BinaryField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "part"], name="cap_published_once")]
        indexes = [models.Index(fields=["-sent"], name="cap_published_newest")]

    def __str__(self) -> str:
        return self.identifier


class Page(models.Model):
    """A public page or feed, drawn beforehand: a visitor costs one read of one row."""

    name = models.CharField(max_length=10, primary_key=True)
    body = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
