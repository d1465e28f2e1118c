"""Who this loudspeaker is: its key, made here and never leaving, and what enrolment gave it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nguon_device.store import Store
from nguon_protocol import keys, targets
from nguon_protocol.acceptance import first_root
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.keys import Ed25519Signer, P256Signer

DeviceKey = Ed25519Signer | P256Signer
KEY_FILE = "device.key"


def load_or_make_key(folder: Path) -> DeviceKey:
    """Read the device's key, or make it at mode 0600; a half-written one is never left behind."""
    path = folder / KEY_FILE
    if path.exists():
        return keys.load_pem(path.read_bytes())
    key = keys.generate()
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key


@dataclass(frozen=True, slots=True)
class Identity:
    """What enrolment gave: id, place, groups, name."""

    device: str
    area: str
    name: str
    groups: tuple[str, ...]

    def topics(self) -> tuple[str, ...]:
        """Give the broker's topics: every area from the province down, each group, the device itself."""
        areas = [f"lsp/a/{area.replace('.', '/')}" for area in targets.ancestors(self.area)]
        return (*areas, *(f"lsp/g/{group}" for group in self.groups), f"lsp/d/{self.device}")


@dataclass(frozen=True, slots=True)
class BrokerAccess:
    """Where the broker is, the password (a JWT) there, and until when that is good (epoch s; 0: unsaid)."""

    url: str
    jwt: str
    expires: int = 0


def load(store: Store) -> Identity | None:
    """Read the identity from the journal; None before enrolment."""
    saved = store.fact("identity")
    if saved is None:
        return None
    value = json.loads(saved)
    return Identity(value["device"], value["area"], value["name"], tuple(value["groups"]))


def save(store: Store, identity: Identity) -> None:
    """Keep the identity."""
    store.remember("identity", json.dumps(asdict(identity)))


def enrol(store: Store, answer: dict[str, Any]) -> Identity:
    """Take the answer to an approved claim: check the root, keep everything in one commit.

    Raises ProtocolError when a field is missing or the root is not signed by its own quorum.
    """
    fields = Fields(answer)
    groups = fields.items("groups", 200)
    area = fields.text("area")
    if not targets.is_area(area) or not all(isinstance(one, str) for one in groups):
        raise ProtocolError("the answer does not say where this device stands")
    identity = Identity(fields.uuid("device"), area, fields.text("name", 300), tuple(groups))
    envelope = answer.get("root")
    if isinstance(envelope, dict):
        envelope = json.dumps(envelope)
    if not isinstance(envelope, str):
        raise ProtocolError("the answer has no root")
    first_root(envelope)
    with store.transaction():
        save(store, identity)
        store.remember("root", envelope)
        save_broker(store, answer)
    return identity


def load_broker(store: Store) -> BrokerAccess | None:
    """Read where the broker is; None when nobody said."""
    url, jwt = store.fact("broker.url"), store.fact("broker.jwt")
    return None if not url or jwt is None else BrokerAccess(url, jwt, store.number("broker.expires"))


def save_broker(store: Store, answer: Any) -> None:
    """Keep the broker's address from an answer of the server, when it gives one."""
    broker = answer.get("broker") if isinstance(answer, dict) else None
    if isinstance(broker, dict) and isinstance(broker.get("url"), str):
        with store.transaction():
            store.remember("broker.url", broker["url"])
            store.remember("broker.jwt", str(broker.get("jwt") or ""))
            expires = broker.get("expires")
            store.remember("broker.expires", expires if isinstance(expires, int) else 0)
