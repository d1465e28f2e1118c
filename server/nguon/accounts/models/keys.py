"""Security keys: their public halves, and an administrator's word for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models.people import User
from nguon.accounts.states import KeyRole
from nguon.areas.fields import AreaField
from nguon.kernel.ids import uuid7
from nguon.organisations.models import Place


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
    # How often the key says that it has signed (a synced one says 0 always): a copy of it falls behind.
    sign_count = models.BigIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
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
    area = AreaField()
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
