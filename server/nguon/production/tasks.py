"""Background work of the editorial plan."""

from django.db import connections
from procrastinate.contrib.django import app

from nguon.kernel import clock
from nguon.production import actions


@app.periodic(cron="*/10 * * * *")
@app.task(name="nguon.production.tasks.due", queue="notices", queueing_lock="production-due")
def due(timestamp: int) -> None:
    """This task will tell, every ten minutes, which deadlines are near and which are over."""
    try:
        actions.tell_due(at=clock.now())
    finally:
        connections.close_all()
