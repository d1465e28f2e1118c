"""Rule 4: may this device obey this document? Yes, or no with the first reason in a fixed order.

parse type threshold spec target scope epoch rollback future expired clock quiet limit. The body is not
parsed before its signatures are valid, so a signed body that is no JSON is also called `parse`. Anything
unforeseen is a refusal too (`parse`): a device that cannot judge a document does not obey it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nguon_protocol import envelope, quiet, strict_json, targets
from nguon_protocol.clocks import ClockState
from nguon_protocol.counters import PEOPLES, Counter, counted_by
from nguon_protocol.documents import (
    PARSERS,
    Beacon,
    Document,
    Drill,
    Input,
    Order,
    Plan,
    Release,
    Root,
    Urgent,
)
from nguon_protocol.envelope import Envelope, HolderKey
from nguon_protocol.errors import ProtocolError

REASONS = (
    "parse", "type", "threshold", "spec", "target", "scope", "epoch",
    "rollback", "future", "expired", "clock", "quiet", "limit",
)  # fmt: skip
FUTURE_S = 300
SIGNING_ROLES: Mapping[str, tuple[str, ...]] = {
    "root": ("root",),
    "plan": ("server",),
    "order": ("server", "duty"),
    "urgent": ("urgent",),
    "drill": ("server",),
    "input": ("server",),
    "beacon": ("server",),
    "release": ("release",),
}
"""Which roles sign a type; any one of them that reaches its quorum is enough."""
STOPPING_ROLES = ("server", "duty", "urgent")
"""One holder of any of these silences, whatever the role's quorum: rule 8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What a device knows when it judges: who it is, its root, what it accepted before, what it played.

    `counters` by (type, target); `heard` are the (start epoch ms, length ms) of the non-urgent sounds of the
    last 24 hours; `nonce` is the hex of the beacon request under way; `model` is the hardware's name.
    """

    device: str
    area: str
    root: Root
    root_sha256: str
    groups: frozenset[str] = frozenset()
    counters: Mapping[tuple[str, str], Counter] = field(default_factory=dict)
    heard: Sequence[tuple[int, int]] = ()
    nonce: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Obey. `changed` is False when the device already had it; `counter` is to be stored before acting."""

    type: str
    document: Document
    sha256: str
    changed: bool = True
    counter: Counter | None = None
    holders: frozenset[str] = frozenset()
    body: bytes = b""
    """The very bytes that were signed, to be kept."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Do not obey, and report `reason` (one of REASONS); `detail` is for people."""

    reason: str
    detail: str = ""
    type: str = ""
    sha256: str | None = None


Targeted = Plan | Order | Urgent | Input | Release
SILENCING: Mapping[str, frozenset[str]] = {
    "order": frozenset({"stop"}),
    "urgent": frozenset({"cancel"}),
    "drill": frozenset({"cancel"}),
    "input": frozenset({"close"}),
}
"""What only makes silence asks for no clock and no living root; at worst an old one silences once more."""


