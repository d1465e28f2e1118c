from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from nguon.areas.fields import AreaField
from nguon.organisations.states import COUNTRY_AREA, DEPTHS, Kind


def period() -> Func:
    """This function will give the days of a row as a range; both ends belong to it, an empty end is open."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE")


def _depths() -> Q:
    """Every kind with the number of labels that its area may have."""
    allowed = Q()
    for kind, depths in DEPTHS.items():
        longest = max(depths) - 1
        shortest = min(depths) - 1
        allowed |= Q(kind=kind.value, area__regex=rf"^vn(\.[0-9]+){{{shortest},{longest}}}$")
    return allowed


class PlaceQuerySet(models.QuerySet["Place"]):
    def within(self, area: str) -> PlaceQuerySet:
        """Keep `area` itself and everything inside it."""
        return self.filter(area__within=[area])

    def on(self, day: date) -> PlaceQuerySet:
        """Keep the places that exist on `day`; the first and the last day belong to a place."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)

    def in_order(self) -> PlaceQuerySet:
        """Sort as a Vietnamese dictionary does, numbers by value."""
        return self.order_by("sort_key", "id")


class Place(models.Model):
    """A place with an identity of its own: name, code and parent may change, the id never does.

    The columns hold the place as it is today, or was on its last day; PlaceVersion holds it as at any date.
    """

    kind = models.CharField(_("cấp"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("cấp trên"),
    )
    area = AreaField(_("địa bàn"), unique=True)
    name = models.CharField(_("tên"), max_length=100)
    designation = models.CharField(_("loại hình"), max_length=30, blank=True)
    # " an son | xa an son | tinh bac ninh | ": own name, own label, then the ancestors, all folded.
    search = models.CharField(max_length=600)
    sort_key = models.BinaryField()
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("địa bàn")
        verbose_name_plural = _("địa bàn")
        indexes = [
            models.Index(fields=["parent", "sort_key"], name="place_children"),
            GinIndex(fields=["search"], name="place_search", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(name="place_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="place_only_the_country_has_no_parent",
                condition=Q(kind=Kind.COUNTRY.value, parent__isnull=True, area=COUNTRY_AREA)
                | (~Q(kind=Kind.COUNTRY.value) & Q(parent__isnull=False)),
            ),
            models.CheckConstraint(name="place_area_depth", condition=_depths()),
            models.CheckConstraint(
                name="place_area_ends_with_id",
                condition=Q(area=COUNTRY_AREA)
                | Q(area__endswith=Concat(Value("."), Cast("id", models.CharField()))),
            ),
            models.CheckConstraint(
                name="place_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
            models.CheckConstraint(name="place_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="place_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.designation} {self.name}".strip()

    @property
    def label(self) -> str:
        """This property will give the name that people use: "Thôn 3, xã An Sơn" (load `parent` with it)."""
        above = self.parent
        if above is None or above.parent_id is None:
            return str(self)
        around = f"{above.designation.lower()} {above.name}".strip()
        return f"{self}, {around}"


class PlaceCode(models.Model):
    """An official code that a place bears for a time, in one code system."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    system = models.CharField(_("hệ thống mã"), max_length=30)
    code = models.CharField(_("mã"), max_length=30)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("mã địa bàn")
        verbose_name_plural = _("mã địa bàn")
        indexes = [models.Index(fields=["system", "code"], name="placecode_code")]
        constraints = [
            models.CheckConstraint(name="placecode_has_code", condition=~Q(code="") & ~Q(system="")),
            models.CheckConstraint(
                name="placecode_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
            # A code is used again for other land later on, but never by two places on one day.
            ExclusionConstraint(
                name="placecode_one_place_a_day",
                expressions=[
                    ("system", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (period(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="placecode_one_code_a_day",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("system", RangeOperators.EQUAL),
                    (period(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.code}"
