"""The ops `order`, `orders`, `stop` and `cancel`: what makes sound or silence at once."""

from __future__ import annotations

from datetime import UTC, datetime

from nguon_protocol.documents import Item, Order
from nguon_protocol.documents.order import LIFETIME_S
from nguon_protocol.ids import order_id
from nguon_signer import building, policy, reads
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import Draft, Issuer, Make
from nguon_signer.judging import Judge, check
from nguon_signer.opened import Opened
from nguon_signer.policy import Refusal
from nguon_signer.rows import Placed, Revision, Role, Stop, Target, Withdrawal
from nguon_signer.store import Issued

OLDEST_PLAY_S = 3600
"""Play-now means now: an approval that found no signer for an hour is asked for again."""
OLDEST_STOP_S = LIFETIME_S


class Orders:
    """Signs orders; those of one revision to many targets share one look at the database and one fsync."""

    def __init__(self, opened: Opened, database: Database, issuer: Issuer, judge: Judge) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._judge = judge

    def play(self, revision_id: str, texts: list[str], now: int) -> dict[str, Issued | Refusal]:
        """This function will give the order to play an approved play-now revision at each target, once; or
        why there is none. Raises Refused when the revision may not sound at all."""
        places, revision, roles = self._database.read(lambda db: _for_order(db, revision_id, texts))
        if revision is None:
            raise Refused("unknown", f"There is no revision {revision_id}.")
        refusals = {text: policy.refuse_target(places[text]) for text in texts}
        check(self._judge.refuse(revision, roles, now))
        check(policy.refuse_wide_now(revision))
        refusals = {
            text: refusal or policy.refuse_order(revision, places[text], _instant(now), OLDEST_PLAY_S)
            for text, refusal in refusals.items()
        }
        found: dict[str, Issued | Refusal] = {text: why for text, why in refusals.items() if why}
        left = [text for text in texts if text not in found]
        if left:
            check(self._judge.refuse_burst(revision, roles, now))
            found |= self._play_at(revision, left, now)
        return found

    def _play_at(self, revision: Revision, texts: list[str], now: int) -> dict[str, Issued | Refusal]:
        item = building.item_of(revision, building.PLAY_NOW, self._opened.root.policy)
        check(policy.refuse_quiet(self._opened.root.policy, item.dur_ms, now))
        entries = [building.entry(revision, building.PLAY_NOW)]
        found: dict[str, Issued | Refusal] = {}
        drafts: dict[str, tuple[Draft, Make]] = {}
        for text in texts:
            name = building.play_order_id(revision.id, text)
            known = self._standing(text, name, "play", entries, now, item=item)
            if isinstance(known, Issued | Refusal):
                found[text] = known
            else:
                drafts[text] = known
        issued = self._issuer.issue_many(list(drafts.values()))
        return found | dict(zip(drafts, issued, strict=True))

    def stop(self, stop_id: str, text: str, now: int) -> Issued:
        """This function will sign the order to be silent at a target, from one press of the stop button."""
        where, stop, roles = self._database.read(lambda db: _for_stop(db, stop_id, text))
        if stop is None:
            raise Refused("unknown", f"There is no stop {stop_id}.")
        check(policy.refuse_target(where))
        check(policy.refuse_stop(stop, where, roles, self._opened.tz))
        check(policy.refuse_old_stop(stop, _instant(now), OLDEST_STOP_S))
        return self._issue(text, order_id(stop.id, text), "stop", [], now)

    def cancel(self, withdrawal_id: str, text: str, now: int) -> Issued:
        """This function will sign the order to silence, and never play, the items of a withdrawn bulletin."""
        where, withdrawal, roles, placed = self._database.read(
            lambda db: _for_cancel(db, withdrawal_id, text, now)
        )
        if withdrawal is None:
            raise Refused("unknown", f"There is no withdrawal {withdrawal_id}.")
        check(policy.refuse_target(where))
        check(policy.refuse_cancel(withdrawal, where, roles, self._opened.tz))
        entries = building.cancelled_entries(withdrawal.revisions, now, self._opened.tz, placed)
        ids = tuple(str(entry["id"]) for entry in entries)
        return self._issue(text, order_id(withdrawal.id, text), "cancel", entries, now, items=ids)

    def _issue(
        self,
        text: str,
        name: str,
        action: str,
        entries: list[building.Entry],
        now: int,
        items: tuple[str, ...] = (),
    ) -> Issued:
        known = self._standing(text, name, action, entries, now, items=items)
        if isinstance(known, Refusal):
            raise Refused(known.reason, known.message)
        return known if isinstance(known, Issued) else self._issuer.issue(*known)

    def _standing(
        self,
        text: str,
        name: str,
        action: str,
        entries: list[building.Entry],
        now: int,
        item: Item | None = None,
        items: tuple[str, ...] = (),
    ) -> Issued | Refusal | tuple[Draft, Make]:
        """The order of that name which still holds, why there is none, or what is to be signed."""
        epoch, expires = self._opened.epoch, now + LIFETIME_S
        last = self._opened.store.of_order(name)
        if last and last.epoch == epoch and now <= last.expires:
            return self._issuer.finish(last)
        if last and last.envelope is not None and action != "cancel":
            return Refusal(
                "expired", f"This order was signed before and ended at {last.expires}: it is not repeated."
            )

        def make(v: int) -> Order:
            return Order(
                issued=now, expires=expires, epoch=epoch, v=v, target=text,
                id=name, action=action, item=item, items=items,
            )  # fmt: skip

        said = building.content_of_order(make(0))
        return Draft("order", text, epoch, action, name, said, now, expires, entries), make


def _for_order(
    db: Connection, revision_id: str, texts: list[str]
) -> tuple[dict[str, Target], Revision | None, list[Role]]:
    revision = reads.revision(db, revision_id)
    people = {revision.author, *(one.by for one in revision.approvals)} if revision else set()
    return reads.targets(db, texts), revision, reads.roles(db, people)


def _for_stop(db: Connection, stop_id: str, text: str) -> tuple[Target, Stop | None, list[Role]]:
    stop = reads.stop(db, stop_id)
    return reads.target(db, text), stop, reads.roles(db, [stop.by] if stop else [])


def _for_cancel(
    db: Connection, name: str, text: str, now: int
) -> tuple[Target, Withdrawal | None, list[Role], list[Placed]]:
    withdrawal, where = reads.withdrawal(db, name), reads.target(db, text)
    if withdrawal is None:
        return where, None, [], []
    commune = policy.commune_of(where.area or "") or ""
    revisions = [one.id for one in withdrawal.revisions]
    placed = reads.placed_of(db, revisions, commune, _instant(now - 86_400))
    return where, withdrawal, reads.roles(db, [withdrawal.by]), placed


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
