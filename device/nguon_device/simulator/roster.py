"""The keys of simulated devices, the same for the same seed, and what the server gave each at enrolment."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nguon_device import identity
from nguon_device.identity import DeviceKey
from nguon_device.store import Store
from nguon_protocol import keys
from nguon_protocol.errors import ProtocolError

BOXES, ENROLLED = "boxes.jsonl", "enrolled.jsonl"


def key_of(seed: int, number: int) -> DeviceKey:
    """Give a simulated device's key: made from the seed, and good for nothing but simulation."""
    secret = hashlib.sha256(f"nguon simulated device {seed} {number}".encode()).digest()
    pem = Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return keys.load_pem(pem)


def write_boxes(folder: Path, seed: int, all_keys: list[DeviceKey]) -> Path:
    """Write who asks to be enrolled: one JSON object a line, serial and public key."""
    path = folder / BOXES
    with path.open("w", encoding="utf-8") as file:
        for number, key in enumerate(all_keys):
            row = {"serial": f"sim-{seed}-{number:05}", "alg": key.public.alg, "pub": key.public.pub.hex()}
            file.write(json.dumps(row) + "\n")
    return path


def common(folder: Path) -> dict[str, Any]:
    """Read what the server's bulk enrolment wrote for all: root, broker, and the authority to pin, if any."""
    with (folder / ENROLLED).open(encoding="utf-8") as file:
        found: dict[str, Any] = json.loads(next(file))
    return found


def enrolled(folder: Path) -> Iterator[dict[str, Any]]:
    """Read what the server's bulk enrolment wrote: a line for all, then one for each device."""
    with (folder / ENROLLED).open(encoding="utf-8") as file:
        common = json.loads(next(file))
        for line in file:
            own = json.loads(line)
            broker = {"url": common["broker"], "jwt": own.pop("jwt"), "expires": own.pop("expires")}
            yield {**own, "root": common["root"], "broker": broker}


def journal(answer: dict[str, Any], checked_root: set[str]) -> Store:
    """Make a device's journal in memory, as enrolment leaves it. One root is checked once for all."""
    store = Store(":memory:")
    store.rehearse()
    if answer["root"] in checked_root:
        me = identity.Identity(answer["device"], answer["area"], answer["name"], tuple(answer["groups"]))
        with store.transaction():
            identity.save(store, me)
            store.remember("root", answer["root"])
            identity.save_broker(store, answer)
    else:
        identity.enrol(store, answer)
        checked_root.add(answer["root"])
    return store


def matches(folder: Path, seed: int, count: int) -> bool:
    """Say whether the folder holds the enrolment of just these devices."""
    try:
        found = [row["serial"] for row in enrolled(folder)]
    except (OSError, ValueError, KeyError, StopIteration, ProtocolError):
        return False
    return found == [f"sim-{seed}-{number:05}" for number in range(count)]
