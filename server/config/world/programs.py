"""Newer programs: what maintainers sign, and the server's waves of them, by the rules of the real ones.

`nguon.releases.waves` and the signer's judgement are the real code; rows, clock and loudspeakers are models.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from config.world.ceremony import Ceremony
from config.world.proving import Proving
from nguon.releases.states import OFFERED, WAVES, ReleaseState
from nguon.releases.waves import Counts, Move, invited, is_filled, judge
from nguon_protocol import envelope
from nguon_protocol.documents import Beacon, Release
from nguon_protocol.receipts import Receipt

MODEL = "world"
LIFE_S = 60 * 86_400
SOAK = timedelta(seconds=20)
LIMIT = 5
THERE_S = 180.0
LOST_S = 4 * 86_400.0
"""Loudspeakers of a world sleep for half a day; only who is away for so long counts as lost."""
BAD = frozenset({"update-failed", "update-unfit", "update-fell-back"})
S = ReleaseState


def place_has_programs(seed: int) -> bool:
    """This function will say whether a seed's world gets newer programs: one in ten, and half of the big."""
    return seed % 10 == 8 or seed % 100 == 50


@dataclass
class Rollout:
    """One release and its turns, as they stand in the database."""

    id: UUID
    signed: Release
    envelope: str
    version: str
    state: ReleaseState = S.READY
    wave: int = 0
    opened_at: float = 0.0
    well_since: float | None = None
    turns: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)

    def copy(self) -> "Rollout":
        """This function will give a backup of it."""
        return replace(self, turns=set(self.turns), excused=set(self.excused), bad=set(self.bad))


def bundle(version: str, *, broken: bool) -> bytes:
    """This function will make a program that starts, or does not; the same bytes each time."""
    found = io.BytesIO()
    files = {"__init__": f'__version__ = "{version}"\n', "__main__": "def (\n" if broken else "pass\n"}
    with zipfile.ZipFile(found, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"nguon_device/{name}.py"), text)
    return found.getvalue()


