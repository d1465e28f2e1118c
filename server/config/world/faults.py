"""What goes wrong: at machines, at the server, on the ways; and how it stops."""

import base64
import json
from collections.abc import Sequence
from random import Random

from config.world.keysmith import pair
from config.world.machine import Machine
from config.world.place import Place
from config.world.programs import Releases, place_has_programs
from nguon.releases.states import OFFERED
from nguon_protocol import envelope
from nguon_protocol.documents import Urgent
from nguon_protocol.documents.urgent import SIREN
from nguon_protocol.keys import Signer

LAST_OPERATION = 60


class Faults:
    """Acts of fate, drawn from the world's chance; `stop` makes everything well again."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._stolen: list[bytes] = []
        self._stranger = pair(f"{place.seed}/stranger")
        self._backup = (place.office.tables.copy(), place.office.signer.save())
        place.post.spied = self._spy

    @property
    def rng(self) -> Random:
        """This function will give the world's chance."""
        return self.place.rng

    def act(self) -> None:
        """This function will do one thing that goes wrong."""
        acts = [self.storm, self.cut_off, self.http, self.broker, self.wipe, self.power_cut]
        acts += [self.cut_while_writing, self.cut_while_writing, self.kill, self.server, self.signer_disk]
        acts += [self.disk_full, self.rot, self.wall_clock, self.evil_broker, self.evil_broker]
        acts += [self.document_rot, self.journal_rot, self.stolen_server, self.revoke]
        if place_has_programs(self.place.seed):
            acts += [self.stray_program, self.stray_program]
        act = self.rng.choice(acts)
        self.place.judge.happened(f"fault:{act.__name__}", "fate")
        act()

    def _one(self) -> Machine:
        return self.rng.choice(self.place.machines)

    def storm(self) -> None:
        """This function will make the ways bad: loss, doubles, delay, garbled bytes."""
        weather = self.place.weather
        weather.loss, weather.double = self.rng.uniform(0, 0.5), self.rng.uniform(0, 0.3)
        weather.garble = self.rng.choice((0.0, 0.1))
        weather.delay_s = (0.01, self.rng.choice((0.2, 2.0, 15.0)))

    def cut_off(self) -> None:
        """This function will take one machine off the network, without a goodbye."""
        self.place.weather.cut_off.add(self._one().name)
        self.place.post.notice()

    def http(self) -> None:
        """This function will take the web server down."""
        self.place.weather.http_down = True

    def broker(self) -> None:
        """This function will take the broker down."""
        self.place.weather.broker_down = True
        self.place.post.wipe()

    def wipe(self) -> None:
        """This function will restart the broker with an empty disk."""
        self.place.post.wipe()

    def power_cut(self) -> None:
        """This function will cut one machine's power for a while."""
        self._off_for(self._one(), self.rng.uniform(0.5, 60))

    def _off_for(self, machine: Machine, seconds: float) -> None:
        machine.lose_power()
        self.place.work.after(seconds, machine.switch_on)

    def cut_while_writing(self) -> None:
        """This function will cut the power at one of the next writes of a machine, before or after it."""
        machine = self._one()
        machine.trouble.arm(self.rng.randrange(1, LAST_OPERATION), after=self.rng.random() < 0.5)
        self.place.work.after(self.rng.uniform(5, 60), machine.switch_on)

    def kill(self) -> None:
        """This function will end an agent's process, as kill -9 does."""
        self._one().kill()

    def server(self) -> None:
        """This function will end the server's processes."""
        self.place.office.crash(self.rng.uniform(1, 40))

    def signer_disk(self) -> None:
        """This function will end the signer at one of its next writes, before or after it."""
        self.place.office.signer.trouble.arm(self.rng.randrange(1, 12), after=self.rng.random() < 0.5)

    def disk_full(self) -> None:
        """This function will fill one machine's disk for a while."""
        machine = self._one()
        machine.trouble.full = True
        self.place.work.after(self.rng.uniform(1, 60), machine.trouble.free)

    def rot(self) -> None:
        """This function will turn one bit in one stored sound."""
        machine = self._one()
        files = sorted((machine.folder / "media").glob("*"))
        if files:
            path = self.rng.choice(files)
            data = bytearray(path.read_bytes())
            if data:
                data[self.rng.randrange(len(data))] ^= 1
                path.write_bytes(bytes(data))

    def wall_clock(self) -> None:
        """This function will set one machine's wall clock wrong, by up to two days."""
        machine = self._one()
        machine.clocks.wall_error += self.rng.uniform(-1, 1) * self.rng.choice((5, 3600, 43_200, 172_800))
        machine.clocks.tampered = True

    def evil_broker(self) -> None:
        """This function will have the broker send old messages again, to anybody, whole or changed."""
        for _ in range(self.rng.randrange(1, 8)):
            session = self.place.post.sessions.get(self._one().name)
            if not self._stolen or session is None:
                return
            payload = self.rng.choice(self._stolen)
            change = self.rng.random()
            if change < 0.3:
                at = self.rng.randrange(len(payload))
                payload = payload[:at] + bytes([payload[at] ^ 1 << self.rng.randrange(7)]) + payload[at + 1 :]
            elif change < 0.4:
                payload = b'{"ack":%d}' % self.rng.randrange(200)
            elif change < 0.5:
                payload = forged(payload, self.rng.randrange(1, 40), self._stranger)
            self.place.post.deliver(session, payload)

    def stolen_server(self) -> None:
        """This function will have whoever took the server's keys, and no second person's, raise an alert."""
        place, machine = self.place, self._one()
        now, session = int(place.work.now), place.post.sessions.get(machine.name)
        area = machine.plate.area
        known = Urgent(
            issued=now, expires=now + 900, epoch=place.ceremony.epoch, v=900 + now % 97, target=area,
            id=place.uuid(), action="play", sounds=(SIREN,), dur_ms=9000,
            cancel="0" * 64, correction="1" * 64,
        )  # fmt: skip
        if session is not None:
            text = known.sign(place.ceremony.signers)
            place.post.deliver(session, b'{"doc":' + text.encode() + b"}")

    def stray_program(self) -> None:
        """This function will have one maintainer alone sign a program, or somebody send an older one."""
        place, machine = self.place, self._one()
        releases, session = place.office.releases, place.post.sessions.get(machine.name)
        if releases is None or session is None:
            return
        runs = place.judge.programs.number_of(machine)
        older = [row.envelope for row in releases.rows if row.signed.v < runs]
        text = self.rng.choice(older) if older and self.rng.random() < 0.5 else self._half_signed(releases)
        place.post.deliver(session, b'{"doc":' + text.encode() + b"}")

    def _half_signed(self, releases: Releases) -> str:
        row, content = releases.sign(maintainers=1)
        self.place.office.media[row.signed.sha256_of_bundle] = content
        return row.envelope

    def document_rot(self) -> None:
        """This function will change a byte of a document in one machine's journal."""
        machine = self._one()
        rows = machine.disk.connection.execute(
            "SELECT sha256, body FROM documents ORDER BY sha256"
        ).fetchall()
        if rows and machine.on:
            sha256, body = self.rng.choice(rows)
            at = self.rng.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ 4]) + body[at + 1 :]
            machine.disk.connection.execute("UPDATE documents SET body = ? WHERE sha256 = ?", (body, sha256))
            self.place.judge.rotted(machine, sha256)

    def journal_rot(self) -> None:
        """This function will cut one machine's power and spoil its journal, or lose it."""
        machine = self._one()
        image = bytearray(machine.disk.image())
        how = self.rng.choice(("gone", "head", "bits", "bits"))
        if how == "bits":
            for _ in range(60):
                image[self.rng.randrange(4096, len(image))] ^= 1 << self.rng.randrange(8)
        elif how == "head":
            image[:200] = bytes(200)
        machine.rot(b"" if how == "gone" else bytes(image))
        back_in = self.rng.uniform(0.5, 60)
        self.place.work.after(back_in, machine.switch_on)
        for _ in range(12):  # who has forgotten the numbers is told old stories
            self.place.work.after(back_in + self.rng.uniform(0, 6), lambda: self._tell_again(machine))

    def _tell_again(self, machine: Machine) -> None:
        session = self.place.post.sessions.get(machine.name)
        if self._stolen and session is not None:
            self.place.post.deliver(session, self.rng.choice(self._stolen))

    def revoke(self) -> None:
        """This function will revoke the last machine of one world in five."""
        office, machine = self.place.office, self.place.machines[-1]
        if self.place.seed % 5 == 0 and machine.plate.device not in office.revoked:
            office.revoke(machine)

    def _spy(self, payload: bytes) -> None:
        if payload.startswith(b'{"doc"'):
            self._stolen.append(payload)

    def back_up(self) -> None:
        """This function will take a backup of the server, to be restored some day."""
        if self.place.office.up:
            self._backup = (self.place.office.tables.copy(), self.place.office.signer.save())

    def restore(self) -> None:
        """This function will lose the server's disk: an old backup comes back, and the epoch is raised."""
        office = self.place.office
        office.crash(5.0)
        tables, store = self._backup
        office.tables = tables.copy()
        self.place.judge.programs.restored(
            {row.signed.sha256: (row.turns, row.state not in OFFERED) for row in office.tables.programs}
        )
        office.signer.restore(store)
        self.new_root("epoch")

    def new_root(self, kind: str = "") -> None:
        """This function will have the holders meet and make the next root.

        The epoch is raised when numbers may come again (an old backup) or a key must count no more; every
        plan is then signed anew.
        """
        office, ceremony, now = self.place.office, self.place.ceremony, int(self.place.work.now)
        kind = kind or self.rng.choice(("policy", "holder", "server"))
        if kind == "holder":
            ceremony.new_holder(now, self.rng.randrange(1, 4))
        elif kind == "server":
            ceremony.new_server_keys(now)
        else:
            ceremony.rotate(
                now, policy=self.place.policy() if kind == "policy" else None, epoch=kind == "epoch"
            )
        self.place.judge.rooted(ceremony.root)
        self.place.judge.happened(f"root:{kind}", "holders", f"v{ceremony.root.v}")
        office.crash(1.0)
        if kind in {"epoch", "server"}:
            rows = office.tables.revisions.values()
            for target in sorted({line.target for row in rows for line in row.targets}):
                office.ask("plan", target)

    def stop(self) -> None:
        """This function will end every fault; who was switched off is switched on."""
        place = self.place
        place.weather.clear()
        place.weather.cut_off.clear()
        place.post.mend()
        place.office.signer.trouble.disarm()
        place.office.start()
        for machine in place.machines:
            machine.trouble.disarm()
            machine.switch_on()


def forged(payload: bytes, ahead: int, signers: Sequence[Signer]) -> bytes:
    """This function will give a stolen document with a later number, under a stranger's signatures that are
    said to be those of the true keys."""
    true = json.loads(payload)["doc"]
    fields = json.loads(base64.b64decode(true["payload"]))
    fields["v"] = fields.get("v", 1) + ahead
    false = json.loads(envelope.sign(json.dumps(fields).encode(), true["payloadType"], signers))
    for one, known in zip(false["signatures"], true["signatures"], strict=False):
        one["keyid"] = known["keyid"]
    return json.dumps({"doc": false}).encode()
