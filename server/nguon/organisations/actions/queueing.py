"""Asking the worker for the older map: some 4 s of work that the first start does not wait for."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from nguon.organisations.models import PlaceCode
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL

WAIT = 20  # seconds: the first bulletin speaks first


def ask_for_history() -> bool:
    """This function will queue the import of the map before 1/7/2025 where it is missing, once."""
    there = set(
        PlaceCode.objects.filter(system__in=(SYSTEM_LEGACY, SYSTEM_OFFICIAL))
        .values_list("system", flat=True)
        .distinct()
    )
    if there != {SYSTEM_OFFICIAL}:
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
