"""Background work of places."""

import psycopg
from django.db import DatabaseError, connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from nguon.kernel import clock
from nguon.organisations import actions

# A full disk or a database that is away is no reason to do without the map until the next start.
AGAIN = RetryStrategy(wait=60, retry_exceptions={DatabaseError, psycopg.Error})


@app.task(name="nguon.organisations.tasks.import_map_before_2025", queue="places", retry=AGAIN)
def import_map_before_2025() -> None:
    """This task will import the map of 30/6/2025 and its links to today's; again changes nothing."""
    try:
        actions.import_history(source=actions.read_units_legacy(), by=None, at=clock.now())
    finally:
        connections.close_all()
