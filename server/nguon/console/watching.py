"""Waking the pages that watch: one listener a process on PostgreSQL's channel, many pages behind it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any, ClassVar

import psycopg
from django.db import connections

from nguon.deliveries.actions.telling import LIVE_CHANNEL

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.3
"""Hints that come close together become one."""
LOOK_AGAIN_SECONDS = 15.0
"""Without any hint a page looks again after so long: a loudspeaker that falls silent gives no hint."""
LIFE_SECONDS = 600.0
"""Then the browser connects anew, so that no connection outlives its session or its process for long."""
_RETRY_SECONDS = 2.0


class Watch:
    """The hints of one process, on one event loop."""

    _of_loop: ClassVar[dict[asyncio.AbstractEventLoop, "Watch"]] = {}

    def __init__(self) -> None:
        """This function will begin with nobody watching."""
        self._pages: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def here(cls) -> "Watch":
        """This function will return the watch of the running event loop."""
        loop = asyncio.get_running_loop()
        for other in [known for known in cls._of_loop if known.is_closed()]:
            del cls._of_loop[other]
        return cls._of_loop.setdefault(loop, cls())

    async def changes(self, life: float = LIFE_SECONDS) -> AsyncGenerator[bool]:
        """This function will yield when something may have changed: True at a hint, False for want of one."""
        page = asyncio.Event()
        self._pages.add(page)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        end = asyncio.get_running_loop().time() + life
        try:
            while asyncio.get_running_loop().time() < end:
                try:
                    await asyncio.wait_for(page.wait(), LOOK_AGAIN_SECONDS)
                except TimeoutError:
                    yield False
                    continue
                await asyncio.sleep(GATHER_SECONDS)
                page.clear()
                yield True
        finally:
            self._pages.discard(page)
            if not self._pages and self._task is not None:
                self._task.cancel()
                self._task = None

    def _wake(self) -> None:
        for page in self._pages:
            page.set()

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                await self._follow()
            log.warning("the hints of the database are interrupted; trying again")
            self._wake()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self) -> None:
        async with await psycopg.AsyncConnection.connect(**address(), autocommit=True) as connection:
            await connection.execute(f"LISTEN {LIVE_CHANNEL}")
            self._wake()
            async for _hint in connection.notifies():
                self._wake()


def address() -> dict[str, Any]:
    """This function will return where the database is, for a connection beside Django's own."""
    known = connections["default"].get_connection_params()
    kept = ("dbname", "user", "password", "host", "port", "connect_timeout", "sslmode", "options")
    return {name: known[name] for name in kept if known.get(name)}
