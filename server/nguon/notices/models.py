"""Notices to people, and which kinds a person wants no e-mail of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from nguon.kernel.ids import uuid7
from nguon.notices.states import Kind, Mail


class Notice(models.Model):
    """One thing told to one person once (thông báo); `sequence` is the fact that it follows from.

    `data` holds what the sentence names: never more than the person could read at that moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # one of Kind
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    bulletin = models.ForeignKey(
        "bulletins.Bulletin", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    revision = models.ForeignKey(
        "bulletins.Revision", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=60, blank=True)  # what it is about, where that is no bulletin
    data = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True, blank=True)

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset({"data"})  # names of people

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "sequence", "kind"], name="notice_once_a_person"),
            models.CheckConstraint(
                condition=~Q(mail=Mail.SENT) | Q(mailed_at__isnull=False), name="notice_mailed_when"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_of_user"),
            models.Index(
                fields=["user"],
                condition=Q(read_at__isnull=True, settled_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(fields=["bulletin", "kind"], name="notice_of_bulletin"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="notice_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence} {self.user_id}"

    @property
    def label(self) -> str:
        """This property will give the words of the kind."""
        return str(Kind(self.kind).label)


class Subscription(models.Model):
    """One browser in which a person is told at once, also with no page open (trình duyệt nhận báo).

    `endpoint` is an address at the push service of its maker; without our key nobody can send there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=60)  # "Firefox, Android"
    made_at = models.DateTimeField()

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset({"endpoint", "p256dh", "auth", "name"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint"], name="subscription_once")]
        indexes = [models.Index(fields=["user"], name="subscription_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"


class NoMail(models.Model):
    """A kind of notice of which a person wants no e-mail."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # one of Kind

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="no_mail_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
