"""A whole world in one process: maintainers, the real signer, the real pages, simulated loudspeakers."""

import asyncio
import io
import json
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from nguon.accounts.tests.cast import People, people
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.devices.models import Device
from nguon.devices.tests.cast import Loudspeaker, loudspeaker
from nguon.health import actions as health
from nguon.health.actions import partitions
from nguon.kernel import clock
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon.releases import actions
from nguon.releases.models import Release
from nguon_device.agent import Agent
from nguon_device.ports import BrokerAddress, Reply, Request
from nguon_device.simulator import roster
from nguon_device.simulator.box import Box
from nguon_device.simulator.fleet import SharedShelf
from nguon_device.simulator.machine import DriftingTimer
from nguon_device.simulator.pool import Answer, Sign
from nguon_device.simulator.sharing import SharedJudge
from nguon_protocol import keys
from nguon_protocol.documents import Policy
from nguon_protocol.documents import Release as Signed
from nguon_protocol.keys import P256, Signer
from nguon_signer import keys as holders
from nguon_signer import rooting
from nguon_signer.ceremony import HOLDER_NAMES, insert_root, make_store
from nguon_signer.client import SignerRefused
from nguon_signer.errors import Refused
from nguon_signer.opened import HOLDERS, open_store
from nguon_signer.rooting import Card
from nguon_signer.service import Service
from nguon_signer.store import Store

MODEL = "simulated"
STEP_S = 20.0


def bundle(version: str, *, broken: bool = False) -> bytes:
    """This function will make a program that a simulated loudspeaker would start, or would not."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("nguon_device/__init__.py", f'__version__ = "{version}"\n')
        archive.writestr("nguon_device/__main__.py", "def (\n" if broken else "pass\n")
    return found.getvalue()


class OneWay:
    """A radio that hears nothing; what it says of its health comes as the gateway brings it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def connect(self, address: BrokerAddress) -> None: ...

    def publish(self, topic: str, payload: bytes) -> bool:
        kind, _slash, device = topic.rpartition("/")
        if kind == "lsp/h":
            health.hear(said=[(UUID(device), json.loads(payload))], at=self._now())
        return kind == "lsp/h"

    def close(self) -> None: ...

    def drop(self) -> None: ...

    def ping(self) -> None: ...

    def restore(self) -> None: ...

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()


