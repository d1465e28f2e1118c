"""The ways to the server: HTTP and the broker, as untrusted pipes in every kind of weather."""

from collections.abc import Callable
from typing import Protocol

from config.world.clockwork import Clockwork
from config.world.machine import Machine
from config.world.weather import TIMEOUT_S, Weather
from nguon_device.ports import BrokerAddress, BrokerDown, BrokerUp, Message, Reply, Request
from nguon_protocol import http_auth


class Gateway(Protocol):
    """The server's side."""

    def answer(self, machine: Machine, request: Request, header: str | None) -> tuple[int, bytes]:
        """Answer one HTTP request: status and body; 0 when nobody is there."""

    def heard(self, device: str, topic: str, payload: bytes) -> None:
        """Take what a loudspeaker published."""

    def connected(self, machine: Machine) -> None:
        """Notice that a loudspeaker has come to the broker."""


class Web:
    """The Network port of one machine in one life."""

    def __init__(self, machine: Machine, work: Clockwork, weather: Weather, gateway: Gateway) -> None:
        self._machine = machine
        self._life = machine.life
        self._work = work
        self._weather = weather
        self._gateway = gateway

    def ask(self, request: Request) -> None:
        """This function will carry a question there and its answer back, or let it run out of time."""
        header = None
        if request.auth:
            agent = self._machine.agent
            now = max(0, int(agent.clock.now()))
            header = http_auth.header(
                self._machine.plate.key, agent.reports.device, request.method, request.path, now, request.body
            )
        delays = self._weather.delays()
        if not delays or self._cut():
            self._later(TIMEOUT_S, Reply(request, 0, error="network"))
        for delay in delays[:1]:
            self._work.after(delay, lambda: self._arrive(request, header))

    def _cut(self) -> bool:
        return self._weather.http_down or self._machine.name in self._weather.cut_off

    def _arrive(self, request: Request, header: str | None) -> None:
        status, body = (0, b"") if self._cut() else self._gateway.answer(self._machine, request, header)
        delays = self._weather.delays()
        if status == 0 or not delays:
            self._later(TIMEOUT_S if status else 0.1, Reply(request, 0, error="network"))
            return
        body = self._weather.spoil(body)
        reply = Reply(request, status, body)
        if request.media is not None:
            self._work.after(delays[0], lambda: self._store(request, status, body))
        else:
            self._later(delays[0], reply)

    def _store(self, request: Request, status: int, body: bytes) -> None:
        """Write a file that came and verify it, as the real network port does."""
        machine, media = self._machine, request.media
        if media is None or not machine.on or machine.life != self._life:
            return
        if status != 200:
            machine.tell(Reply(request, status), self._life)
        elif machine.trouble.full:
            machine.tell(Reply(request, 0, error="disk-full"), self._life)
        elif len(body) < media.size:
            machine.tell(Reply(request, 0, error="network"), self._life)
        else:
            shelf = machine.agent._ports.shelf
            shelf.part(media.sha256).write_bytes(body)  # type: ignore[attr-defined]
            whole = shelf.finish(media.sha256)  # type: ignore[attr-defined]
            machine.tell(Reply(request, 200) if whole else Reply(request, 0, error="hash"), self._life)

    def _later(self, seconds: float, reply: Reply) -> None:
        self._work.after(seconds, lambda: self._machine.tell(reply, self._life))


