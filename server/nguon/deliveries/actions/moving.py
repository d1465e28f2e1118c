"""What receipts move: the state of each airing at its loudspeaker, for many in a few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from nguon.broadcasts.models import Airing
from nguon.deliveries.models import Delivery, Document
from nguon.deliveries.states import MOVES, DeliveryState
from nguon_protocol import receipts
from nguon_protocol.receipts import Receipt

_STATE_OF_EVENT = {
    "ready": DeliveryState.DELIVERED,
    "started": DeliveryState.PLAYING,
    "played": DeliveryState.PLAYED,
    "partly": DeliveryState.PARTLY,
    "missed": DeliveryState.REFUSED,
    "cancelled": DeliveryState.CANCELLED,
}
_OF_A_COPY = frozenset({"parse", "type", "threshold"})
"""Refusals of one copy: anybody can spoil a copy of a true document, which says nothing of the document."""
_LAST_SECOND = 253_402_300_799  # of the year 9999, the end of Python's calendar
_MOST_INTEGER = 2**31 - 1
# Rows in the order of their keys, so that two who write many never wait for each other.
_IN_HAND = """
SELECT d.id, d.airing_id, d.device_id, d.state, d.seconds_ms, d.started_at, d.ended_at, d.reason, d.receipt_n
FROM deliveries_delivery d
JOIN unnest(%s::uuid[], %s::uuid[]) AS named (airing, device)
  ON d.airing_id = named.airing AND d.device_id = named.device
ORDER BY d.id FOR NO KEY UPDATE OF d
"""
_STORE = """
UPDATE deliveries_delivery d SET state = t.state, seconds_ms = t.seconds_ms, started_at = t.started_at,
    ended_at = t.ended_at, reason = t.reason, receipt_n = t.receipt_n, changed_at = %s
