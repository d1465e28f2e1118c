from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from nguon.accounts.states import Role
from nguon.organisations.models import Place


class User(AbstractUser):
    """A person with an account. What the person may do stands in RoleAssignment alone."""

    # A Vietnamese name is one string; its parts do not fit "first" and "last".
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=100)

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset({"username", "full_name", "email", "last_login"})
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.CheckConstraint(name="user_has_full_name", condition=~Q(full_name="")),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name: the last word of a Vietnamese name."""
        return self.full_name.rsplit(" ", 1)[-1]


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> RoleAssignmentQuerySet:
        """Keep the assignments in force on `day`; the first and the last day belong to them."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


class RoleAssignment(models.Model):
    """One person may do one kind of work in one area for a time. Rights follow from these rows alone."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("tài khoản")
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi"))
    # The path of `place`, copied: rights are checked by prefix without a join.
    area = models.CharField(_("địa bàn"), max_length=120)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò theo địa bàn")
        verbose_name_plural = _("vai trò theo địa bàn")
        indexes = [
            models.Index(fields=["user", "role", "area"], name="role_of_user"),
            models.Index(fields=["role", "area"], name="role_in_area"),
        ]
        constraints = [
            models.CheckConstraint(name="role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="role_area", condition=Q(area__regex=r"^vn(\.[0-9]+){0,4}$")),
            models.CheckConstraint(
                name="role_period", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
            ExclusionConstraint(
                name="role_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area}"
