"""How people come in: the link of an invitation, and the sessions that last."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models.people import User
from nguon.areas.reach import with_session
from nguon.kernel.ids import uuid7


class Invitation(models.Model):
    """A link that lets one person choose a password, once, for some days; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # a newer link, or a lock, took its place

    class Meta:
        verbose_name = _("liên kết mời")
        verbose_name_plural = _("liên kết mời")
        constraints = [
            models.CheckConstraint(name="invitation_expires", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="invitation_used_or_ended", condition=Q(used_at__isnull=True) | Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires_at:%d/%m/%Y}"


class Session(AbstractBaseSession):
    """A sign-in that lasts (phiên đăng nhập): whose it is and from where; to end it is to delete the row."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    ip = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    PERSONAL_DATA: ClassVar[frozenset[str]] = frozenset({"ip", "agent"})

    class Meta:
        verbose_name = _("phiên đăng nhập")
        verbose_name_plural = _("phiên đăng nhập")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Which engine reads these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's own sessions in the database, with the person in a column of its own.

    Row security shows a session to whoever has its key, which is told to the database for the one statement.
    """

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Where the rows are."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Copy whose session it is out of the coded data, so that it can be listed."""
        row = cast(Session, super().create_model_instance(data))
        user = str(data.get("_auth_user_id", ""))
        row.user_id = int(user) if user.isdigit() else None
        told = data.get("from") or {}
        row.ip, row.agent = str(told.get("ip", ""))[:45], str(told.get("agent", ""))[:200]
        row.began_at = datetime.fromisoformat(told["at"]) if "at" in told else None
        return row

    def load(self) -> dict[str, Any]:
        """Read the session of this key."""
        with with_session(self.session_key):
            return super().load()

    def exists(self, session_key: str) -> bool:
        """Tell whether a key is in use."""
        with with_session(session_key):
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        """Keep the session under its key."""
        with with_session(self.session_key):  # without a key yet it makes one, and comes here again
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        """End a session."""
        with with_session(session_key or self.session_key):
            super().delete(session_key)