class _No(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


def accept(
    text: str | bytes,
    state: DeviceState,
    now: int,
    clock: ClockState,
    expected: Collection[str] = tuple(SIGNING_ROLES),
) -> Accepted | Refused:
    """Judge one envelope at `now` (epoch seconds by the device's clock) and say Accepted or Refused.

    Changes nothing and raises nothing. `expected` narrows the types, for a document fetched by its name.
    """
    parsed: Envelope | None = None
    kind = ""
    try:
        parsed = _parse(text)
        kind = _type(parsed, expected)
        return _judge(parsed, kind, state, now, clock)
    except _No as no:
        return Refused(no.reason, no.detail, kind, None if parsed is None else parsed.sha256)
    except Exception as error:  # the rule: any exception on the way is a refusal
        detail = f"{type(error).__name__}: {error}"[:200]
        return Refused("parse", detail, kind, None if parsed is None else parsed.sha256)


def first_root(text: str | bytes) -> tuple[Root, str]:
    """Read the root that comes with enrolment, signed by its own quorum; give it with its body's SHA-256.

    The claim code that a person compared is what makes it trusted. Raises ProtocolError.
    """
    parsed = envelope.parse(text)
    if parsed.payload_type != envelope.payload_type("root"):
        raise ProtocolError("not a root")
    root = Root.parse(parsed.payload)
    if not _reaches(envelope.valid_keys(parsed, root.keys), root, "root"):
        raise ProtocolError("the root is not signed by its own quorum")
    return root, parsed.sha256


def _parse(text: str | bytes) -> Envelope:
    try:
        return envelope.parse(text)
    except ProtocolError as error:
        raise _No("parse", str(error)) from error


def _type(parsed: Envelope, expected: Collection[str]) -> str:
    for kind in expected:
        if kind in PARSERS and parsed.payload_type == envelope.payload_type(kind):
            return kind
    raise _No("type", parsed.payload_type[:80])


def _judge(parsed: Envelope, kind: str, state: DeviceState, now: int, clock: ClockState) -> Accepted:
    signed_by = envelope.valid_keys(parsed, _keys_for(kind, state.root))
    roles = [role for role in SIGNING_ROLES[kind] if _reaches(signed_by, state.root, role)]
    if not roles and not (kind == "order" and signed_by):
        raise _No("threshold")
    document = _body(parsed, kind, trusted=bool(roles))
    holders = frozenset(state.root.keys[kid].holder for kid in signed_by)
    if isinstance(document, Root):
        changed = _judge_root(parsed, document, state)
        return Accepted(kind, document, parsed.sha256, changed=changed, holders=holders, body=parsed.payload)
    if isinstance(document, Beacon):
        _judge_beacon(document, state)
        return Accepted(kind, document, parsed.sha256, holders=holders, body=parsed.payload)
    if not isinstance(document, Plan | Order | Urgent | Input | Release):
        raise _No("type", kind)
    _judge_target(document, state)
    if _is_stop(document):
        roles = [role for role in STOPPING_ROLES if signed_by & state.root.keys_of(role).keys()]
    if isinstance(document, Order):  # whose number it is says whose epoch it has
        roles = [role for role in roles if (role == "server") == (document.v < PEOPLES)]
    if document.epoch not in {state.root.roles[role].epoch for role in roles}:
        raise _No("epoch", f"{document.epoch}")
    counter = _judge_counter(document, parsed.sha256, state)
    _judge_time(document, state, now, clock)
    _judge_policy(document, state, now)
    return Accepted(kind, document, parsed.sha256, counter is not None, counter, holders, parsed.payload)


def _keys_for(kind: str, root: Root) -> dict[str, HolderKey]:
    """Give the keys that could matter for the type; no other signature is worth the time to check it."""
    found: dict[str, HolderKey] = {}
    for role in STOPPING_ROLES if kind == "order" else SIGNING_ROLES[kind]:
        found |= root.keys_of(role)
    return found


def _is_stop(document: Document) -> bool:
    return isinstance(document, Order) and document.action == "stop"


def _reaches(signed_by: Collection[str], root: Root, role: str) -> bool:
    """Count the distinct holders among the role's keys that signed."""
    known = root.roles.get(role)
    if known is None:
        return False
    return len({root.keys[kid].holder for kid in known.kids if kid in signed_by}) >= known.quorum


def _body(parsed: Envelope, kind: str, *, trusted: bool) -> Document:
    """Read the body; what fewer than the quorum signed is of use only as a stop (`trusted` False)."""
    try:
        document = PARSERS[kind](parsed.payload)
    except ProtocolError as error:
        if not trusted:
            raise _No("threshold") from error
        try:
            strict_json.parse(parsed.payload)
        except ProtocolError as unreadable:
            raise _No("parse", str(unreadable)) from unreadable
        raise _No("spec", str(error)) from error
    if not trusted and not _is_stop(document):
        raise _No("threshold")
    return document


def _judge_root(parsed: Envelope, root: Root, state: DeviceState) -> bool:
    """Rule 5: v + 1 only, by the quorum of both; the same root again is no change."""
    if not _reaches(envelope.valid_keys(parsed, root.keys), root, "root"):
        raise _No("threshold", "not by the new root's own quorum")
    if root.v == state.root.v and parsed.sha256 == state.root_sha256:
        return False
    if root.v != state.root.v + 1:
        raise _No("rollback", f"root {root.v} after {state.root.v}")
    return True


def _judge_beacon(beacon: Beacon, state: DeviceState) -> None:
    if beacon.device != state.device:
        raise _No("target", beacon.device)
    if state.nonce is None or beacon.nonce != state.nonce:
        raise _No("rollback", "the nonce is not the one asked with")


def _judge_target(document: Targeted, state: DeviceState) -> None:
    if isinstance(document, Release):
        if document.model != state.model:
            raise _No("target", document.model)
        return
    target = targets.parse(document.target)
    if not targets.covers(target, state.area, state.groups, state.device):
        raise _No("target", document.target)
    if document.TYPE != "urgent" and not targets.is_commune_or_narrower(target):
        raise _No("scope", document.target)


def _judge_counter(document: Targeted, sha256: str, state: DeviceState) -> Counter | None:
    """Give the counter to store, or None when the very same document is already there."""
    stored = state.counters.get(counted_by(document.TYPE, document.target, document.v), Counter())
    if stored.is_same(document.epoch, document.v, sha256):
        return None
    windowed = not isinstance(document, Plan | Release)
    following = stored.after(document.epoch, document.v, sha256, windowed=windowed)
    if following is None:
        raise _No("rollback", f"({document.epoch}, {document.v}) after ({stored.epoch}, {stored.v})")
    return following


def _judge_time(document: Targeted, state: DeviceState, now: int, clock: ClockState) -> None:
    if not isinstance(document, Plan | Release) and document.action in SILENCING[document.TYPE]:
        return
    if clock is ClockState.UNKNOWN:
        raise _No("clock")
    if document.issued > now + FUTURE_S:
        raise _No("future", f"issued {document.issued - now} s from now")
    if now > document.expires:
        raise _No("expired", f"{now - document.expires} s ago")
    if now > state.root.expires:
        raise _No("expired", "the root itself has expired")


def _judge_policy(document: Targeted, state: DeviceState, now: int) -> None:
    """Hold to the root's policy what is heard now; the player does so with each item of a plan."""
    dur_ms = _length_ms(document, now)
    if dur_ms is None:
        return
    policy, now_ms = state.root.policy, now * 1000
    if quiet.touches_quiet(policy, now_ms, dur_ms):
        raise _No("quiet")
    heard = quiet.heard_ms(state.heard, quiet.day_start_ms(policy, now_ms))
    if heard + dur_ms > policy.minutes_per_day * 60_000:
        raise _No("limit", f"{heard // 60_000} of {policy.minutes_per_day} minutes used")


def _length_ms(document: Targeted, now: int) -> int | None:
    """Give how long a document that policy binds is heard; None for silence, plans, alerts and tests."""
    if isinstance(document, Order) and document.live is not None:
        return max(1, (document.expires - now) * 1000)
    if isinstance(document, Order):
        return None if document.item is None else document.item.dur_ms
    if isinstance(document, Drill):
        return document.dur_ms if document.action == "play" else None
    return document.dur_ms if isinstance(document, Input) else None
