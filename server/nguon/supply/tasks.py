"""Background work of supply."""

from uuid import UUID

import psycopg
from django.db import DatabaseError, connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from nguon.kernel import clock
from nguon.supply import actions

AGAIN = RetryStrategy(wait=30, retry_exceptions={DatabaseError, psycopg.Error})


@app.periodic(cron="* * * * * */5")
@app.task(name="nguon.supply.tasks.tick", queue="supply", queueing_lock="supply")
def tick(timestamp: int) -> None:
    """This task will look every five seconds for what is to be placed in communes."""
    try:
        while actions.follow(at=clock.now()):
            pass
    finally:
        connections.close_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="nguon.supply.tasks.remind", queue="supply", queueing_lock="supply-remind")
def remind(timestamp: int) -> None:
    """This task will remind communes of what they have not answered for days."""
    try:
        actions.remind_in_time(at=clock.now())
    finally:
        connections.close_all()


@app.task(name="nguon.supply.tasks.spread", queue="supply", retry=AGAIN)
def spread(revision_id: str) -> None:
    """This task will place one priority item in its communes; again it goes on where it was."""
    try:
        actions.spread(revision_id=UUID(revision_id), at=clock.now())
    finally:
        connections.close_all()
