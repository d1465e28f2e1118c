"""Background work of messages from outside."""

from django.db import connections
from procrastinate.contrib.django import app

from nguon.cap import actions
from nguon.kernel import clock


@app.periodic(cron="* * * * *")
@app.task(name="nguon.cap.tasks.tick", queue="cap", queueing_lock="cap")
def tick(timestamp: int) -> None:
    """This task will once a minute ask the feeds, and close what nobody decided before it expired."""
    try:
        actions.poll_due(at=clock.now())
        actions.expire(at=clock.now())
    finally:
        connections.close_all()


@app.periodic(cron="* * * * * */5")
@app.task(name="nguon.cap.tasks.prepare", queue="cap", queueing_lock="cap-prepare")
def prepare(timestamp: int) -> None:
    """This task will every five seconds lay down the alerts that areas have authorised beforehand."""
    try:
        actions.prepare(at=clock.now())
    finally:
        connections.close_all()
