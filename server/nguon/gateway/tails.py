"""Sending on what a live session's file grows by: one look at the file for all who listen in this process."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from nguon.live import store

LOOK_S = 0.02
IDLE_S = 20.0
"""A file that does not grow for so long is let go of: whoever still listens asks again."""
MOST_BEHIND = 200
"""Blocks; a listener who takes so few is let go of, and begins anew at the present."""
MOST_LISTENERS = 5_000
_END = b""


class Tail:
    """One session's file in one process, on one event loop."""

    _of_loop: ClassVar[dict[tuple[int, UUID], "Tail"]] = {}

    def __init__(self, key: tuple[int, UUID], path: Path) -> None:
        """This function will begin with nobody listening."""
        self._key, self._path = key, path
        self._listeners: set[asyncio.Queue[bytes]] = set()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, session: UUID) -> "Tail":
        """This function will return the tail of a session on the running event loop."""
        key = (id(asyncio.get_running_loop()), session)
        return cls._of_loop.setdefault(key, cls(key, store.path_of(session)))

    async def blocks(self) -> AsyncGenerator[bytes]:
        """This function will give the segments that are added from now on, until the speaker's end."""
        if len(self._listeners) >= MOST_LISTENERS:
            return
        queue: asyncio.Queue[bytes] = asyncio.Queue(MOST_BEHIND)
        self._listeners.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())
        try:
            while block := await queue.get():
                yield block
        finally:
            self._listeners.discard(queue)
            if not self._listeners:
                if self._task is not None:
                    self._task.cancel()
                self._of_loop.pop(self._key, None)

    async def _follow(self) -> None:
        at, idle = self._size(), 0.0
        while idle < IDLE_S:
            await asyncio.sleep(LOOK_S)
            size = self._size()
            idle = 0.0 if size > at else idle + LOOK_S
            if size > at:
                block = self._read(at, size)
                at += len(block)
                self._hand_out(block)
                if any(not audio for audio in store.audio_of(block)):
                    break
        self._hand_out(_END)

    def _hand_out(self, block: bytes) -> None:
        for queue in list(self._listeners):
            if queue.full():
                self._listeners.discard(queue)
                queue.get_nowait()
                queue.put_nowait(_END)
            else:
                queue.put_nowait(block)

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def _read(self, at: int, end: int) -> bytes:
        with self._path.open("rb") as file:  # a few kilobytes that were written a moment ago
            file.seek(at)
            return file.read(end - at)
