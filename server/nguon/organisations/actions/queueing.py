"""The older map, some 4 s of work: the worker brings it after the first start; who asks earlier waits."""

from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from nguon.journal.actions import Actor
from nguon.organisations.actions.history_imports import import_history
from nguon.organisations.actions.imports import import_places
from nguon.organisations.actions.sources import read_units_2025
from nguon.organisations.actions.sources_legacy import read_units_legacy
from nguon.organisations.models import PlaceCode, SourceOddity
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL

WAIT = 20  # seconds: the first bulletin speaks first


def history_is_missing() -> bool:
    """This function will say whether today's map is there and the older one, or what its sources disagree
    about, is not."""
    codes = PlaceCode.objects.filter(system__in=(SYSTEM_LEGACY, SYSTEM_OFFICIAL))
    there = set(codes.values_list("system", flat=True).distinct())
    told = set(SourceOddity.objects.values_list("system", flat=True).distinct())
    both = {SYSTEM_OFFICIAL, SYSTEM_LEGACY}
    return SYSTEM_OFFICIAL in there and not both <= there & told


def complete_maps(*, by: Actor | None, at: datetime) -> bool:
    """This function will bring what is missing of the maps; False when nothing was."""
    if not history_is_missing():
        return False
    import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=by, at=at)
    import_history(source=read_units_legacy(), by=by, at=at)
    return True


def ask_for_history() -> bool:
    """This function will queue the import of the map before 1/7/2025 where it is missing, once."""
    if not history_is_missing():
        return False
    task = app.configure_task(
        "nguon.organisations.tasks.import_map_before_2025",
        queueing_lock="places-history",
        schedule_in={"seconds": WAIT},
    )
    try:
        task.defer()
    except AlreadyEnqueued:
        return False
    return True
