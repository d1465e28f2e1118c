"""One draft on two screens: what another one has kept meanwhile is not written over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID

from django.core.cache import cache

from nguon.bulletins.errors import DraftElsewhere
from nguon.kernel.clock import local

KEPT = timedelta(days=2)


def screen(draft_id: UUID | None) -> dict[str, str | int]:
    """This function will return what a page carries: which screen it is, and how often the draft had been
    kept when it was read."""
    return {"tab": token_hex(8), "seen": _last(draft_id)[1] if draft_id else 0}


def must_be_latest(given: Mapping[str, object], draft_id: UUID) -> None:
    """This function will raise DraftElsewhere where another screen has kept the draft after this one read it;
    a page that says nothing of itself is not asked.
    """
    tab, seen = str(given.get("tab") or ""), str(given.get("seen") or "")
    other, times, at = _last(draft_id)
    if tab and seen.isdecimal() and other != tab and times > int(seen[:9]):
        raise DraftElsewhere(time=at)


def note(given: Mapping[str, object], draft_id: UUID, at: datetime) -> None:
    """This function will remember which screen has kept the draft last."""
    if tab := str(given.get("tab") or "")[:16]:
        times = _last(draft_id)[1] + 1
        cache.set(f"draft:{draft_id}", (tab, times, f"{local(at):%H:%M}"), KEPT.total_seconds())


def _last(draft_id: UUID) -> tuple[str, int, str]:
    """Which screen kept it last, how often it was kept, and when."""
    found: tuple[str, int, str] = cache.get(f"draft:{draft_id}") or ("", 0, "")
    return found
