"""Background work of speech and sound, by procrastinate on the same PostgreSQL."""

from __future__ import annotations

import logging
import uuid

from django.db import connections
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from nguon.audio import actions
from nguon.kernel import clock

STALLED_AFTER = 8.0  # seconds without a heartbeat; the worker command beats every two
log = logging.getLogger(__name__)


@app.task(name="nguon.audio.tasks.render", queue="speech")
def render(work_id: str) -> None:
    """This task will speak one rendering."""
    try:
        actions.render(rendering_id=uuid.UUID(work_id), at=clock.now())
    finally:
        connections.close_all()  # every task runs in a context, so with a connection, of its own


@app.task(name="nguon.audio.tasks.process_upload", queue="sound")
def process_upload(work_id: str) -> None:
    """This task will make the master of one upload."""
    try:
        actions.process_upload(upload_id=uuid.UUID(work_id), at=clock.now())
    finally:
        connections.close_all()


@app.task(name="nguon.audio.tasks.join", queue="sound")
def join(work_id: str) -> None:
    """This task will make one sound of several."""
    try:
        actions.join(joined_id=uuid.UUID(work_id), at=clock.now())
    finally:
        connections.close_all()


def sweep_work() -> int:
    """This function will queue unfinished renderings and uploads again whose job was lost."""
    try:
        return actions.sweep(at=clock.now())
    finally:
        connections.close_all()


def check_media() -> int:
    """This function will look whether every sound on the disk is whole; returns how many are not."""
    try:
        bad = actions.check_media(at=clock.now())
    finally:
        connections.close_all()
    if bad:
        log.error("%d sounds of the store are damaged: run `nguon media check`", bad)
    return bad


def draw_missing(after: str) -> str:
    """This function will draw some sounds that have no picture; returns where to go on, "" at the end."""
    try:
        return actions.draw_missing(after=after)
    finally:
        connections.close_all()


async def retry_stalled() -> int:
    """This function will give jobs that stay `doing` although their worker is gone to a living one.

    It returns how many; jobs of every app are meant, not only those of this one.
    """
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in jobs:
        await _retry(job)
    if jobs:
        log.warning("%d jobs of a worker that is gone were given to another one", len(jobs))
    return len(jobs)


async def _retry(job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
    except exceptions.AlreadyEnqueued:  # the same work was queued again meanwhile: one is enough
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
