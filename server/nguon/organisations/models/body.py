"""Agencies and facilities: who answers for grassroots information and from where, each with its dates.

An identity lasts until it ends; whoever took over is a successor.  Nothing about any of them is in code.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nguon.areas.fields import AreaField
from nguon.organisations.models.place import Place
from nguon.organisations.states import AgencyKind, FacilityKind, FileState


class Body(models.Model):
    """What an agency and a facility have in common."""

    name = models.CharField(_("tên"), max_length=200)
    search = models.CharField(max_length=500)
    sort_key = models.BinaryField()
    code = models.CharField(_("mã định danh"), max_length=40, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("địa bàn"))
    area = AreaField()
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def _constraints(name: str, kinds: list[str]) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(name=f"{name}_kind", condition=Q(kind__in=kinds)),
        models.CheckConstraint(name=f"{name}_has_name", condition=~Q(name="")),
        models.CheckConstraint(
            name=f"{name}_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
        ),
        models.UniqueConstraint(
            name=f"{name}_code_once", fields=["code"], condition=Q(valid_to__isnull=True) & ~Q(code="")
        ),
    ]


def _indexes(name: str) -> list[models.Index]:
    return [
        models.Index(fields=["area"], name=f"{name}_area"),
        GinIndex(fields=["search"], name=f"{name}_search", opclasses=["gin_trgm_ops"]),
    ]


class Agency(Body):
    """An agency (cơ quan, đơn vị): an owner department, a media centre, a station operator."""

    kind = models.CharField(_("loại"), max_length=10, choices=AgencyKind.choices)
    above = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name=_("trực thuộc"),
    )

    class Meta:
        constraints = [
            *_constraints("agency", AgencyKind.values),
            models.CheckConstraint(
                name="agency_not_above_itself", condition=Q(above__isnull=True) | ~Q(above=F("id"))
            ),
        ]
        indexes = _indexes("agency")


class Facility(Body):
    """A facility (cơ sở): a station, a studio, a house of culture, with who owns it and who runs it."""

    kind = models.CharField(_("loại"), max_length=10, choices=FacilityKind.choices)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned",
        verbose_name=_("chủ quản"),
    )
    operator = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="run",
        verbose_name=_("vận hành"),
    )

    class Meta:
        constraints = _constraints("facility", FacilityKind.values)
        indexes = _indexes("facility")


class Step(models.Model):
    """One arrow of a succession: `origin` ended the day before, `successor` took over; by which act."""

    day = models.DateField()
    act = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.act}".strip()


class AgencyStep(Step):
    """Who took over from an agency."""

    origin = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="onward")
    successor = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="backward")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "successor"], name="agencystep_once"),
            models.CheckConstraint(name="agencystep_onward", condition=~Q(origin=F("successor"))),
        ]


class FacilityStep(Step):
    """What took the place of a facility."""

    origin = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="onward")
    successor = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="backward")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "successor"], name="facilitystep_once"),
            models.CheckConstraint(name="facilitystep_onward", condition=~Q(origin=F("successor"))),
        ]


class TableFile(models.Model):
    """A file that a person brought: looked through first, taken over when that person says so."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=20)  # one that an app has registered
    name = models.CharField(max_length=200)
    data = models.BinaryField()  # emptied when it is done
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.WAITING)
    areas = models.JSONField(default=list)  # where the person may add anything
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    report = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="tablefile_state", condition=Q(state__in=FileState.values)),
        ]
        indexes = [models.Index(fields=["by_id", "-made_at"], name="tablefile_of_person")]

    def __str__(self) -> str:
        return self.name
