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

from nguon.accounts.states import KeyRole, Role
from nguon.kernel.ids import uuid7
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


class Touch(models.Model):
    """The proof of one touch of a security key (WebAuthn assertion), in base64url, word for word as the
    browser gave it: the signer checks it again with its own list of keys.
    """

    credential_id = models.CharField(max_length=1400, blank=True)
    authenticator_data = models.TextField(blank=True)
    client_data = models.TextField(blank=True)
    signature = models.TextField(blank=True)

    class Meta:
        abstract = True


class Passkey(models.Model):
    """A person's security key (khóa bảo mật): its public half. Nothing is approved with it before the signer
    has pinned it in its own store.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(_("tên khóa"), max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()  # COSE, base64url
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("khóa bảo mật")
        verbose_name_plural = _("khóa bảo mật")
        constraints = [
            models.CheckConstraint(
                name="passkey_revoked_by_someone",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PasskeyGrant(Touch):
    """An administrator's word, by touch of the own key, that a passkey may act in a role over an area."""

    passkey = models.ForeignKey(Passkey, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=KeyRole.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=120)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passkey", "role", "area"], name="passkey_granted_once"),
            models.CheckConstraint(name="grant_role_known", condition=Q(role__in=KeyRole.values)),
            models.CheckConstraint(name="grant_is_touched", condition=~Q(signature="")),
        ]

    def __str__(self) -> str:
        return f"{self.passkey_id} {self.role} {self.area}"
