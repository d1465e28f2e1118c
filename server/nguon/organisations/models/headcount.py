"""How many people live in a place, as somebody counted them on a day."""

from django.db import models
from django.db.models import Q

from nguon.organisations.models.place import Place


class Headcount(models.Model):
    """People and households of a place on a day (dân số), with who counted them; kept for ever: a figure for
    the same day that was entered later goes before the earlier one."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    counted_on = models.DateField()
    people = models.PositiveIntegerField()
    households = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="headcount_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="headcount_of_homes",
                condition=Q(households__isnull=True) | Q(households__lte=models.F("people")),
            ),
        ]
        indexes = [models.Index(fields=["place", "-counted_on", "-at"], name="headcount_newest")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.counted_on} {self.people}"
