"""The engine of sessions, by the name that Django's settings ask for (SESSION_ENGINE)."""

from nguon.accounts.models import SessionStore

__all__ = ["SessionStore"]
