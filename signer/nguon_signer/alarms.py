"""The ops `urgents` and `drills`: a signed alert with all that ends it, or an exercise.

Everything is numbered, logged and on the disk before the first signature; the second signer then adds its own
to the same bytes, which it built itself. What is handed out was verified against the root's quorum: there is
no half-signed alert.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import PARSERS, Drill, Urgent
from nguon_protocol.errors import ProtocolError
from nguon_signer import alarm_reads, reads, requests
from nguon_signer.alarm_bodies import NUMBERS, At, born_of, drill_of, entries, is_drill
from nguon_signer.alarm_judge import AlarmJudge
from nguon_signer.client import SignerRefused, SignerUnavailable
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused, SignerError
from nguon_signer.issuing import Issuer, told
from nguon_signer.judging import check
from nguon_signer.opened import Opened
from nguon_signer.passkeys import Passkeys
from nguon_signer.policy import Refusal, refuse_quiet
from nguon_signer.rows import Role, Step, Target
from nguon_signer.second import Countersigner
from nguon_signer.store import Issued

Request = dict[str, Any]
Answer = dict[str, Any]
Look = tuple[Step, list[Role], int, dict[str, Target]]


class Alarms:
    """Signs alerts together with the second signer, and drills alone; `clock` gives epoch seconds."""

    def __init__(
        self,
        opened: Opened,
        database: Database,
        issuer: Issuer,
        passkeys: Passkeys,
        clock: Callable[[], float],
        second: Countersigner | None,
    ) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._judge = AlarmJudge(passkeys, opened.tz)
        self._clock = clock
        self._second = second

    @property
    def operations(self) -> dict[str, Callable[[Request], Answer]]:
        """This function will give the operations by name."""
        return {"urgents": self.urgents, "drills": self.drills}

    def urgents(self, request: Request) -> Answer:
        """This function will sign a sounding of an alert at some targets, once; each has its own answer, with
        its cancel, its correction and its all-clear as `ends`."""
        return self._answer(request, drill=False)

    def drills(self, request: Request) -> Answer:
        """This function will sign a drill at some targets, once; each has its own answer."""
        return self._answer(request, drill=True)

    def _answer(self, request: Request, *, drill: bool) -> Answer:
        requests.only(request, "step", "targets")
        name, texts = requests.uuid(request, "step"), requests.targets_of(request)
        now = int(self._clock())
        with self._issuer.one_at_a_time(*texts):
            step, roles, counted, places = self._database.read(lambda db: _look(db, name, texts))
            if is_drill(step) != drill:
                raise Refused("kind", "A drill is no alert, and an alert is no drill.")
            check(self._judge.refuse(step, roles, counted, list(places.values()), now))
            found = {text: self._one(step, text, now) for text in texts}
        return {"answers": found}

    def _one(self, step: Step, text: str, now: int) -> Answer:
        try:
            row, ends = self._drill(step, text, now) if is_drill(step) else self._alert(step, text, now)
        except Refused as refused:
            return {"ok": False, **Refusal(refused.reason, refused.message)._asdict()}
        return {"ok": True, "document": told(row), "ends": [told(one) for one in ends]}

    def _drill(self, step: Step, text: str, now: int) -> tuple[Issued, list[Issued]]:
        last = self._opened.store.of_order(step.id, text)
        if last is not None:
            return self._issuer.finish(_in_time(last, now)), []
        made = drill_of(step, At(text, now, self._opened.epoch, 0))
        check(refuse_quiet(self._opened.root.policy, made.dur_ms or 0, now))
        with self._opened.store.transaction():
            v = self._opened.store.next_v("drill", text)
            row = self._log(step, replace(made, v=v), now)
            self._opened.store.insert(row)
        return self._issuer.finish(row), []

    def _alert(self, step: Step, text: str, now: int) -> tuple[Issued, list[Issued]]:
        if self._second is None or "urgent" not in self._opened.root.roles:
            raise Refused("root", "No second signer is named here: alerts are signed by officers' own keys.")
        last = self._opened.store.of_order(step.id, text)
        rows = self._numbered(step, text, now) if last is None else self._again(step, _in_time(last, now))
        theirs = self._countersigned(step, rows[0])
        signed = [replace(row, envelope=self._whole(row, theirs)) for row in rows]
        if rows[0].envelope is None:
            self._opened.store.sign([(signed[0].sha256, signed[0].envelope or "")])
        return signed[0], signed[1:]

    def _numbered(self, step: Step, text: str, now: int) -> list[Issued]:
        """Take four numbers and log four bodies, at once or not at all. Only the alert is kept to be named in
        beacons: what ends it is named when it is wanted."""
        store = self._opened.store
        with store.transaction():
            first, *_rest = [store.next_v("urgent", text) for _ in range(NUMBERS)]
            rows = [self._log(step, one, now) for one in born_of(step, self._at(text, now, first))]
            store.insert(rows[0])
        return rows

    def _again(self, step: Step, last: Issued) -> list[Issued]:
        """The same bytes for a sounding that was numbered before: after a crash, or asked twice."""
        bodies = born_of(step, self._at(last.target, last.issued, last.v))
        if bodies.alert.sha256 != last.sha256:
            raise Refused("content", "This alert is not what was numbered before.")
        return [last, *(_row(step, one, last.seq) for one in bodies[1:])]

    def _at(self, text: str, now: int, v: int) -> At:
        return At(text, now, self._opened.root.roles["urgent"].epoch, v)

    def _log(self, step: Step, one: Urgent, now: int) -> Issued:
        row = _row(step, one, 0)
        try:
            PARSERS[row.type](row.body)
        except ProtocolError as error:
            raise Refused("spec", f"No device would accept this {row.type}: {error}.") from error
        data = {name: getattr(row, name) for name in ("type", "target", "epoch", "v", "action", "sha256")}
        data |= {"order": step.id, "alert": step.alert.id, "expires": row.expires}
        data["officers"] = [signed.by for signed in step.alert.signed]
        seq = self._opened.store.append(at=now, fact="document.signing", data=data)
        return replace(row, seq=seq)

    def _countersigned(self, step: Step, row: Issued) -> dict[str, list[dict[str, str]]]:
        assert self._second is not None  # noqa: S101  for the type checker; `_alert` asks before
        try:
            given = self._second.call(
                "countersign", step=step.id, target=row.target, issued=row.issued, v=row.v
            )
        except SignerRefused as refused:
            raise Refused(refused.reason, f"The second signer refused: {refused.message}") from refused
        except SignerUnavailable as silence:
            raise SignerError(f"The second signer does not answer: {silence}") from silence
        return dict(given["signatures"])

    def _whole(self, row: Issued, theirs: dict[str, list[dict[str, str]]]) -> str:
        """Join both machines' signatures, and look at them as a loudspeaker will."""
        if row.envelope is not None:
            return row.envelope
        envelope = json.loads(self._issuer.sign("urgent", row.body))
        envelope["signatures"] += theirs.get(row.sha256, [])
        text = json.dumps(envelope, separators=(",", ":"))
        role = self._opened.root.roles["urgent"]
        held = envelopes.verify(envelopes.parse(text), self._opened.root.keys_of("urgent"))
        if len(held) < role.quorum:
            raise Refused("threshold", "The second signer signed something else.")
        return text


def _in_time(row: Issued, now: int) -> Issued:
    if now > row.expires:
        raise Refused("expired", f"This was signed before and ended at {row.expires}: it is not repeated.")
    return row


def _row(step: Step, one: Urgent | Drill, seq: int) -> Issued:
    body = one.body()
    named = entries(step) if one.action == "play" else [{"id": one.of}]
    return Issued(
        sha256=hashlib.sha256(body).hexdigest(),
        seq=seq,
        type=one.TYPE,
        target=one.target,
        epoch=one.epoch,
        v=one.v,
        action=one.action,
        order_id=step.id if one.action == "play" else one.id,
        content="",
        issued=one.issued,
        expires=one.expires,
        items=[dict(entry) for entry in named],
        body=body,
        envelope=None,
    )


def _look(db: Connection, name: str, texts: list[str]) -> Look:
    found = alarm_reads.step(db, name)
    if found is None:
        raise Refused("unknown", f"There is no sounding {name}.")
    return (*found, reads.targets(db, texts))