class Session:
    """The Broker port of one machine in one life: connects, loses the connection, connects again for ever."""

    def __init__(self, machine: Machine, work: Clockwork, post: "Post") -> None:
        self.machine = machine
        self.life = machine.life
        self.address: BrokerAddress | None = None
        self.up = False
        self._work = work
        self._post = post

    def connect(self, address: BrokerAddress) -> None:
        """This function will begin to connect."""
        first, self.address = self.address is None, address
        if first:
            self.attempt()

    def publish(self, topic: str, payload: bytes) -> bool:
        """This function will hand a message over; a connection broken unnoticed takes it too."""
        if self.up:
            self._post.upwards(self, topic, payload)
        return self.up

    def close(self) -> None:
        """This function will say goodbye."""
        self.up, self.address = False, None

    def drop(self) -> None:
        """This function will notice that the connection is gone, and try again."""
        if self.up:
            self.up = False
            self._work.after(0.0, lambda: self.machine.tell(BrokerDown(), self.life))
            self._work.after(self._post.pause(), self.attempt)

    def attempt(self) -> None:
        if not self.machine.on or self.machine.life != self.life or self.up or self.address is None:
            return
        if self._post.reachable(self.machine):
            self.up = True
            self.machine.tell(BrokerUp(), self.life)
            self._post.connected(self.machine)
        elif self.machine.busy:
            self._work.after(self._post.pause(), self.attempt)


class Post:
    """The broker: topics, and no memory that anybody may rely on."""

    def __init__(self, work: Clockwork, weather: Weather) -> None:
        self.gateway: Gateway | None = None
        self.sessions: dict[str, Session] = {}
        self.spied: Callable[[bytes], None] = lambda payload: None
        self._work = work
        self._weather = weather
        self._age = 0
        self._revoked: set[str] = set()

    def session(self, machine: Machine) -> Session:
        """This function will make the machine's session; an older one of it is gone."""
        self.sessions[machine.name] = Session(machine, self._work, self)
        return self.sessions[machine.name]

    def pause(self) -> float:
        """This function will give the seconds until a session tries to connect again."""
        return self._weather.rng.uniform(0.5, 5.0)

    def reachable(self, machine: Machine) -> bool:
        """This function will say whether the machine can reach the broker now."""
        cut_off = self._weather.cut_off | self._revoked
        return not self._weather.broker_down and machine.name not in cut_off

    def revoke(self, name: str) -> None:
        """This function will let one machine's pass count no more; its connection ends at once."""
        self._revoked.add(name)
        if name in self.sessions:
            self.sessions[name].drop()

    def wipe(self) -> None:
        """This function will restart the broker with nothing: what was under way is lost."""
        self._age += 1
        for session in self.sessions.values():
            session.drop()

    def connected(self, machine: Machine) -> None:
        """This function will tell the server that a loudspeaker is there."""
        if self.gateway is not None:
            self.gateway.connected(machine)

    def mend(self) -> None:
        """This function will have every session without a connection try again soon."""
        for session in self.sessions.values():
            if not session.up:
                self._work.after(self.pause(), session.attempt)

    def notice(self) -> None:
        """This function will break the sessions of machines that are out of reach, as keep-alives do."""
        for session in self.sessions.values():
            if session.up and not self.reachable(session.machine):
                self._work.after(self._weather.rng.uniform(5, 45), session.drop)

    def publish(self, topic: str, payload: bytes) -> None:
        """This function will deliver a message to whoever subscribed to the topic."""
        self.spied(payload)
        for session in self.sessions.values():
            if session.up and session.address is not None and topic in session.address.topics:
                self.deliver(session, payload)

    def deliver(self, session: Session, payload: bytes) -> None:
        """This function will send bytes down one session."""
        age = self._age

        def arrive() -> None:
            if age == self._age and session.up and self.reachable(session.machine):
                session.machine.tell(Message(self._weather.spoil(payload)), session.life)

        for delay in self._weather.delays():
            self._work.after(delay, arrive)

    def upwards(self, session: Session, topic: str, payload: bytes) -> None:
        """This function will carry what a machine published to the server."""
        age = self._age

        def arrive() -> None:
            if age == self._age and self.gateway is not None:
                self.gateway.heard(session.machine.plate.device, topic, self._weather.spoil(payload))

        if self.reachable(session.machine):
            for delay in self._weather.delays():
                self._work.after(delay, arrive)
