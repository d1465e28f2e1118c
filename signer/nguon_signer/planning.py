"""The ops `plan` and `plans`: what each target will sound in the next 35 days, signed when it is news."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nguon_protocol.documents import Plan
from nguon_protocol.documents.plan import Stocked
from nguon_protocol.errors import ProtocolError
from nguon_protocol.targets import contains
from nguon_signer import building, policy, programme, reads
from nguon_signer.alarm_reads import stock, stock_at
from nguon_signer.database import Connection, Database
from nguon_signer.issuing import Draft, Issuer, Make
from nguon_signer.judging import Judge
from nguon_signer.opened import Opened
from nguon_signer.policy import Refusal
from nguon_signer.rows import Hours, Placed, Revision, Role, Target
from nguon_signer.store import Issued
from nguon_signer.turn_reads import shared_groups

PLAN_LIFE_S = building.AHEAD_S
RENEW_S = 20 * 3600
"""A plan older than this is signed anew even when it says the same, so that a daily round renews every
plan."""
log = logging.getLogger("nguon_signer")
Answer = dict[str, Any]
Judged = list[int] | Refusal
Standing = tuple[Revision, Placed, Refusal | None]


class Planner:
    """Lays out and signs plans; many targets share one look at the database and one fsync."""

    def __init__(self, opened: Opened, database: Database, issuer: Issuer, judge: Judge) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._judge = judge

    def plans(self, texts: list[str], now: int) -> dict[str, Answer | Refusal]:
        """This function will give {"row", "until", "refused"} of each target, or why it has no plan (inside
        the issuer's locks of these targets)."""
        start, end = building.window(now)
        look = self._database.read(lambda db: _look(db, texts, start, end))
        places, found = look.places, look.found
        judged = {one.id: self._judged(one, look.roles, start, end, now) for one in found}
        placed = self._placed(look, start, now)
        refusals: dict[str, Answer | Refusal] = {}
        answers: dict[str, Answer] = {}
        drafts: dict[str, tuple[Draft, Make]] = {}
        for text in texts:
            refusal = policy.refuse_target(places[text])
            if refusal:
                refusals[text] = refusal
                continue
            here = [one for one in found if text in {target.target for target in one.targets}]
            mine = placed.get(text, [])
            planned = building.plan_items(
                _playing(here, judged),
                self._opened.root.policy,
                end,
                [(revision, one) for revision, one, verdict in mine if verdict is None],
            )
            known = self._standing(text, planned, stock_at(look.stock, places[text].area), now)
            left_out = _left_out(here, judged) + _left_out_of_programme(mine)
            answers[text] = {"row": known, "until": planned.until, "refused": left_out}
            if not isinstance(known, Issued):
                drafts[text] = known
        for text, row in zip(drafts, self._issuer.issue_many(list(drafts.values())), strict=True):
            answers[text]["row"] = row
        return refusals | answers

    def _placed(self, look: _Look, start: int, now: int) -> dict[str, list[Standing]]:
        """What communes placed for each target, each playing with why it is left out."""
        found: dict[str, list[Standing]] = {}
        named: dict[str, Revision] = {}
        bad: dict[str, Refusal] = {}
        for name, one in look.named.items():
            try:
                building.item_of(one, start, self._opened.root.policy)
                named[name] = one
            except ProtocolError as error:
                bad[name] = Refusal("spec", f"This revision fits no document: {error}.")
        last = [self._opened.store.latest("plan", text) for text in look.places]
        known = {str(item["id"]) for plan in last if plan for item in plan.items}
        judge = programme.Programme(self._judge, self._opened.root.policy, self._opened.tz)
        whole = [one for one in look.placed if one.revision in named]
        judged = judge.judged(whole, named, look.roles, known, now, look.hours)
        for item in look.placed:
            revision = look.named[item.revision]
            verdict = bad.get(item.revision) or judged[item]
            if item.group:
                verdict = verdict or _refuse_turn(item, look)
                found.setdefault(item.where, []).append((revision, item, verdict))
                continue
            for text in judge.where(revision, item.area):
                found.setdefault(text, []).append((revision, item, verdict))
        return found

    def _judged(self, revision: Revision, roles: Collection[Role], start: int, end: int, now: int) -> Judged:
        """One bad row must not silence the rest: whatever is wrong with a revision, it alone is left out."""
        refusal = self._judge.refuse(revision, roles, now)
        if refusal is None:
            try:
                building.item_of(revision, start, self._opened.root.policy)
                instants = building.instants_of(revision, start, end, self._opened.tz)
            except ProtocolError as error:
                refusal = Refusal("spec", f"This revision fits no document: {error}.")
            else:
                return self._judge.allowed(revision, instants, roles, now)
        log.info("left out of the plan: revision=%s reason=%s", revision.id, refusal.reason)
        return refusal

    def _standing(
        self, text: str, planned: building.Planned, stock: tuple[Stocked, ...], now: int
    ) -> Issued | tuple[Draft, Make]:
        """The plan that says the same and is young enough, or what is to be signed."""
        epoch, expires = self._opened.epoch, now + PLAN_LIFE_S

        def make(v: int) -> Plan:
            return Plan(
                issued=now, expires=expires, epoch=epoch, v=v, target=text, items=planned.items, stock=stock
            )

        said = building.content_of_plan(make(0))
        last = self._opened.store.latest("plan", text)
        if last and (last.epoch, last.content) == (epoch, said) and now < last.issued + RENEW_S:
            return self._issuer.finish(last)
        return Draft("plan", text, epoch, "", "", said, now, expires, planned.entries), make


@dataclass(frozen=True)
class _Look:
    """What the database says of some targets at one moment; `found` has its times from the approval, `placed`
    are the programmes of the communes, of the revisions `named`."""

    places: dict[str, Target]
    found: list[Revision]
    placed: list[Placed]
    named: dict[str, Revision]
    roles: list[Role]
    hours: dict[str, Hours]
    shared: frozenset[str]
    stock: list[tuple[str, Stocked]]


def _look(db: Connection, texts: list[str], start: int, end: int) -> _Look:
    window = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
    places = reads.targets(db, texts)
    found = reads.revisions_for_plans(db, texts, *window)
    communes = {policy.commune_of(one.area) for one in places.values() if one.area} - {None}
    placed, named = reads.placed(db, [one for one in communes if one], *window)
    every = [*found, *named]
    people = {one.author for one in every} | {said.by for one in every for said in one.approvals}
    people |= {one.by for one in placed}
    hours = reads.hours(db, {one.area for one in placed}) if placed else {}
    shared = shared_groups(db, {one.group for one in placed if one.group})
    return _Look(
        places,
        found,
        placed,
        {one.id: one for one in named},
        reads.roles(db, people),
        hours,
        shared,
        stock(db),
    )


def _refuse_turn(item: Placed, look: _Look) -> Refusal | None:
    """A turn is of loudspeakers of that commune alone, as it was approved for the commune, and each of them
    has one turn. What is asked about another target has not read where they stand."""
    if item.group in look.shared:
        return Refusal("target", f"{item.where} has a loudspeaker that has another turn already.")
    group = look.places.get(item.where)
    if group is None or group.area is None:
        return None
    inside = all(contains(item.area, area) for area in (group.area, *group.members))
    return None if inside else Refusal("target", f"{item.where} is no group of {item.area}.")


def _playing(found: list[Revision], judged: dict[str, Judged]) -> list[tuple[Revision, list[int]]]:
    pairs = [(one, judged[one.id]) for one in found]
    return [(one, instants) for one, instants in pairs if not isinstance(instants, Refusal)]


def _left_out_of_programme(mine: list[Standing]) -> list[Answer]:
    return [
        {"revision": revision.id, "at": one.at, **why._asdict()}
        for revision, one, why in mine
        if why is not None
    ]


def _left_out(found: list[Revision], judged: dict[str, Judged]) -> list[Answer]:
    pairs = [(one.id, judged[one.id]) for one in found]
    return [{"revision": name, **why._asdict()} for name, why in pairs if isinstance(why, Refusal)]
