"""What places were on any day, what changed them, and what became of whose land.

`PlaceVersion` is the truth as at a date; the columns of Place are its last row.  `PlaceEdge` is one arrow of
a change, as the legal act or the source says it.  `PlaceDescent` is derived from the edges: how much of a
place on one map lies in a place on another map, however many changes lie between.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nguon.areas.fields import AreaField
from nguon.organisations.models.place import Place, period
from nguon.organisations.states import ChangeKind, ChangeState, Kind, OddityKind

_PERIOD = Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))


class VersionQuerySet(models.QuerySet["PlaceVersion"]):
    def on(self, day: date) -> VersionQuerySet:
        """Keep the versions of `day`; the first and the last day belong to a version."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class PlaceVersion(models.Model):
    """A place as it was for a time: its name, its tier, its type, and what it lay in.

    `area` is the path on that map; it differs from Place.area wherever the place or one around it moved.
    Official codes have days of their own (PlaceCode).
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="versions")
    kind = models.CharField(_("cấp"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("cấp trên")
    )
    area = AreaField(_("địa bàn"))
    name = models.CharField(_("tên"), max_length=100)
    designation = models.CharField(_("loại hình"), max_length=30, blank=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area"], name="placeversion_area"),
        ]
        constraints = [
            models.CheckConstraint(name="placeversion_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="placeversion_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="placeversion_period", condition=_PERIOD),
            models.CheckConstraint(
                name="placeversion_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("place")),
            ),
            ExclusionConstraint(
                name="placeversion_one_a_day",
                expressions=[("place", RangeOperators.EQUAL), (period(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.designation} {self.name}".strip()


class PlaceChange(models.Model):
    """One change of the map on one day by one legal act: a draft until a person confirms it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.DRAFT)
    day = models.DateField()  # the first day of the new map
    act = models.CharField(max_length=300, blank=True)  # số hiệu văn bản
    act_on = models.DateField(null=True)
    source = models.CharField(max_length=100, blank=True)  # of an import; empty: a person
    # What an import knows a change by, so that a second run changes nothing.
    key = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001 - many have none
    plan = models.JSONField(default=dict)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    settled_by = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-day"], name="placechange_day")]
        constraints = [
            models.CheckConstraint(name="placechange_kind", condition=Q(kind__in=ChangeKind.values)),
            models.CheckConstraint(
                name="placechange_settled_by_whom_and_when",
                condition=Q(state=ChangeState.DRAFT.value, settled_at__isnull=True, settled_by="")
                | (
                    Q(state__in=[ChangeState.CONFIRMED.value, ChangeState.DROPPED.value])
                    & Q(settled_at__isnull=False)
                    & ~Q(settled_by="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day:%d/%m/%Y}"


class PlaceEdge(models.Model):
    """One arrow of a confirmed change: `origin` became, in whole or in part, `successor`.

    A place that goes on after it gained or lost land has an arrow to itself.  No successor: it ended, and
    nothing of its tier took its land.  An empty share is one that neither the act nor the source tells.
    """

    change = models.ForeignKey(PlaceChange, on_delete=models.CASCADE, related_name="edges")
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="onward")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="backward")
    whole = models.BooleanField()
    share = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    # The part of the successor that came from here (people or land, as `share`).
    back_share = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    doubtful = models.BooleanField(default=False)  # the source contradicts itself here

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "origin", "successor"], nulls_distinct=False, name="placeedge_once"
            ),
            models.CheckConstraint(
                name="placeedge_share",
                condition=(Q(share__isnull=True) | Q(share__gte=0, share__lte=1))
                & (Q(back_share__isnull=True) | Q(back_share__gte=0, back_share__lte=1)),
            ),
            models.CheckConstraint(
                name="placeedge_whole_is_all",
                condition=Q(whole=False) | Q(share__isnull=True) | Q(share=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} → {self.successor_id}"


class PlaceDescent(models.Model):
    """How much of a place, as its land was for a time, lies in a place as its land was later.

    Derived from the edges (rules.descent); restating a figure is one join with it.
    """

    origin = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    origin_from = models.DateField()
    origin_to = models.DateField()
    successor = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    successor_from = models.DateField()
    successor_to = models.DateField(null=True)
    share = models.FloatField()  # of the origin
    back_share = models.FloatField()  # of the successor
    # Some share on the way is an assumption of ours: neither the act nor the source tells it.
    assumed = models.BooleanField()
    back_assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="placedescent_order", condition=Q(origin_to__lt=F("successor_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} → {self.successor_id}: {self.share:g}"


class SourceOddity(models.Model):
    """Something in a source of places that a person should look at, as its last import told it."""

    system = models.CharField(max_length=40)  # the code system of the list that was read
    source = models.CharField(max_length=100)
    kind = models.CharField(max_length=40, choices=OddityKind.choices)
    code = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name_plural = "source oddities"
        constraints = [
            models.CheckConstraint(name="sourceoddity_kind", condition=Q(kind__in=OddityKind.values)),
            models.UniqueConstraint(name="sourceoddity_once", fields=["system", "kind", "code", "text"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.code} {self.text}"
