"""The signed heads that were kept, in the database and as files, each checked against the root's keys."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nguon.journal import store
from nguon.journal.models import SignedHead
from nguon.journal.queries.verifying import Head
from nguon_protocol import envelope as envelopes
from nguon_protocol.documents import Root
from nguon_protocol.errors import ProtocolError

TYPE = "journal-head"


@dataclass(frozen=True, slots=True)
class HeadFault:
    """A head that cannot be believed: `unreadable`, `unsigned` (by no key of a root), `missing` (its number
    is left out) or `two` (two heads of one number)."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class HeadsRead:
    """The heads that the signer's keys have signed, by their number; what is wrong; by which root."""

    heads: dict[int, Head] = field(default_factory=dict)
    faults: list[HeadFault] = field(default_factory=list)
    root: Root | None = None


def last_kept() -> SignedHead | None:
    """This function will return the newest head that the database keeps, or None."""
    return SignedHead.objects.order_by("-n").first()


def read_heads(folder: Path, trusted: Path | None = None) -> HeadsRead:
    """This function will read the heads of the database and of the files in `folder`.

    `trusted` is the root that everybody compared at the ceremony; without it the newest in the folder counts.
    """
    roots, root = _roots(folder, trusted)
    found = HeadsRead(root=root)
    stored = {f"n={row.n}": row.envelope for row in SignedHead.objects.order_by("n")}
    for name, text in [*stored.items(), *store.heads(folder).items()]:
        _take(found, name, text, roots)
    last = max(found.heads, default=0)
    found.faults.extend(HeadFault(f"n={n}", "missing") for n in range(1, last) if n not in found.heads)
    return found


def _take(found: HeadsRead, name: str, text: str, roots: Mapping[int, Root]) -> None:
    try:
        envelope = envelopes.parse(text)
        body: dict[str, Any] = json.loads(envelope.payload)
        n, head = int(body["n"]), Head(int(body["sequence"]), str(body["hash"]))
        root = roots.get(int(body["root_v"]))
    except (ProtocolError, ValueError, KeyError, TypeError):
        found.faults.append(HeadFault(name, "unreadable"))
        return
    typed = envelope.payload_type == envelopes.payload_type(TYPE)
    if root is None or not typed or not envelopes.verify(envelope, root.keys_of("server")):
        found.faults.append(HeadFault(name, "unsigned"))
    elif found.heads.setdefault(n, head) != head:
        found.faults.append(HeadFault(name, "two"))


def _roots(folder: Path, trusted: Path | None) -> tuple[dict[int, Root], Root | None]:
    """Every root that the trusted one leads back to: each was signed by a quorum of the one before it."""
    texts = store.roots(folder)
    newest = store.text_of(trusted) if trusted else ""
    newest = newest or texts.get(max(texts, default=0), "")
    known: dict[int, Root] = {}
    later: str = ""
    for text in (newest, *(texts[v] for v in sorted(texts, reverse=True))):
        root = _whole(text)
        if root is None or root.v in known or (later and not _signed_on(later, root)):
            continue
        known[root.v], later = root, text
    return known, _first(known.values())


def _whole(text: str) -> Root | None:
    """A root that a quorum of its own holders signed, or None."""
    try:
        root = Root.parse(envelopes.parse(text).payload)
    except ProtocolError:
        return None
    return root if _signed_on(text, root) else None


def _signed_on(text: str, judge: Root) -> bool:
    signed = envelopes.verify(envelopes.parse(text), judge.keys_of("root"))
    return len(signed) >= judge.roles["root"].quorum


def _first(roots: Iterable[Root]) -> Root | None:
    return next(iter(roots), None)
