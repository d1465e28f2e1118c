"""One vector: a device, a moment, an envelope's bytes and what must be said of them."""

import json
from dataclasses import dataclass
from typing import Any

from nguon_protocol import envelope, strict_json
from nguon_protocol.acceptance import DeviceState
from nguon_protocol.conformance import cast
from nguon_protocol.conformance.cast import NOON
from nguon_protocol.counters import PEOPLES, Counter, counted_by
from nguon_protocol.documents import Document, Policy, Role, Root
from nguon_protocol.keys import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One vector; `reason` is None where it is accepted. `pad` spaces follow the envelope's bytes."""

    name: str
    envelope: bytes
    reason: str | None = None
    changed: bool = True
    device: str = "usual"
    now: int = NOON
    clock: str = "SYNCED"
    pad: int = 0

    @property
    def data(self) -> bytes:
        """Give the bytes that the device gets."""
        return self.envelope + b" " * self.pad

    @property
    def expect(self) -> dict[str, Any]:
        """Give the verdict that every verifier must come to."""
        if self.reason is None:
            return {"accept": True, "changed": self.changed}
        return {"accept": False, "reason": self.reason}


def seal(document: Document, *signers: Signer) -> bytes:
    """Sign a document, by the server's Ed25519 key if nobody else is named."""
    return document.sign(signers or (cast.SERVER,)).encode()


def raw(body: bytes | dict[str, Any], kind: str, *signers: Signer) -> bytes:
    """Sign any bytes as a body of the type."""
    data = body if isinstance(body, bytes) else strict_json.dumps(body)
    return envelope.sign(data, envelope.payload_type(kind), signers or (cast.SERVER,)).encode()


def body_of(document: Document, **changes: Any) -> dict[str, Any]:
    """Give a document's body with some fields changed; None takes a field away."""
    found: dict[str, Any] = json.loads(document.body()) | changes
    return {name: value for name, value in found.items() if value is not None}


def opened(data: bytes) -> dict[str, Any]:
    """Give an envelope's JSON."""
    found: dict[str, Any] = json.loads(data)
    return found


def devices() -> dict[str, DeviceState]:
    """Give the devices of the vectors by name."""
    two = {"duty": Role(2, cast.kids(cast.HANH, cast.HANH_P, cast.LONG_P), 4)}
    tight = cast.a_root(policy=Policy(minutes_per_day=30))
    nap = cast.a_root(policy=Policy(quiet=(("11:30", "13:30"),)))
    has = {**cast.a_device().counters, ("plan", cast.COMMUNE): Counter(1, 8, cast.a_plan().sha256, 1)}
    return {
        "usual": cast.a_device(),
        "heard a duty officer": cast.a_device(counters=dict(cast.a_device().counters) | _heard_an_officer()),
        "has plan 8": cast.a_device(counters=has),
        "new": cast.a_device(counters={}),
        "without a nonce": cast.a_device(nonce=None),
        "root expired": cast.a_device(cast.a_root(expires=NOON - 1)),
        "two duty officers": cast.a_device(cast.a_root(roles=two)),
        "two server holders": cast.a_device(cast.a_root(roles={"server": _two_servers()})),
        "29 of 30 minutes used": cast.a_device(tight, heard=[((NOON - 7200) * 1000, 29 * 60_000)]),
        "a minute more than that": cast.a_device(tight, heard=[((NOON - 7200) * 1000, 29 * 60_000 + 1)]),
        "heard yesterday": cast.a_device(tight, heard=[((NOON - 13 * 3600) * 1000, 60 * 60_000)]),
        "never quiet": cast.a_device(cast.a_root(policy=Policy(quiet=()))),
        "quiet at noon": cast.a_device(nap),
    }


def _heard_an_officer() -> dict[tuple[str, str], Counter]:
    v = PEOPLES + NOON
    return {counted_by("order", cast.COMMUNE, v): Counter(4, v, "55" * 32, 1)}


def _two_servers() -> Role:
    return Role(2, cast.kids(cast.SERVER, cast.SERVER_P, cast.LONG_P), 1)


def root_of(state: DeviceState) -> str:
    """Give the envelope of a device's root, signed by two of its holders."""
    root: Root = state.root
    return root.sign(cast.ROOTS[:2])
