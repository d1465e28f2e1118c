"""What officers do all day: bulletins now, at an hour and every day; withdrawals and stops."""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from config.world.machine import Machine
from config.world.place import COMMUNES, PROVINCE, Place
from config.world.programs import place_has_programs
from nguon_protocol.documents import Item
from nguon_protocol.documents import Media as SignedMedia
from nguon_signer.rows import Media, Revision, Target

ZONE_S = 7 * 3600
PLAYED_S = (1, 16)
LONG_S = 60


def place_has_voices(seed: int) -> bool:
    """This function will say whether a seed's world has live sessions and orders of volume: one in ten."""
    return seed % 10 == 3


class Workload:
    """Acts of officers, drawn from the world's chance."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.live: list[Revision] = []

    def act(self) -> None:
        """This function will do one thing that officers do."""
        rng = self.place.rng
        acts = [self.now, self.now, self.soon, self.soon, self.daily, self.withdraw, self.withdraw, self.stop]
        acts += [self.alert, self.end_alert, self.drill, self.input, self.mute]
        if place_has_voices(self.place.seed):
            acts += [self.speak, self.speak, self.volume]
        if place_has_programs(self.place.seed):
            acts += [self.program, self.program, self.program]
        rng.choice(acts)()

    def speak(self) -> None:
        """This function will have an officer go live for a while; the order mostly lasts longer."""
        place, rng, name = self.place, self.place.rng, self.place.uuid()
        if not place.office.up:
            return
        lives_s, key = rng.choice((15, 60, 400)), f"{place.seed}/session/{name}"
        duty = place.office.signer.duty
        order, envelope = duty.voice(self._target(), int(place.work.now), lives_s, name, key)
        place.judge.published(order.sha256, order.body())
        place.office.relay(order, envelope)
        place.studio.speak(name, key, rng.randrange(3, 14))

    def program(self) -> None:
        """This function will bring a newer program, or halt, go on with or withdraw the one under way."""
        place, rng = self.place, self.place.rng
        office, releases = place.office, place.office.releases
        if releases is None or not office.up:
            return
        row = releases.newest
        if row is not None and row.state == "rolling":
            if rng.random() < 0.1:
                releases.halt(row)
        elif row is not None and row.state == "halted":
            rng.choice((releases.resume, releases.withdraw))(row)
        else:
            made, content = releases.sign()
            place.judge.programmed(made.signed)
            if office.release(made, content):
                releases.start(made)
                place.note("release", "officer", made.version)

    def volume(self) -> None:
        """This function will order how loud a target may be."""
        place, name = self.place, self.place.uuid()
        place.office.volumes[name] = place.rng.choice((20, 60, 100))
        place.office.ask("volume", self._target(), name)

    def now(self) -> None:
        """This function will approve a bulletin that plays at once."""
        self._approve(self._revision("now", None, ""))

    def soon(self) -> None:
        """This function will approve a bulletin for an instant close by, or a few hours away."""
        rng = self.place.rng
        ahead = rng.choice((rng.randrange(5, 200), rng.randrange(200, 20_000)))
        self._approve(self._revision("at", int(self.place.work.now) + ahead, ""))

    def daily(self) -> None:
        """This function will approve a bulletin that is repeated every day."""
        rng = self.place.rng
        start = int(self.place.work.now) + rng.randrange(0, 400)
        hour = (start + ZONE_S) // 3600 % 24
        minute = (start + ZONE_S) // 60 % 60
        other = rng.choice((5, 6, 11, 17, 21))
        rule = (
            f"FREQ=DAILY;BYHOUR={hour};BYMINUTE={min(59, minute + 1)}\nFREQ=DAILY;BYHOUR={other};BYMINUTE=0"
        )
        self._approve(self._revision("repeat", start, rule))

    def withdraw(self) -> None:
        """This function will take a bulletin back."""
        if self.live:
            rng = self.place.rng
            latest = rng.random() < 0.5
            revision = self.live.pop(-1 if latest else rng.randrange(len(self.live)))
            self.place.note("withdraw", "officer", revision.title)
            self.place.office.withdraw(revision, self.place.uuid())

    def stop(self) -> None:
        """This function will press the stop button for a commune or a village of it."""
        target = self._target()
        while target[1] == "/":
            target = self._target()
        self.place.note("stop", "officer", target)
        self.place.office.ask("stop", target, self.place.uuid())

    def alert(self) -> None:
        """This function will raise an alert, renew one, or none while the server is down."""
        place, rng = self.place, self.place.rng
        duty, now = place.office.signer.duty, int(place.work.now)
        if not place.office.up:
            return
        if duty.alerts and rng.random() < 0.4:
            alert = duty.renew(rng.choice(duty.alerts), now)
        else:
            media, dur_s = self._media(), rng.randrange(5, 20)
            signed = SignedMedia(media.sha256, media.size, media.mime)
            item = Item(place.uuid(), dur_s * 1000, signed, rng.choice((60, 100)), 1, "")
            words = item if rng.random() < 0.7 else None
            alert = duty.alert(rng.choice((PROVINCE, self._target())), words, dur_s * 1000, now, place.uuid())
        for one in (alert.play, alert.cancel, alert.correction):
            place.judge.released(one)
        place.office.announce(alert.play)

    def end_alert(self) -> None:
        """This function will end an alert with what was signed with it."""
        place, duty = self.place, self.place.office.signer.duty
        for old in [one for one in duty.alerts if one.play.epoch != place.ceremony.epoch]:
            duty.drop(old)
        if place.office.up and duty.alerts:
            chosen = place.rng.choice(duty.alerts)
            place.office.announce(duty.end(chosen, correct=place.rng.random() < 0.5))

    def drill(self) -> None:
        """This function will begin a drill, or a test that nobody hears."""
        place = self.place
        if place.office.up:
            action = place.rng.choice(("play", "test"))
            now, duty = int(place.work.now), place.office.signer.duty
            drill = duty.drill(self._target(), action, now, place.uuid())
            place.judge.released(drill)
            place.office.announce(drill)

    def input(self) -> None:
        """This function will open an input, or close it."""
        place, rng = self.place, self.place.rng
        action = rng.choice(("open", "open", "close"))
        asked = (action, rng.choice(("aux", "fm")), rng.randrange(5, 90) * 1000, rng.choice((50, 100)))
        name = place.uuid()
        place.office.inputs[name] = asked
        place.note(f"{action} {asked[1]}", "officer")
        place.office.ask("input", self._target(), name)

    def mute(self) -> None:
        """This function will press the mute switch of a loudspeaker, for a while."""
        place = self.place
        machine = place.rng.choice(place.machines)
        self._press(machine, pressed=True)
        place.work.after(place.rng.uniform(2, 60), lambda: self._press(machine, pressed=False))

    def _press(self, machine: Machine, *, pressed: bool) -> None:
        machine.panel.pressed = pressed
        self.place.judge.happened("pressed" if pressed else "let go", machine.name)
        machine.wake()

    def _approve(self, revision: Revision) -> None:
        targets = " ".join(one.target for one in revision.targets)
        self.place.note("approve", "officer", f"{revision.title} {revision.timing} for {targets}")
        self.live.append(revision)
        self.place.office.approve(revision)

    def _target(self) -> str:
        rng = self.place.rng
        machine = rng.choice(self.place.machines)
        commune = rng.choice(COMMUNES)
        choices = [
            commune,
            commune,
            machine.plate.area,
            f"d/{machine.plate.device}",
            f"g/{self.place.groups[0]}",
        ]
        return rng.choice(choices)

    def _media(self) -> Media:
        rng = self.place.rng
        sound = rng.randbytes(rng.randrange(50, 300))
        sha256 = hashlib.sha256(sound).hexdigest()
        self.place.office.media[sha256] = sound
        return Media(sha256, "audio/ogg", len(sound), self._length_s() * 1000)

    def _length_s(self) -> int:
        rng = self.place.rng
        return LONG_S if rng.random() < 0.06 else rng.randrange(*PLAYED_S)

    def _revision(self, timing: str, starts_at: int | None, rule: str) -> Revision:
        rng = self.place.rng
        at = datetime.fromtimestamp(self.place.work.now, UTC)
        targets = sorted({self._target() for _ in range(rng.choice((1, 1, 1, 2)))})
        known: dict[str, Any] = {
            "id": self.place.uuid(),
            "bulletin": str(UUID(int=rng.getrandbits(128))),
            "author": 1,
            "bulletin_author": 1,
            "submitted_at": at,
            "content_sha256": "",
            "title": f"tin {len(self.place.office.tables.revisions) + 1}",
            "summary": "",
            "topic": 1,
            "essential": "",
            "priority": rng.choice((1, 2, 2, 3, 3)),
            "text": "",
            "spoken_text": "",
            "timing": timing,
            "starts_at": starts_at,
            "rrule": rule,
            "until": None if starts_at is None else starts_at + rng.randrange(1, 5) * 86_400,
            "media": self._media(),
            "targets": tuple(Target(one, "commune", one) for one in targets),
            "approval": None,
            "withdrawn": False,
        }
        make: Callable[..., Revision] = Revision
        return make(**{one.name: known.get(one.name) for one in fields(Revision)})
