"""A server and signer in small, for tests: it answers what LSP-1 says over HTTP, and keeps the receipts."""

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nguon_protocol import http_auth, keys, receipts
from nguon_protocol.documents import (
    Ack,
    Beacon,
    Drill,
    Input,
    Item,
    Latest,
    Media,
    Order,
    Plan,
    PlanItem,
    Policy,
    Release,
    Role,
    Root,
    Urgent,
)
from nguon_protocol.documents.urgent import born
from nguon_protocol.envelope import HolderKey
from nguon_protocol.envelope import parse as parse_envelope
from nguon_protocol.ids import item_id, order_id
from nguon_protocol.keys import PublicKey, Signer
from nguon_protocol.receipts import Chain, Receipt

DEVICE = "0b1e1c1e-0000-4000-8000-000000000001"
AREA = "vn.5.120.4001"
COMMUNE = "vn.5.120"
GROUP = "0b1e1c1e-0000-4000-8000-0000000000aa"
OLD = 1_000_000_000
_KEY_1, _KEY_2, _KEY_3, _KEY_4, _KEY_5 = (keys.generate() for _ in range(5))


@dataclass
class Authority:
    """`now` is the true time in epoch seconds; tests move it."""

    now: float = 1_800_000_000.0
    policy: Policy = field(default_factory=lambda: Policy(quiet=()))
    signer: keys.Ed25519Signer | keys.P256Signer = field(default_factory=keys.generate)
    officers: list[Signer] = field(default_factory=lambda: [_KEY_4, _KEY_5])
    maintainers: list[Signer] = field(default_factory=lambda: [_KEY_1, _KEY_2, _KEY_3])
    broker: dict[str, str] | None = None
    enrolled: bool = True
    device_key: PublicKey | None = None
    claim: dict[str, Any] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    latest: dict[tuple[str, str], Latest] = field(default_factory=dict)
    healths: list[dict[str, Any]] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    chain: Chain = field(default_factory=Chain)
    down: bool = False
    acknowledges: bool = True
    rejoined: bool = False
    bridged: list[dict[str, Any]] = field(default_factory=list)
    foreign: dict[str, Any] | None = None
    waived: bool = False
    v: int = 0

    def __post_init__(self) -> None:
        key = self.signer.public
        role = Role(1, (key.kid,), 1)
        release = {
            one.public.kid: HolderKey(one.public, f"maintainer {n}") for n, one in enumerate(self.maintainers)
        }
        duty = {one.public.kid: HolderKey(one.public, f"officer {n}") for n, one in enumerate(self.officers)}
        root = Root(
            issued=OLD,
            expires=int(self.now) + 10**8,
            v=1,
            keys={key.kid: HolderKey(key, "signer")} | release | duty,
            roles={
                "root": role,
                "server": role,
                "release": Role(2, tuple(release), 1),
                "duty": Role(1, tuple(duty), 1),
                "urgent": Role(2, (key.kid, *duty), 1),
            },
            policy=self.policy,
        )
        self.root = root.sign([self.signer])

    # what an officer does

    def item(self, name: str = "r1", at: int = 0, sound: bytes = b"sound", **changes: Any) -> Item:
        sha256 = hashlib.sha256(sound).hexdigest()
        self.media[sha256] = sound
        fields: dict[str, Any] = {
            "dur_ms": 10_000,
            "volume": 80,
            "priority": 3,
            "title": "Thông báo",
        } | changes
        return Item(id=item_id(name, at), media=Media(sha256, len(sound), "audio/ogg"), **fields)

    def plan(self, *items: PlanItem, target: str = COMMUNE, **changes: Any) -> str:
        self.v += 1
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 35 * 86400, "epoch": 1}
        ordered = tuple(sorted(items, key=lambda one: one.at))
        return self.publish(Plan(**(fields | {"v": self.v, "target": target, "items": ordered} | changes)))

    def order(self, action: str = "play", target: str = COMMUNE, **changes: Any) -> str:
        self.v += 1
        item = changes.get("item")
        name = item.id if isinstance(item, Item) else f"{action} {self.v}"
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 900, "epoch": 1}
        fields |= {"v": self.v, "target": target, "id": order_id(name, target), "action": action}
        return self.publish(Order(**(fields | changes)))

    def release(self, bundle: bytes, signers: int = 2, **changes: Any) -> str:
        sha256 = hashlib.sha256(bundle).hexdigest()
        self.media[sha256] = bundle
        self.v += 1
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 10**8, "epoch": 1}
        fields |= {"v": self.v, "model": "nguon-device", "sha256_of_bundle": sha256, "size": len(bundle)}
        return self.publish(Release(**(fields | changes)), *self.maintainers[:signers])

    def input(self, action: str = "open", name: str = "aux", **changes: Any) -> str:
        self.v += 1
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 900, "epoch": 1}
        fields |= {
            "v": self.v,
            "target": COMMUNE,
            "id": order_id(f"input {self.v}", COMMUNE),
            "action": action,
        }
        fields |= {"input": name} | ({"dur_ms": 20_000, "volume": 60} if action == "open" else {})
        return self.publish(Input(**(fields | changes)))

    def alert(self, **changes: Any) -> tuple[str, str, str]:
        """Publish an alert of two holders; give it with its cancel and its correction."""
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 900, "epoch": 1}
        fields |= {"v": self.v + 1, "target": COMMUNE, "id": order_id(f"alert {self.v}", COMMUNE)}
        fields |= {"action": "play", "sounds": ("siren",), "dur_ms": 20_000}
        alert = Urgent(**(fields | changes))
        end: dict[str, Any] = {"of": alert.id, "expires": alert.issued + 86_400, "repeat": 1}
        silent: dict[str, Any] = {"sounds": (), "item": None, "dur_ms": None}
        cancel = replace(alert, action="cancel", v=alert.v + 1, id=order_id(alert.id, "c"), **end, **silent)
        spoken: dict[str, Any] = {"sounds": ("all-clear",), "item": None, "dur_ms": 8000}
        words = replace(alert, action="correct", v=alert.v + 2, id=order_id(alert.id, "k"), **end, **spoken)
        self.v += 3
        both = [self.signer, self.officers[0]]
        first, *others = born(alert, (cancel, words))
        return self.publish(first, *both), others[0].sign(both), others[1].sign(both)

    def drill(self, action: str = "play", **changes: Any) -> str:
        self.v += 1
        fields: dict[str, Any] = {"issued": int(self.now), "expires": int(self.now) + 900, "epoch": 1}
        fields |= {
            "v": self.v,
            "target": COMMUNE,
            "id": order_id(f"drill {self.v}", COMMUNE),
            "action": action,
        }
        if action != "cancel":
            fields |= {"sounds": ("drill",), "dur_ms": 10_000}
        return self.publish(Drill(**(fields | changes)))

    def publish(self, document: Plan | Order | Urgent | Release | Input, *signers: Signer) -> str:
        envelope = document.sign(signers or [self.signer])
        sha256 = parse_envelope(envelope).sha256
        self.documents[sha256] = envelope
        kind = sha256 if isinstance(document, Order | Urgent | Input) else document.TYPE
        entry = Latest(document.TYPE, document.target, document.epoch, document.v, sha256)
        self.latest[kind, document.target] = entry
        return envelope

    # what a device meets

    def answer(self, method: str, target: str, header: str | None, body: bytes) -> tuple[int, bytes]:
        path = urlsplit(target).path
        if self.down:
            return 503, b""
        if path.startswith("/lsp/v1/claims"):
            return self._claims(method, target, body)
        if path.startswith(("/lsp/v1/media/", "/lsp/v1/roots/")):  # to anybody: who has no time can catch up
            name = path.rpartition("/")[2]
            open_to_all = self.media.get(name) or self.documents.get(name, "").encode()
            return (200, open_to_all) if open_to_all else (404, b"")
        if not self._proven(method, target, header, body):
            return 401, b""
        if path == "/lsp/v1/beacon":
            return 200, self.beacon(parse_qs(urlsplit(target).query)["nonce"][0]).encode()
        if path == "/lsp/v1/receipts":
            for envelope in json.loads(body):
                self.take(json.dumps(envelope))
            return 200, json.dumps({"acknowledged": self.chain.n}).encode()
        if path == "/lsp/v1/state":
            return 200, json.dumps({"device": DEVICE, "area": "vn", "broker": self.broker}).encode()
        if path in {"/lsp/v1/health", "/lsp/v1/foreign"}:
            (self.healths if path.endswith("health") else self.bridged).append(json.loads(body))
            return 200, json.dumps({"settings": self.foreign, "waived": self.waived}).encode()
        return self._named(method, path.rpartition("/")[2], body)

    def _named(self, method: str, name: str, body: bytes) -> tuple[int, bytes]:
        """A document by its hash; or the log that the order of that name asked for."""
        if method == "POST":
            self.logs.append((name, body.decode()))
            return 200, b"{}"
        found = self.documents.get(name)
        return (404, b"") if found is None else (200, found.encode())

    def beacon(self, nonce: str) -> str:
        found = Beacon(
            issued=int(self.now),
            expires=int(self.now) + 300,
            now=int(self.now),
            now_ms=int(self.now * 1000),
            nonce=nonce,
            root_v=1,
            device=DEVICE,
            area=AREA,
            groups=(GROUP,),
            latest=tuple(self.latest.values()),
            ack=Ack(self.chain.n, self.chain.prev) if self.acknowledges else None,
        )
        return found.sign([self.signer])

    def take(self, envelope: str) -> None:
        assert self.device_key is not None
        receipt = receipts.verify(envelope, self.device_key)
        if receipt.n > self.chain.n:
            self.chain.add(receipt)
            self.receipts.append(receipt)

    def _proven(self, method: str, target: str, header: str | None, body: bytes) -> bool:
        skew = None if "/beacon" in target else 300
        key = self.device_key
        found = http_auth.parse(header or "")
        return key is not None and http_auth.verify(found, key, method, target, body, int(self.now), skew)

    def _claims(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        if method == "POST":
            self.claim = json.loads(body)
            self.device_key = PublicKey.from_hex(**self.claim["pub"])
            return 202, b'{"claim":"c1"}'
        if re.fullmatch(rf"/lsp/v1/claims/c1\?code={self.claim['code']}", target) is None:
            return 404, b""
        if not self.enrolled:
            return 200, b'{"state":"waiting"}'
        answer: dict[str, Any] = {
            "state": "enrolled",
            "device": DEVICE,
            "area": AREA,
            "name": "Cụm loa Đình làng",
        }
        answer |= {
            "rejoined": self.rejoined,
            "groups": [GROUP],
            "root": self.root,
            "server_time": int(self.now),
        }
        return 200, json.dumps(answer | {"broker": self.broker}).encode()

    def events(self, *wanted: str) -> list[str]:
        """Give the receipts in short: event, reason and whole seconds."""
        found = []
        for one in self.receipts:
            if not wanted or one.event in wanted:
                seconds = "" if one.seconds_ms is None else f"{one.seconds_ms / 1000:.0f}s"
                found.append(" ".join(part for part in (one.event, one.reason, seconds) if part))
        return found
