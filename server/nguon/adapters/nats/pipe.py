"""The broker as an untrusted pipe: what is lost there is made good by state, receipts and repetition."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: subject with dots, raw bytes."""

    subject: str
    data: bytes


def subject_of(target: str) -> str:
    """This function will return the broker's subject of an LSP-1 target: an area, `g/<id>` or `d/<id>`."""
    if target[:2] in ("g/", "d/"):
        return f"lsp.{target[0]}.{target[2:]}"
    return f"lsp.a.{target}"


class Pipe:
    """A connection that lives in a thread of its own and reconnects for ever; usable from plain code."""

    def __init__(
        self,
        url: str,
        credentials: str = "",
        name: str = "nguon",
        capacity: int = 20_000,
        gate: Callable[[Message], bool] = lambda _message: True,
    ) -> None:
        """This function will remember where the broker is; nothing is connected before `with`.

        What `gate` says no to is dropped before it takes a place in `inbox`; it is called on the pipe's own
        thread, for one message after the other.
        """
        self._gate = gate
        self._url, self._credentials, self._name = url, credentials, name
        self._loop = asyncio.new_event_loop()
        self._client = Client()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._subjects: list[str] = []
        self.inbox: queue.Queue[Message] = queue.Queue(maxsize=capacity)

    def __enter__(self) -> "Pipe":
        """This function will begin to connect, in the background, until it succeeds."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._connect(), self._loop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """This function will send what is still in hand and close."""
        with contextlib.suppress(Exception):
            self._run(self._client.drain(), 2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
        if not self._thread.is_alive():
            self._loop.close()

    @property
    def connected(self) -> bool:
        """This function will say whether the broker answers now."""
        return bool(self._client.is_connected)

    def subscribe(self, *subjects: str) -> None:
        """This function will put messages of these subjects into `inbox`, now and after every reconnect."""
        self._subjects += subjects
        if self.connected:
            for subject in subjects:
                self._run(self._listen(subject), 5)

    def publish(self, subject: str, data: bytes) -> bool:
        """This function will hand a message to the broker; False when it is away: nothing is kept for
        later.
        """
        return self.publish_many([(subject, data)])

    def publish_many(self, messages: Iterable[tuple[str, bytes]]) -> bool:
        """This function will hand over messages, as (subject, data), with one change of thread for all;
        False when the broker is away.
        """
        if not self.connected:
            return False
        try:
            self._run(self._hand_over(list(messages)), 5)
        except (Error, TimeoutError, OSError) as error:
            log.warning("broker: %s", error)
            return False
        return True

    def flush(self, seconds: float = 2) -> bool:
        """This function will wait until the broker has taken everything; False when it does not answer."""
        try:
            self._run(self._client.flush(), seconds)
        except (Error, TimeoutError, OSError):
            return False
        return True

    def _run(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _hand_over(self, messages: list[tuple[str, bytes]]) -> None:
        for subject, data in messages:
            await self._client.publish(subject, data)

    async def _connect(self) -> None:
        options: dict[str, Any] = {"user_credentials": self._credentials} if self._credentials else {}
        while True:
            try:
                self._client = await nats.connect(
                    self._url,
                    name=self._name,
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.5,
                    connect_timeout=3,
                    ping_interval=10,
                    error_cb=self._on_error,
                    **options,
                )
                break
            except (Error, OSError, TimeoutError) as error:
                log.warning("broker: %s", error)
                await asyncio.sleep(0.5)
        for subject in self._subjects:
            await self._listen(subject)

    async def _listen(self, subject: str) -> None:
        await self._client.subscribe(subject, cb=self._on_message)

    async def _on_message(self, message: Msg) -> None:
        taken = Message(message.subject, message.data)
        if self._gate(taken):
            with contextlib.suppress(queue.Full):
                self.inbox.put_nowait(taken)

    async def _on_error(self, error: Exception) -> None:
        log.warning("broker: %s", error)