class World:
    """Its clock, its signer, its loudspeakers; `run` lets all of them live for some seconds."""

    poll_s = 120.0
    shortest_wait_s = spread_s = 0.0
    is_full = False

    def __init__(self, folder: Path, made: People) -> None:
        self.people, self.folder = made, folder
        self.seconds = 0.0
        self.boxes: list[Box] = []
        self.judge = SharedJudge()
        self.files = SharedShelf(folder / "shelf")
        self.ready: deque[Box] = deque()
        self.came: deque[tuple[Box, bytes]] = deque()
        self.obeyed: deque[Box] = deque()
        self.tls: Any = None
        self.door: Any = None
        self.more: asyncio.Event = asyncio.Event()
        self.maintainers = [[keys.generate(), keys.generate(P256)] for _ in range(3)]
        self.opened = open_store(self._store(folder / "store"))
        self.service = Service(self.opened, SameTransaction(), lambda: self.now().timestamp())

    def _store(self, path: Path) -> Path:
        """A signer's store whose second root names the maintainers."""
        made = make_store(path, policy=Policy(), at=to_epoch(AT), demo=True)
        store = Store.open(path)
        first = store.latest("root", "")
        assert first is not None
        assert first.envelope is not None
        cards = [
            Card(f"bao-tri-{number}", tuple(one.public for one in pair))
            for number, pair in enumerate(self.maintainers)
        ]
        draft = rooting.rotated(rooting.read_draft(first.envelope).root, to_epoch(AT), maintainers=cards)
        for name in HOLDER_NAMES[:2]:
            draft = draft.signed_by(holders.read(made.folder / HOLDERS / name))
        insert_root(store, draft.root, draft.to_json(), to_epoch(AT))
        store.close()
        return path

    def now(self) -> datetime:
        return datetime.fromtimestamp(AT.timestamp() + self.seconds, UTC)

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        try:
            return self.service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused

    def signed(self, content: bytes, number: int = 1, signers: int = 2, **changes: Any) -> str:
        """This function will have maintainers sign a bundle."""
        at = to_epoch(self.now())
        one = Signed(
            issued=at, expires=at + 86_400, epoch=1, v=number, model=MODEL,
            sha256_of_bundle=sha256(content).hexdigest(), size=len(content),
        )  # fmt: skip
        own: list[Signer] = [key for pair in self.maintainers[:signers] for key in pair]
        return replace(one, **changes).sign(own)

    def release(self, version: str, number: int = 1, *, broken: bool = False, signers: int = 2) -> Release:
        """This function will bring a release in, judged by the signer."""
        content, binh = bundle(version, broken=broken), self.people.binh
        made = actions.add(
            area=self.people.places.province.area,
            envelope=self.signed(content, number, signers),
            bundle=content,
            notes="",
            by=binh,
            at=self.now(),
        )
        return actions.admit(release=made, signer=self, at=self.now())

    def loudspeakers(self, count: int) -> None:
        """This function will hang simulated loudspeakers on the poles of a commune and switch them on."""
        village = self.people.places.villages[0]
        for number in range(count):
            one: Loudspeaker = loudspeaker(f"Loa {number}", village)
            Device.objects.filter(pk=one.device.pk).update(model=MODEL)
            answer = {
                "device": str(one.device.pk), "area": one.device.area, "name": one.device.name, "groups": [],
                "root": self.opened.root_envelope, "broker": {"url": "", "jwt": "", "expires": 0},
            }  # fmt: skip
            timer = DriftingTimer(0, AT.timestamp() - time.time(), lambda: self.seconds)
            box = Box(self, len(self.boxes), one.key, roster.journal(answer, set()), Random(number), timer)
            box.link = OneWay(self.now)
            self.boxes.append(box)
            box.switch_on()
        self.run(20)

    def run(self, seconds: float) -> None:
        """This function will let time pass: loudspeakers act, and at the end the clock's part looks."""
        until = self.seconds + seconds
        while self.seconds < until:
            for box in self.boxes:
                box.turn()
            while self.ready:
                self.ready.popleft().turn()
            self.seconds += STEP_S
        health.watch(at=self.now())
        actions.step(signer=self, at=self.now())

    def until(self, true: Callable[[], bool], at_most_s: float = 7200) -> None:
        """This function will let time pass until something is so."""
        ends = self.seconds + at_most_s
        while not true():
            assert self.seconds < ends
            self.run(60)

    # What a box needs of its surroundings.

    @property
    def pool(self) -> "World":
        return self

    @property
    def shelf(self) -> SharedShelf:
        return self.files

    def ask(self, request: Request, sign: Sign, post: Answer) -> None:
        """This function will take a loudspeaker's question to the pages, at once."""
        header = sign(request)
        client = Client(headers={"authorization": header} if header else {})
        if request.method == "GET":
            answer = client.get(request.path)
        else:
            answer = client.post(request.path, request.body, content_type="application/json")
        if request.media is not None and answer.status_code == 200:
            self.files.part(request.media.sha256).write_bytes(answer.content)
            assert self.files.finish(request.media.sha256)
        post(Reply(request, answer.status_code, answer.content, "", self.seconds, self.seconds))

    def from_thread(self, box: Box, agent: Agent | None, reply: Reply) -> None:
        if box.agent is agent:
            box.post(reply)

    def later(self, box: Box) -> None: ...

    def entered(self) -> None: ...

    def left(self) -> None: ...

    def heard(self, payload: bytes) -> None: ...


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.NGUON_DATA = str(tmp_path / "data")
    made = World(tmp_path, people())
    partitions.ensure(AT)  # as the dispatcher does, whose tables they are
    monkeypatch.setattr(clock, "now", made.now)
    for module in ("asking", "devices", "joining"):
        monkeypatch.setattr(f"nguon.gateway.views.{module}.now", made.now)
    for module in ("devices", "joining"):
        monkeypatch.setattr(f"nguon.gateway.views.{module}.signer", lambda: made)
    yield made
    made.opened.close()
