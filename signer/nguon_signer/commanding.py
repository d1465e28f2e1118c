"""The ops `command` and `commands`: how loud by the hour, begin anew, tell the log, "this is a drill", the
silent drill.

None of these carries a sound of anybody's: a command says one of five things, and what people would hear is a
phrase that the loudspeaker's maker stored. An alert is not held by any of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from nguon_protocol.documents import Drill, Loudness, Order
from nguon_protocol.documents.urgent import DRILL
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.ids import order_id
from nguon_protocol.targets import contains
from nguon_signer import building, policy, reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import Draft, Issuer, Make, told
from nguon_signer.judging import check
from nguon_signer.opened import Opened
from nguon_signer.policy import Refusal
from nguon_signer.rows import Command, Role, Target
from nguon_signer.store import Issued

CONTROLLERS = ("operator", "technician", "duty", "administrator")
OLDEST_S = 3600
"""So long after it was ordered a command may still find its signer."""
LIFE_S = {"volume": 35 * 86_400, "restart": 900, "say": 900, "test": 900, "logs": 900}
PHRASE_MS = 10_000
"""More than the stored phrase is long; it ends with its sound."""
MOST_SAID, SAID_S = 20, 600
"""So many loudspeakers are told to say the phrase within so long, whoever asks."""
Request = dict[str, Any]
Answer = dict[str, Any]


class Commands:
    """Signs commands; `clock` gives epoch seconds."""

    def __init__(
        self, opened: Opened, database: Database, issuer: Issuer, clock: Callable[[], float]
    ) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._clock = clock
        self._said: deque[int] = deque(maxlen=MOST_SAID)

    @property
    def operations(self) -> dict[str, Callable[[Request], Answer]]:
        """This function will give the operations by name."""
        return {"command": self.command, "commands": self.commands}

    def command(self, request: Request) -> Answer:
        """This function will sign one command for one target, once."""
        requests.only(request, "command", "target")
        text = requests.target(request)
        found = self._sign(requests.uuid(request, "command"), [text])[text]
        if isinstance(found, Refusal):
            raise Refused(found.reason, found.message)
        return {"document": told(found)}

    def commands(self, request: Request) -> Answer:
        """This function will do the same for many targets with one fsync; each has its own answer."""
        requests.only(request, "command", "targets")
        found = self._sign(requests.uuid(request, "command"), requests.targets_of(request))
        return {
            "answers": {
                text: {"ok": False, **one._asdict()}
                if isinstance(one, Refusal)
                else {"ok": True, "document": told(one)}
                for text, one in found.items()
            }
        }

    def _sign(self, name: str, texts: list[str]) -> dict[str, Issued | Refusal]:
        with self._issuer.one_at_a_time(*texts):
            now = int(self._clock())
            command, places, roles = self._database.read(lambda db: _read(db, name, texts))
            if command is None:
                raise Refused("unknown", f"There is no command {name}.")
            check(refuse_time(command, now))
            found: dict[str, Issued | Refusal] = {}
            drafts: dict[str, tuple[Draft, Make]] = {}
            for text in texts:
                refusal = refuse_command(command, places[text], roles, self._opened.tz)
                one = refusal or self._standing(command, text, now)
                if isinstance(one, Issued | Refusal):
                    found[text] = one
                else:
                    drafts[text] = one
            return found | dict(zip(drafts, self._issuer.issue_many(list(drafts.values())), strict=True))

    def _standing(self, command: Command, text: str, now: int) -> Issued | Refusal | tuple[Draft, Make]:
        """The document of that name which still holds, why there is none, or what is to be signed."""
        epoch, expires = self._opened.epoch, now + LIFE_S[command.kind]
        name = order_id(command.id, text)
        last = self._opened.store.of_order(name)
        if last and last.epoch == epoch and now <= last.expires:
            return self._issuer.finish(last)
        if last and last.envelope is not None:
            return Refusal("expired", f"This was signed before and ended at {last.expires}.")
        if command.kind == "say":
            if refusal := self._refuse_saying(now):
                return refusal
            self._said.append(now)

        def make(v: int) -> Order | Drill:
            return document_of(command, text, name, epoch, v, now, expires)

        one = make(0)
        draft = Draft(
            one.TYPE, text, epoch, one.action, name, building.content_of_order(one), now, expires, []
        )
        return draft, make

    def _refuse_saying(self, now: int) -> Refusal | None:
        if refusal := policy.refuse_quiet(self._opened.root.policy, PHRASE_MS, now):
            return refusal
        if len(self._said) == MOST_SAID and self._said[0] > now - SAID_S:
            return Refusal("burst", f"At most {MOST_SAID} loudspeakers say it in {SAID_S // 60} minutes.")
        return None


def document_of(
    command: Command, text: str, name: str, epoch: int, v: int, now: int, expires: int
) -> Order | Drill:
    """This function will build what is signed; raises ProtocolError when it fits no document."""
    head: dict[str, Any] = {
        "issued": now,
        "expires": expires,
        "epoch": epoch,
        "v": v,
        "id": name,
        "target": text,
    }
    if command.kind == "volume":
        return Order(**head, action="volume", volume=command.volume, hours=_hours(command))
    if command.kind == "restart":
        return Order(**head, action="restart")
    if command.kind == "logs":
        return Order(**head, action="logs")
    action = "test" if command.kind == "test" else "play"
    return Drill(**head, action=action, sounds=(DRILL,), dur_ms=PHRASE_MS)


def _hours(command: Command) -> tuple[Loudness, ...]:
    found = []
    for one in command.hours:
        if not isinstance(one, list) or len(one) != 3:
            raise ProtocolError("hours are from, to and a volume")
        found.append(Loudness.parse(Fields({"from": one[0], "to": one[1], "volume": one[2]})))
    return tuple(found)


def refuse_time(command: Command, now: int) -> Refusal | None:
    """This function will refuse a command of another kind, or of another hour than this."""
    if command.kind not in LIFE_S:
        return Refusal("spec", "There is no such command.")
    if not -60 <= now - command.at.timestamp() <= OLDEST_S:
        return Refusal("late", "This command was ordered too long ago: order it anew.")
    return None


def refuse_command(command: Command, target: Target, roles: Iterable[Role], tz: str) -> Refusal | None:
    """This function will refuse a target outside of the command's area, or a person who may not control it.

    What nobody hears needs nobody: the silent drill of the night is the clock's.
    """
    if refusal := policy.refuse_target(target):
        return refusal
    if target.area is None or not contains(command.area, target.area):
        return Refusal("target", f"This command was not ordered for {target.target}.")
    if command.kind in {"say", "logs"} and target.kind != "device":
        return Refusal("scope", "One loudspeaker at a time is asked for this.")
    if command.kind == "test" and command.by is None:
        return None
    day, held = policy.day_of(datetime.fromtimestamp(command.at.timestamp(), UTC), tz), tuple(roles)
    may = command.by is not None and any(
        policy.has_role(held, command.by, role, target.area, day) for role in CONTROLLERS
    )
    return None if may else Refusal("role", f"User {command.by} may not control {target.target}.")


def _read(
    db: Connection, name: str, texts: list[str]
) -> tuple[Command | None, dict[str, Target], list[Role]]:
    command = reads.command(db, name)
    people = [command.by] if command and command.by is not None else []
    return command, reads.targets(db, texts), reads.roles(db, people)
