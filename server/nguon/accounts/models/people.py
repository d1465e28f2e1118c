"""Who people are, and what they may do where and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from nguon.accounts.states import Role
from nguon.areas.fields import AreaField
from nguon.kernel.text import fold, sort_key
from nguon.organisations.models import Place


class User(AbstractUser):
    """A person with an account. What the person may do stands in RoleAssignment alone."""

    # A Vietnamese name is one string; its parts do not fit "first" and "last".
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=100)
    # Derived from both names when they are saved: " nguyen thi lan | lan ", and the order of a Vietnamese
    # list of people, the given name first.
    search = models.CharField(max_length=260, editable=False, default="")
    sort_key = models.BinaryField(default=b"")

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset(
        {"username", "full_name", "search", "sort_key", "email", "last_login"}
    )
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="user_in_order"),
            GinIndex(fields=["search"], name="user_search", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_any_case"),
            models.CheckConstraint(name="user_has_full_name", condition=~Q(full_name="")),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def derive(self) -> None:
        """Make the columns that follow from the names: what a search reads, and the order of lists."""
        self.search = f" {fold(self.full_name)} | {fold(self.username)} "[:260]
        self.sort_key = sort_key(self.get_short_name()) + b"\x00\x00" + sort_key(self.full_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the derived columns with the names."""
        self.derive()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name: the last word of a Vietnamese name."""
        return self.full_name.rsplit(" ", 1)[-1]


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> RoleAssignmentQuerySet:
        """Keep the assignments in force on `day`; the first and the last day belong to them."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)

    def not_over(self, day: date) -> RoleAssignmentQuerySet:
        """Keep what is in force on `day` or will be later."""
        return self.exclude(valid_to__lt=day)

    def within(self, areas: Iterable[str]) -> RoleAssignmentQuerySet:
        """Keep the assignments in these areas and what lies inside them."""
        return self.filter(area__within=list(areas))


class RoleAssignment(models.Model):
    """One person may do one kind of work in one area for a time. Rights follow from these rows alone."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("tài khoản")
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi"))
    # The path of `place`, copied: rights are checked by prefix without a join.
    area = AreaField(_("địa bàn"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    # Delegation for leave: whose work this is while they are away.
    on_behalf_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thay cho")
    )

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò theo địa bàn")
        verbose_name_plural = _("vai trò theo địa bàn")
        indexes = [
            models.Index(fields=["user", "role", "area"], name="role_of_user"),
            models.Index(fields=["role", "area"], name="role_in_area"),
            models.Index(fields=["area", "user"], name="role_people_in_area"),
        ]
        constraints = [
            models.CheckConstraint(name="role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="role_area", condition=Q(area__regex=r"^vn(\.[0-9]+){0,4}$")),
            models.CheckConstraint(
                name="role_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
            models.CheckConstraint(
                name="role_delegated_for_days",
                condition=Q(on_behalf_of__isnull=True)
                | (Q(valid_to__isnull=False) & ~Q(on_behalf_of=F("user"))),
            ),
            ExclusionConstraint(
                name="role_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    # In the own right and on another's behalf are two things: their days may overlap.
                    (Coalesce("on_behalf_of_id", 0), RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area}"
