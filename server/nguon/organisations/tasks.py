"""Background work of places."""

from uuid import UUID

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
        actions.complete_maps(by=None, at=clock.now())
    finally:
        connections.close_all()


@app.task(name="nguon.organisations.tasks.check_file", queue="places", retry=AGAIN)
def check_file(file_id: str) -> None:
    """This task will look through a file that a person brought."""
    try:
        actions.check_file(file_id=UUID(file_id), at=clock.now())
    finally:
        connections.close_all()


def settle_files() -> int:
    """This function will queue files again whose job was lost; how many."""
    try:
        return actions.settle_files()
    finally:
        connections.close_all()


@app.task(name="nguon.organisations.tasks.bring_file", queue="places", retry=AGAIN)
def bring_file(file_id: str) -> None:
    """This task will take a file over that a person brought and looked at."""
    try:
        actions.bring_file(file_id=UUID(file_id), at=clock.now())
    finally:
        connections.close_all()
