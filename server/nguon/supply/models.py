"""What communes did with what comes from above; a commune that has done nothing has no row."""

from django.db import models
from django.db.models import Q

from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.supply.states import Reply


class Answer(models.Model):
    """What one commune did with one supplied bulletin (trả lời): the newest word."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    revision = models.ForeignKey("bulletins.Revision", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    area = AreaField()
    reply = models.CharField(max_length=8, choices=Reply.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by_default = models.BooleanField(default=False)  # placed from above, as a priority item is
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "area"], name="answer_once_a_commune"),
            models.CheckConstraint(
                condition=~Q(reply=Reply.DECLINED) | ~Q(reason=""),
                name="answer_declined_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["area", "-at"], name="answer_of_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.reply} {self.revision_id}"
