"""`worker`: does the background work of all apps until it is told to stop, or PostgreSQL goes away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import App, exceptions
from procrastinate.contrib.django import app

from nguon.audio.queries import voices
from nguon.audio.tasks import check_media, draw_missing, retry_stalled, sweep_work
from nguon.organisations.tasks import settle_files

HEARTBEAT = 2.0  # seconds
RETRY_EVERY = 2.0
SWEEP_EVERY = 60.0
CHECK_EVERY = 24 * 3600.0
CHECK_AFTER = 600.0  # seconds: a worker that is killed again and again has better to do
WATCH_EVERY = 1.0
PATIENCE = 5.0  # seconds that PostgreSQL may take to answer
log = logging.getLogger(__name__)
QUICK = "speech"  # somebody is waiting in front of the page: a lane of its own
SLOW = "mail"  # a mail server that hangs holds up its letters, and nothing else


class Command(BaseCommand):
    """Run procrastinate's worker and sweep up after workers that were killed.

    It ends with status 1 when PostgreSQL goes away, so that the supervisor starts it again: procrastinate
    itself would wait half a minute for a connection, and longer for its own parts to notice.
    """

    help = "Runs the background work: speech, sound and whatever other apps queue."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This method will add the number of jobs at the same time."""
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time beside speech")

    def handle(self, *args: Any, **options: Any) -> None:
        """This method will work until SIGTERM or SIGINT (status 0) or a failure (status 1)."""
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        try:
            with app.replace_connector(connector) as worker_app:
                asyncio.run(_work(worker_app, options["concurrency"]))
        except Exception as error:
            raise CommandError(f"the worker ends: {error!r}", returncode=1) from error


async def _watch(worker_app: App) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await worker_app.check_connection_async()
    except (TimeoutError, exceptions.ConnectorException) as error:
        # Threads may hang in connections that are gone, and nothing here is worth waiting for: what was
        # begun is in the database as unfinished, and the next worker takes it up.
        log.error("the worker ends: PostgreSQL does not answer (%r)", error)
        logging.shutdown()
        os._exit(1)


async def _work(worker_app: App, concurrency: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with worker_app.open_async():
        common: dict[str, Any] = {
            "install_signal_handlers": False,
            "update_heartbeat_interval": HEARTBEAT,
            "stalled_worker_timeout": 4 * HEARTBEAT,
            "delete_jobs": "successful",
            "fetch_job_polling_interval": 2.0,
        }
        work = [
            asyncio.create_task(worker_app.run_worker_async(name="quick", queues=[QUICK], **common)),
            asyncio.create_task(worker_app.run_worker_async(name="slow", queues=[SLOW], **common)),
            asyncio.create_task(
                worker_app.run_worker_async(
                    name="all", queues=queues_but(worker_app, SLOW), concurrency=concurrency, **common
                )
            ),
            asyncio.create_task(_repeat(RETRY_EVERY, retry_stalled)),
            asyncio.create_task(_repeat(SWEEP_EVERY, lambda: asyncio.to_thread(sweep_work))),
            asyncio.create_task(_repeat(SWEEP_EVERY, lambda: asyncio.to_thread(settle_files))),
            asyncio.create_task(_check()),
            asyncio.create_task(_draw()),
            asyncio.create_task(_repeat(WATCH_EVERY, lambda: _watch(worker_app))),
            asyncio.create_task(asyncio.to_thread(_warm)),
        ]
        await _until(stop, work)


def queues_but(worker_app: App, left_out: str) -> list[str]:
    """This function will list the queues of all known tasks but one."""
    return sorted({task.queue for task in worker_app.tasks.values()} - {left_out})


async def _until(stop: asyncio.Event, work: list[asyncio.Task[Any]]) -> None:
    """Wait for the order to stop, or for any part to end with an error; then end all of them."""
    stopping = asyncio.create_task(stop.wait())
    waiting: set[asyncio.Task[Any]] = {stopping, *work}
    try:
        while stopping in waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def _repeat(seconds: float, step: Callable[[], Awaitable[object]]) -> None:
    while True:
        await step()
        await asyncio.sleep(seconds)


async def _check() -> None:
    await asyncio.sleep(CHECK_AFTER)
    await _repeat(CHECK_EVERY, lambda: asyncio.to_thread(check_media))


async def _draw() -> None:
    """Once through what an older version kept without a picture, a few at a time."""
    await asyncio.sleep(SWEEP_EVERY)
    after = await asyncio.to_thread(draw_missing, "")
    while after:
        await asyncio.sleep(RETRY_EVERY)
        after = await asyncio.to_thread(draw_missing, after)


def _warm() -> None:
    """Start the default voice, so that the first listener does not wait for it."""
    with contextlib.suppress(Exception):
        voices()[0].speak("sẵn sàng", 120)
