"""Background work of places."""

from django.db import connections
from procrastinate.contrib.django import app

from nguon.kernel import clock
from nguon.organisations import actions


@app.task(name="nguon.organisations.tasks.import_map_before_2025", queue="places")
def import_map_before_2025() -> None:
    """This task will import the map of 30/6/2025 and its links to today's; again changes nothing."""
    try:
        actions.import_history(source=actions.read_units_legacy(), by=None, at=clock.now())
    finally:
        connections.close_all()
