"""The agent's core: events in, one step at a time, no I/O of its own."""

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from nguon_device import identity as identities
from nguon_device.backoff import Backoff
from nguon_device.desk import Desk
from nguon_device.diary import Diary
from nguon_device.enrolment import Enrolment
from nguon_device.fetching import Fetcher
from nguon_device.identity import DeviceKey
from nguon_device.inputs import Inputs
from nguon_device.passport import LOST
from nguon_device.ports import (
    BrokerAddress,
    BrokerDown,
    BrokerUp,
    Event,
    LineClosed,
    LineData,
    Message,
    Ports,
    Reply,
    Request,
    Settings,
)
from nguon_device.reports import Reports
from nguon_device.stage import UNKNOWN_MS, Stage
from nguon_device.stocked import StockPhrases
from nguon_device.store import Store
from nguon_device.timekeeping import DeviceClock
from nguon_device.updating import Updater
from nguon_protocol import strict_json
from nguon_protocol.documents import Beacon
from nguon_protocol.documents.plan import Stocked
from nguon_protocol.errors import ProtocolError
from nguon_protocol.player import Level

HEALTH_S = 60.0
STATE_S = 900.0
NEWS = ("mains", "line")
"""What the box measures and tells at once when it changes; all else waits for the next minute."""
RENEW_S = 3600.0
"""A pass to the broker that has less left than this is renewed at once."""
TIDY_S = 3600.0
ALERT_ASKS_S = 10.0
"""Who sounds an alert asks within so long after the broker is back whether it is over."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a message of the broker says: a whole document, a bell, an unsigned acknowledgement."""

    doc: bytes | str | None = None
    bell: bool = False
    acks: bool = False
    ack: object = None


def read_message(payload: bytes) -> Said:
    """Read a message of the broker; ProtocolError when it is no strict JSON."""
    message = strict_json.parse(payload, 2 * strict_json.MAX_BYTES)
    if not isinstance(message, dict):
        return Said()
    doc = message.get("doc")
    if "doc" in message and not isinstance(doc, str):
        doc = strict_json.dumps(doc)
    return Said(doc, "bell" in message, "ack" in message, message.get("ack"))