FROM unnest(
    %s::bigint[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::bigint[]
) AS t(id, state, seconds_ms, started_at, ended_at, reason, receipt_n)
WHERE d.id = t.id
"""
Pair = tuple[UUID, UUID]
Refusal = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Word:
    """One receipt says that an airing is in a state at a loudspeaker."""

    airing: UUID
    device: UUID
    state: DeliveryState
    receipt: Receipt


@dataclass(slots=True)
class _Held:
    """A delivery whose row is locked."""

    pk: int
    airing: UUID
    device: UUID
    state: str
    seconds_ms: int
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    receipt_n: int

    def hears(self, word: _Word) -> bool:
        """Move as a receipt says, and tell whether anything moved."""
        receipt = word.receipt
        if word.state not in MOVES[DeliveryState(self.state)] or receipt.n <= self.receipt_n:
            return False
        self.state, self.receipt_n = word.state, receipt.n
        self.reason = reason_of(receipt) or ("unknown" if word.state == DeliveryState.REFUSED else "")
        self.started_at = started_at(receipt) or self.started_at
        if receipt.seconds_ms is not None:
            self.seconds_ms = whole_ms(receipt.seconds_ms) or 0
        if receipt.event in receipts.ENDS:
            self.ended_at = instant(receipt.at * 1000)
        return True


def move(told: Sequence[tuple[UUID, Receipt]], at: datetime) -> None:
    """This function will move deliveries as fresh receipts (of loudspeakers by id) say, those of each
    loudspeaker in the order given; the caller has the loudspeakers in hand.
    """
    words = _meant(_words(told))
    airings = set(Airing.objects.filter(pk__in={word.airing for word in words}).values_list("pk", flat=True))
    words = [word for word in words if word.airing in airings]
    if not words:
        return
    deliveries = _take_in_hand({(word.airing, word.device) for word in words}, at)
    moved = {}
    for word in words:
        delivery = deliveries[word.airing, word.device]
        if delivery.hears(word):
            moved[delivery.pk] = delivery
    if moved:
        _store(list(moved.values()), at)


def in_hand(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """This function will lock some deliveries, in the order in which receipts do, and return just those."""
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True)
    return rows.filter(pk__in=list(locked))


def instant(millis: int) -> datetime:
    """This function will return the instant of epoch ms; of a mad clock, the last one that there is."""
    return datetime.fromtimestamp(min(millis / 1000, _LAST_SECOND), UTC)


def started_at(receipt: Receipt) -> datetime | None:
    """This function will return when sound began, as far as a receipt says it."""
    return None if receipt.started_at_ms is None else instant(receipt.started_at_ms)


def whole_ms(millis: int | None) -> int | None:
    """This function will return a length as the database can hold it."""
    return None if millis is None else min(millis, _MOST_INTEGER)


def reason_of(receipt: Receipt) -> str:
    """This function will return a receipt's reason as the database can hold it."""
    return (receipt.reason or "").replace("\0", "")[:40]


def uuid_of(value: str | None) -> UUID | None:
    """This function will return the UUID that a text is, or None."""
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def _words(told: Sequence[tuple[UUID, Receipt]]) -> list[_Word]:
    """A refused document says it of each of its items."""
    items = _refused_items([receipt for _device, receipt in told if receipt.event == "refused"])
    words = []
    for device, receipt in told:
        state = _STATE_OF_EVENT.get(receipt.event)
        named: Iterable[str | None] = receipt.named if state else ()
        if receipt.event == "refused":
            state, named = DeliveryState.REFUSED, items.get((receipt.doc, receipt.reason), [])
        airings = [airing for airing in map(uuid_of, named) if airing]
        words += [_Word(airing, device, state, receipt) for airing in airings if state]
    return words


def _refused_items(told: Sequence[Receipt]) -> dict[Refusal, list[str]]:
    """The items of each document by the reason why it was refused, where that says something of them: an old
    plan after a newer one does not, nor does a spoilt copy."""
    refusals = {(one.doc, one.reason) for one in told if one.doc and one.reason not in _OF_A_COPY}
    rows = Document.objects.filter(pk__in={doc for doc, _reason in refusals}) if refusals else ()
    documents = {row.pk: row for row in rows}
    return {
        (doc, reason): [item["id"] for item in documents[doc].items]
        for doc, reason in refusals
        if doc in documents and (documents[doc].type, reason) != ("plan", "rollback")
    }


def _meant(words: list[_Word]) -> list[_Word]:
    """Without the refusals of what only strayed to a loudspeaker, and was meant for others."""
    refused = [word for word in words if word.receipt.event == "refused"]
    if not refused:
        return words
    rows = Delivery.objects.filter(
        airing__in={w.airing for w in refused}, device__in={w.device for w in refused}
    )
    known = set(rows.values_list("airing", "device"))
    return [word for word in words if word.receipt.event != "refused" or (word.airing, word.device) in known]


def _take_in_hand(pairs: set[Pair], at: datetime) -> dict[Pair, _Held]:
    """Lock the deliveries of (airing, loudspeaker); one that nobody expected is made."""
    ordered = sorted(pairs)
    rows = _locked(ordered)
    if missing := [pair for pair in ordered if pair not in rows]:
        Delivery.objects.bulk_create(
            (Delivery(airing_id=airing, device_id=device, changed_at=at) for airing, device in missing),
            ignore_conflicts=True,
        )
        rows |= _locked(missing)
    return rows


def _locked(pairs: Sequence[Pair]) -> dict[Pair, _Held]:
    with connection.cursor() as cursor:
        cursor.execute(_IN_HAND, [[pair[0] for pair in pairs], [pair[1] for pair in pairs]])
        rows = cursor.fetchall()
    return {(row[1], row[2]): _Held(*row) for row in rows}


def _store(moved: Sequence[_Held], at: datetime) -> None:
    names = ("pk", "state", "seconds_ms", "started_at", "ended_at", "reason", "receipt_n")
    columns = [[getattr(one, name) for one in moved] for name in names]
    columns[1] = [str(state) for state in columns[1]]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [at, *columns])