class Releases:
    """The server's part: rows, waves, what a beacon names; `told` hears of everything that must hold."""

    def __init__(
        self,
        tables: Callable[[], list[Rollout]],
        ceremony: Ceremony,
        rng: Random,
        now: Callable[[], float],
        told: Proving,
    ) -> None:
        self._tables = tables
        self.agents: dict[str, tuple[str, float]] = {}
        """What each loudspeaker last said that it runs, and when."""
        self.fleet: list[str] = []
        self.gone: set[str] = set()
        self._ceremony, self._rng, self._now, self._told = ceremony, rng, now, told
        self._number = 0

    def sign(self, maintainers: int = 2) -> tuple[Rollout, bytes]:
        """This function will have maintainers sign a new program with the next number."""
        self._number += 1
        version, now = f"9.{self._number}", int(self._now())
        content = bundle(version, broken=self._rng.random() < 0.3)
        document = Release(
            issued=now, expires=now + LIFE_S, epoch=1, v=self._number, model=MODEL,
            sha256_of_bundle=hashlib.sha256(content).hexdigest(), size=len(content),
        )  # fmt: skip
        own = [key for pair in list(self._ceremony.maintainers.values())[:maintainers] for key in pair]
        name = UUID(int=self._rng.getrandbits(128), version=4)
        return Rollout(name, document, document.sign(own), version), content

    @property
    def rows(self) -> list[Rollout]:
        """This function will give the rows of the database as they are now."""
        return self._tables()

    @property
    def newest(self) -> Rollout | None:
        """This function will give the release that was begun last."""
        return self.rows[-1] if self.rows else None

    # what people do

    def start(self, row: Rollout) -> None:
        """This function will open the first wave, if there is anybody."""
        if self._open(row, 1):
            self.rows.append(row)
            row.state = S.ROLLING

    def halt(self, row: Rollout) -> None:
        """This function will stop offering it until somebody goes on."""
        row.state = S.HALTED
        self._told.halted(row.signed.sha256, True)

    def resume(self, row: Rollout) -> None:
        """This function will go on; what went wrong so far is excused."""
        row.excused |= row.bad
        row.state, row.opened_at, row.well_since = S.ROLLING, self._now(), None
        self._told.halted(row.signed.sha256, False)
        self._told.excused(row.signed.sha256, row.excused)

    def withdraw(self, row: Rollout) -> None:
        """This function will take it back for good."""
        row.state = S.WITHDRAWN
        self._told.halted(row.signed.sha256, True)

    # what the clock does

    def step(self) -> None:
        """This function will look once at what rolls."""
        for row in self.rows:
            if row.state in OFFERED:
                self._invite(row)
            if row.state == S.ROLLING:
                self._look(row)

    def _look(self, row: Rollout) -> None:
        row.excused |= row.turns & self.gone
        counts = self._counts(row)
        row.well_since = (row.well_since or self._now()) if counts.enough else None
        move = judge(
            counts, opened_at=_at(row.opened_at), well_since=_at(row.well_since), soak=SOAK, limit=LIMIT,
            filled=self._is_filled(row), at=_at(self._now()),
        )  # fmt: skip
        if move is Move.ADVANCE:
            self._advance(row)
        elif move in {Move.HALT, Move.STALE}:
            self.halt(row)

    def _counts(self, row: Rollout) -> Counts:
        good = bad = 0
        counting = row.turns - row.excused
        for device in counting:
            agent, heard = self.agents.get(device, ("", row.opened_at))
            if device in row.bad or self._now() - max(heard, row.opened_at) > LOST_S:
                bad += 1
            elif agent == row.version:
                good += 1
        return Counts(good, bad, len(counting) - good - bad)

    def _advance(self, row: Rollout) -> None:
        while row.wave < len(WAVES):
            fresh = self._open(row, row.wave + 1)
            if fresh or not self._is_filled(row):
                return
        row.state = S.DONE

    def _open(self, row: Rollout, wave: int) -> int:
        row.wave, row.opened_at, row.well_since = wave, self._now(), None
        return self._invite(row)

    @property
    def _in_use(self) -> list[str]:
        return [one for one in self.fleet if one not in self.gone]

    def _is_filled(self, row: Rollout) -> bool:
        return is_filled(row.wave, len(self._in_use), len(row.turns.intersection(self._in_use)))

    def _invite(self, row: Rollout) -> int:
        now = self._now()
        there = [one for one in self._in_use if now - self.agents.get(one, ("", -THERE_S))[1] < THERE_S]
        fresh = invited(
            row.id, row.wave, everybody=_ids(self._in_use), there=_ids(there), had=_ids(row.turns)
        )
        row.turns |= {str(one) for one in fresh}
        return len(fresh)

    # what loudspeakers say and ask

    def heard(self, device: str, payload: bytes) -> None:
        """This function will take a word of health."""
        try:
            said = json.loads(payload)
        except ValueError:
            return
        if isinstance(said, dict) and isinstance(said.get("agent"), str):
            self.agents[device] = (said["agent"], self._now())
            for row in self.rows:
                self._told.says(device, row.signed.sha256, row.version == said["agent"])

    def proven(self, device: str, receipt: Receipt) -> None:
        """This function will take what a loudspeaker's own receipt says of an update."""
        for row in self.rows:
            if receipt.doc == row.signed.sha256 and device in row.turns:
                if receipt.reason in BAD or receipt.event == "refused":
                    row.bad.add(device)
                elif receipt.reason == "updated":
                    row.bad.discard(device)

    def offered(self, device: str) -> list[str]:
        """This function will give the hashes that a loudspeaker's beacon may name."""
        found = [row for row in self.rows if row.state in OFFERED and device in row.turns]
        return [row.signed.sha256 for row in found]

    def told_by(self, device: str, beacon: str) -> None:
        """This function will have looked at what a beacon names to a loudspeaker."""
        for one in Beacon.parse(envelope.parse(beacon).payload).latest:
            if one.type == Release.TYPE:
                self._told.named(device, one.sha256)

    def document(self, device: str, sha256: str) -> str | None:
        """This function will give a signed release to whom it is offered."""
        if sha256 not in self.offered(device):
            return None
        self._told.handed(device, sha256)
        return next(row.envelope for row in self.rows if row.signed.sha256 == sha256)


def _ids(names: Any) -> set[UUID]:
    return {UUID(one) for one in names}


def _at(seconds: float | None) -> Any:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