class Agent:
    """One loudspeaker. `boot()` once; then `handle(event)` for each event and `step()` whenever it asks."""

    def __init__(
        self,
        ports: Ports,
        store: Store,
        key: DeviceKey,
        settings: Settings,
        folder: Path,
        rng: Random,
        tell: Callable[[str], None],
    ) -> None:
        ports = replace(ports, phrases=StockPhrases(ports.phrases, ports.shelf, self._stock))
        self._ports = ports
        self.read: Callable[[bytes], Said] = read_message
        """A simulator of many devices shares this work among them."""
        self._store = store
        self._settings = settings
        self._tell = tell
        self._rng = rng
        self.clock = DeviceClock(ports.timer, store)
        self.diary = Diary(self.clock.now, settings.diary)
        self.reports = Reports(ports, store, self.clock, key, rng)
        self.reports.noted = self.diary.note
        self.reports.device_class = settings.device_class or None
        self.desk = Desk(ports, store, self.clock, self.reports, rng, settings.poll_s)
        self.stage = Stage(ports, store, self.clock, self.reports, self.desk.policy, rng)
        self.desk.stage = self.stage
        self.desk.moved = self._ask_state_soon
        self.desk.model = settings.model
        self.inputs = Inputs(ports, store, self.clock, self.reports)
        self.desk.inputs = self.inputs
        self.updater = Updater(ports, store, self.clock, self.reports, self.stage, rng)
        self.desk.restart = self.updater.leave
        self.desk.tell_log = self._tell_log
        self._fetcher = Fetcher(
            ports, store, self.clock, self.reports, self.stage, rng, settings.cap_s, self._stock
        )
        self._enrolment = Enrolment(
            ports, store, key, settings, folder, tell, Backoff(rng, cap_s=min(5.0, settings.cap_s))
        )
        self._health: dict[str, Any] = {}
        self._health_at = 0.0
        self._state_at = ports.timer.monotonic() + rng.uniform(STATE_S / 30, STATE_S / 10)
        self._state_backoff = Backoff(rng, base_s=1.0, cap_s=STATE_S)
        self._pass_ends = 0
        self._renew_at = 0.0
        self._renewing = Backoff(rng, base_s=5.0, cap_s=300.0)
        self._tidy_at = 0.0

    def _stock(self) -> list[Stocked]:
        return self.desk.stock

    def boot(self) -> None:
        """Read the journal, close what a power cut left open, and go online when enrolled."""
        with self._store.transaction():
            self.reports.boot = self._store.number("boot") + 1
            self._store.remember("boot", self.reports.boot)
        self.desk.regain = self._regain
        self._open()

    def _regain(self, beacon: Beacon) -> None:
        """The journal was lost, and now there is a signed time: begin anew from here, and say so."""
        with self._store.transaction():
            self._store.remember("unknown_ms", self.clock.began_ms + UNKNOWN_MS)
            self.desk.distrust_before(beacon)
            self.reports.begin_again(beacon.ack)
            self.reports.add("accepted", doc=self.desk.root_sha256)  # it may have come meanwhile
            self._store.remember(LOST, 0)

    def _open(self) -> None:
        self._look_for_loss()
        self.desk.load()
        if self.desk.identity is None:
            return
        self.reports.device = self.desk.identity.device
        self.diary.note(f"boot {self.reports.boot}, version {self._settings.version}")
        with self._store.transaction():
            self.reports.add("info", reason="boot")
            self.stage.recover()
        self.updater.boot()
        self.desk.rebuild()
        self._connect()
        self._tell(f"enrolled as {self.desk.identity.name} in {self.desk.identity.area}")

    def _look_for_loss(self) -> None:
        self.desk.lost = self.reports.holding = self._store.number(LOST) == 1

    def _connect(self) -> None:
        access, me = identities.load_broker(self._store), self.desk.identity
        if access is None or me is None:
            return
        if access.expires > self._pass_ends:
            self._pass_ends = access.expires
            self._renewing.worked()
        self._ports.broker.connect(
            BrokerAddress(access.url, me.device, access.jwt, me.topics(), f"lsp/h/{me.device}")
        )

    def handle(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, Reply):
            self._answered(event)
        elif isinstance(event, Message):
            self._heard(event.payload)
        elif isinstance(event, LineData | LineClosed):
            self.stage.lives.take(event)
        elif isinstance(event, BrokerUp):
            self.reports.broker_up = True
            self.diary.note("broker up")
            self._health = {}
            self._state_backoff.worked()
            self.desk.bell(within_s=self._soon_s())
        elif isinstance(event, BrokerDown):
            self.reports.broker_up = False
            self.diary.note("broker down")
            self._ask_state_soon()  # the broker may have moved, or the password may be too old

    def _soon_s(self) -> float:
        """A broker that comes back is found again by thousands at once: the web server is not to suffer. But
        who sounds an alert may have missed its end."""
        sounding = self.stage.sounding
        alert = sounding is not None and sounding.level is Level.URGENT
        return min(max(0.1, self._settings.poll_s / 4), ALERT_ASKS_S if alert else math.inf)

    def step(self) -> float:
        """Do what is due and give the seconds until the next step is needed, if no event comes before."""
        if self.desk.identity is None:
            return self._enrolment.step()
        waits = [self._fetcher.step(), self.desk.step(), self._tell_state(), self.updater.step()]
        if not self.updater.on_trial:  # a program that has proven nothing yet makes no sound
            waits += [self.stage.step(), self._step_inputs()]
        waits += [self._tidy(), self.reports.step()]
        return max(0.0, min(waits))

    def sound(self) -> None:
        """Make what has just come sound, before the rest of a step is looked after."""
        if self.desk.identity is not None and not self.updater.on_trial:
            self.stage.step()

    def recover(self) -> None:
        """Go on after a step that failed (a full disk, a fault of ours) from what the journal says."""
        self._look_for_loss()  # a new beginning that could not be written has not begun
        self.reports.reload()
        self.stage.reload()
        self.inputs.reload()
        self.desk.reload()

    def close(self) -> None:
        """End cleanly: silence, report it, say goodbye to the broker."""
        self.inputs.silence("power")
        self.stage.close()
        if self.desk.identity is not None:
            self.reports.step()
            self._ports.broker.publish(f"lsp/h/{self.desk.identity.device}", b'{"offline":true}')
        self._ports.broker.close()

    def _answered(self, reply: Reply) -> None:
        kind = reply.request.kind
        if not reply.ok:
            self.diary.note(f"{kind}: {reply.error or reply.status}")
        if kind == "beacon":
            self.desk.beacon_answered(reply)
        elif kind == "document":
            self.desk.document_answered(reply)
        elif kind == "root":
            self.desk.root_answered(reply)
        elif kind == "media":
            self._fetcher.answered(reply)
        elif kind == "bundle":
            self.updater.answered(reply)
        elif kind == "receipts":
            self.reports.answered(reply)
        elif kind == "state" and reply.ok:
            self._take_state(reply.body)
        elif kind in {"claim", "claim.look"} and self._enrolment.answered(reply):
            self._open()

    def _heard(self, payload: bytes) -> None:
        """A message of the broker: a bell, an order complete in itself, or an acknowledgement."""
        try:
            said = self.read(payload)
        except ProtocolError:
            self.desk.judge(payload[: strict_json.MAX_BYTES])  # is refused as `parse`, and reported
            return
        if said.doc is not None:
            self.desk.judge(said.doc)
        if said.bell:
            self.desk.bell()
        if said.acks:
            self.reports.hear(said.ack)

    def _tell_log(self, order: str) -> None:
        """Post the last lines, once; who gets none asks again."""
        self._ports.network.ask(Request("logs", "POST", f"/lsp/v1/logs/{order}", self.diary.tail()))

    def _take_state(self, body: bytes) -> None:
        """Take the broker's address and a fresh credential; the device's place comes signed, by beacon."""
        with suppress(ProtocolError):
            identities.save_broker(self._store, strict_json.parse(body))
        self._connect()

    def _ask_state_soon(self) -> None:
        soon = self._ports.timer.monotonic() + self._state_backoff.failed()
        self._state_at = min(self._state_at, soon)

    def _tell_state(self) -> float:
        """Publish the health when it changed and once a minute; ask for the state once in a while."""
        now = self._ports.timer.monotonic()
        if self.clock.known and (now >= self._state_at or self._renewal_due(now)):
            self._state_at = now + STATE_S * self._rng.uniform(0.8, 1.2)
            self._renew_at = now + self._renewing.failed()
            self._ports.network.ask(Request("state", "GET", "/lsp/v1/state"))
        measured = self._ports.sensors.read()
        health = self._current_health() | {name: measured[name] for name in NEWS if name in measured}
        if health != self._health or now >= self._health_at:
            at = {"at": int(self.clock.now())} if self.clock.known else {}
            self._send_health({**measured, **health, **at})
            self._health, self._health_at = health, now + HEALTH_S * self._rng.uniform(0.9, 1.1)
        until = min(self._health_at, self._state_at) if self.clock.known else self._health_at
        return max(0.05, until - now)

    def _renewal_due(self, now: float) -> bool:
        """The pass is about to end, or ended while this device was away: the broker will not say why."""
        ends = self._pass_ends
        return ends > 0 and self.clock.now() > ends - RENEW_S and now >= self._renew_at

    def _current_health(self) -> dict[str, Any]:
        cue = self.stage.sounding
        quiet = {"quiet": True} if cue is not None and cue.silent else {}
        return {
            **quiet,
            "playing": cue is not None,
            "item": None if cue is None else cue.item.id,
            "clock": str(self.clock.state),
            "agent": self._settings.version,
            "volume": self.stage.volume,
            "loudest": self.stage.loudest,
            "muted": self.stage.muted,
            "inputs": self.inputs.state,
        }

    def _step_inputs(self) -> float:
        sounding = self.stage.sounding
        busy = sounding is not None and not sounding.silent
        loudest = self.desk.policy().volume_max
        return self.inputs.step(busy=busy, muted=self.stage.muted, volume_max=loudest)

    def _send_health(self, health: dict[str, Any]) -> None:
        body = json.dumps(health).encode()
        me = self.desk.identity
        if me is None or self._ports.broker.publish(f"lsp/h/{me.device}", body):
            return
        if self.clock.known:  # without a time the server cannot take a request for genuine
            self._ports.network.ask(Request("health", "POST", "/lsp/v1/health", body))

    def _tidy(self) -> float:
        now = self._ports.timer.monotonic()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_S
            self.desk.forget_old()
            keep = {cue.item.media.sha256 for cue in self.stage.cues}
            self._ports.shelf.forget(keep | {one.media.sha256 for one in self._stock()})
        return self._tidy_at - now
