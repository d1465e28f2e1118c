"""Who works for grassroots information: people, their dated posts, what they were trained in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import User
from nguon.areas.fields import AreaField
from nguon.kernel.text import fold, sort_key
from nguon.organisations.models import Agency, Facility, Place
from nguon.staff.states import Gender, PostKind

OLDEST, YOUNGEST = 1900, 2100  # birth years that can be meant


class Staff(models.Model):
    """One person (nhân sự).  Where the person may be seen follows from the posts alone."""

    full_name = models.CharField(_("họ và tên"), max_length=100)
    birth_year = models.PositiveSmallIntegerField(_("năm sinh"), null=True, blank=True)
    gender = models.CharField(
        _("giới tính"), max_length=1, choices=Gender.choices, blank=True, default=Gender.NOT_TOLD
    )
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    zalo = models.CharField(_("Zalo"), max_length=100, blank=True)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tài khoản")
    )
    # " nguyen thi lan ", and the order of a Vietnamese list of people: the given name first.
    search = models.CharField(max_length=220, editable=False, default="")
    sort_key = models.BinaryField(default=b"")

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset(
        {"full_name", "birth_year", "gender", "phone", "email", "zalo", "user", "search", "sort_key"}
    )

    class Meta:
        verbose_name = _("nhân sự")
        verbose_name_plural = _("nhân sự")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="staff_in_order"),
            GinIndex(fields=["search"], name="staff_search", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(name="staff_has_name", condition=~Q(full_name="")),
            models.CheckConstraint(name="staff_gender", condition=Q(gender__in=Gender.values)),
            models.CheckConstraint(
                name="staff_birth_year",
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=OLDEST, birth_year__lte=YOUNGEST),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the derived columns with the name."""
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Make the columns that follow from the name; `bulk_create` needs it called."""
        given = self.full_name.rsplit(" ", 1)[-1]
        self.search = f" {fold(self.full_name)} "[:220]
        self.sort_key = sort_key(given) + b"\x00\x00" + sort_key(self.full_name)


class PostQuerySet(models.QuerySet["Post"]):
    def on(self, day: date) -> PostQuerySet:
        """Keep the posts held on `day`; the first and the last day belong to them."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)

    def not_over(self, day: date) -> PostQuerySet:
        """Keep what is held on `day` or will be later."""
        return self.exclude(valid_to__lt=day)

    def within(self, areas: Iterable[str]) -> PostQuerySet:
        """Keep the posts in these areas and what lies inside them."""
        return self.filter(area__within=list(areas))


class Post(models.Model):
    """One kind of work of one person at one place, for a time; perhaps for an agency or at a facility."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(_("loại"), max_length=12, choices=PostKind.choices)
    title = models.CharField(_("chức danh"), max_length=120, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi"))
    area = AreaField(_("địa bàn"))
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan")
    )
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ sở")
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    # Whose work this person took over, or the same person's post before a change of the map.
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="after")

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["staff", "area"], name="post_of_staff"),
            models.Index(fields=["area", "staff"], name="post_in_area"),
        ]
        constraints = [
            models.CheckConstraint(name="post_kind", condition=Q(kind__in=PostKind.values)),
            models.CheckConstraint(name="post_area", condition=Q(area__regex=r"^vn(\.[0-9]+){0,4}$")),
            models.CheckConstraint(
                name="post_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
            ExclusionConstraint(
                name="post_once_a_day",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.kind} {self.area}"


class Training(models.Model):
    """One course that a person took part in."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="trainings")
    course = models.CharField(_("khóa học"), max_length=200)
    organiser = models.CharField(_("đơn vị tổ chức"), max_length=200, blank=True)
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến hết ngày"))
    result = models.CharField(_("kết quả, chứng nhận"), max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["last_day", "staff"], name="training_by_day")]
        constraints = [
            models.CheckConstraint(name="training_has_course", condition=~Q(course="")),
            models.CheckConstraint(name="training_period", condition=Q(first_day__lte=F("last_day"))),
            models.UniqueConstraint(fields=["staff", "course", "first_day"], name="training_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.last_day:%d/%m/%Y}"
