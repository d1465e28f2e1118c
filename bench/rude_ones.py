"""The rude loudspeakers of bench/rude.py, in a process of their own that is told by lines what to do."""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from nguon_device import trust
from nguon_device.simulator import roster, wire
from nguon_protocol import claims, http_auth

OWN_SEED = 2
NOBODY = 9_999
"""The number of a key that has joined nowhere."""
RUBBISH = b"\xff{" * 200
YEAR_2000 = 946_684_800
KINDS = ("flood_health", "flood_receipts", "slow", "wrong_clock", "wrong_key", "half_enrolled")
VICTIM = len(KINDS)
"""The number of the loudspeaker in whose name another one speaks."""


class Rude:
    """Loudspeakers (or what wants to be one) that do not behave, one for each kind; each goes on until it is
    ended."""

    def __init__(self, folder: Path, server: str) -> None:
        self.enrolled = list(roster.enrolled(folder))
        self.server = urlsplit(server)
        self.tls = trust.Trust(folder).context() if self.server.scheme == "https" else None
        self.be("flood_health")

    def be(self, kind: str) -> None:
        """Take the part of one of them."""
        number = KINDS.index(kind)
        self.me, self.key = self.enrolled[number], roster.key_of(OWN_SEED, number)

    @asynccontextmanager
    async def mqtt(
        self, username: str, password: str, room: int = 2**16
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Enter the broker with some name and pass; raises OSError when it does not let us in."""
        address = urlsplit(self.me["broker"]["url"])
        reader, writer = await asyncio.open_connection(
            address.hostname, address.port, ssl=self.tls if address.scheme == "mqtts" else None, limit=room
        )
        try:
            writer.write(wire.connect(f"rude-{secrets.token_hex(6)}", username, password, 120))
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
            if answer[3]:
                raise OSError("refused")
            yield reader, writer
        except asyncio.IncompleteReadError as error:
            raise OSError("refused") from error
        finally:
            writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"", *, device: str = "", at: float = 0) -> int:
        """Ask the server once, signed with our own key as `device`; give the status."""
        signed = http_auth.header(
            self.key, device or self.me["device"], method, path, int(at or time.time()), body
        )
        reader, writer = await self.http()
        host = self.server.netloc
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {signed}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        return int(answer.split(b" ", 2)[1])

    async def http(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the web."""
        return await asyncio.open_connection(self.server.hostname, self.server.port, ssl=self.tls, limit=2048)

    async def flood_health(self) -> None:
        """1,000 messages a second: health, and what is none."""
        await self._flood(f"lsp/h/{self.me['device']}", [b'{"mains": true, "battery": 90}', RUBBISH])

    async def flood_receipts(self) -> None:
        """1,000 messages a second: receipts that nobody signed."""
        await self._flood(f"lsp/r/{self.me['device']}", [b'{"payload": "e30", "signatures": []}', RUBBISH])

    async def _flood(self, topic: str, words: list[bytes]) -> None:
        some = b"".join(wire.publish(topic, words[n % 2]) for n in range(20))
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"]) as (_reader, writer):
            began, sent = time.monotonic(), 0
            while True:
                writer.write(some)
                await writer.drain()
                sent += 20
                await asyncio.sleep(max(0.0, began + sent / 1000 - time.monotonic()))

    async def slow(self) -> None:
        """Says that all is well, and reads one byte a second of what it hears; so do two who read from the
        web, and two who ask it something at that speed."""
        said = wire.publish(f"lsp/h/{self.me['device']}", b'{"clock": "SYNCED", "mains": true}')
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"], room=2) as (reader, writer):
            writer.write(wire.subscribe([f"lsp/a/{self.me['area']}", f"lsp/d/{self.me['device']}"]))
            tasks = [asyncio.create_task(self._slow_web(n)) for n in range(4)]
            try:
                while True:
                    writer.write(said)
                    await asyncio.wait_for(reader.read(1), 60)
                    await asyncio.sleep(1)
            finally:
                for task in tasks:
                    task.cancel()

    async def _slow_web(self, number: int) -> None:
        while True:
            reader, writer = await self.http()
            asked = f"GET /lsp/v1/roots/1 HTTP/1.1\r\nHost: {self.server.netloc}\r\n\r\n".encode()
            with suppress(OSError):
                if number % 2:
                    writer.write(asked)
                    while await reader.read(1):
                        await asyncio.sleep(1)
                for at in range(len(asked) - 2):
                    writer.write(asked[at : at + 1])
                    await asyncio.sleep(1)
            writer.close()

    async def wrong_clock(self) -> None:
        """Believes that it is the year 2000: five requests and five words of health a second."""
        said = json.dumps({"at": YEAR_2000, "clock": "SYNCED"}).encode()
        async with self.mqtt(self.me["device"], self.me["broker"]["jwt"]) as (_reader, writer):
            while True:
                writer.write(wire.publish(f"lsp/h/{self.me['device']}", said))
                await self.ask("GET", "/lsp/v1/state", at=YEAR_2000)
                await asyncio.sleep(0.2)

    async def wrong_key(self) -> None:
        """Says that it is another one, with its own key and pass: five requests and entries a second."""
        theirs = self.enrolled[VICTIM]["device"]
        while True:
            await self.ask("GET", "/lsp/v1/state", device=theirs)
            await self.ask("POST", "/lsp/v1/health", b"{}", device=theirs)
            with suppress(OSError, TimeoutError):
                async with self.mqtt(theirs, self.me["broker"]["jwt"]) as (_reader, writer):
                    writer.write(wire.publish(f"lsp/h/{theirs}", b'{"mains": false}'))
                    await writer.drain()
            await asyncio.sleep(0.2)

    async def half_enrolled(self) -> None:
        """Was let in and never comes; beside it one shows a code that nobody enters, asks five times a
        second, and tries the broker without a pass."""
        code, key = "ABCD-EFGH", roster.key_of(OWN_SEED, NOBODY)
        public = {"alg": key.public.alg, "pub": key.public.pub.hex()}
        asked = {
            "code": code,
            "pub": public,
            "model": "M",
            "serial": "S",
            "proof": claims.proof(code, key),
        }
        while True:
            await self.ask("POST", "/lsp/v1/claims", json.dumps(asked).encode())
            await self.ask("GET", f"/lsp/v1/claims/{'0' * 8}-0000-4000-8000-{'0' * 12}?code={code}")
            with suppress(OSError, TimeoutError):
                async with self.mqtt("", ""):
                    pass
            await asyncio.sleep(0.2)


async def obey(folder: Path, server: str) -> None:
    """Be of the kind that the last line named, or nobody after an empty one; each line is answered with the
    empty line, or with what made the one before give up."""
    rude, loop = Rude(folder, server), asyncio.get_running_loop()
    task: asyncio.Task[None] | None = None
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        failed = ""
        if task is not None:
            failed = repr(task.exception()) if task.done() else ""
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
            task = None
        if kind := line.strip():
            rude.be(kind)
            task = asyncio.create_task(getattr(rude, kind)())
        print(failed, flush=True)


if __name__ == "__main__":
    asyncio.run(obey(Path(sys.argv[1]), sys.argv[2]))
