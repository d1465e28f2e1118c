"""The beacon: the time, and what a device should have by now; fresh because it echoes the device's nonce."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol import targets
from nguon_protocol.documents.common import Document, parse_body
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields

LIFETIME_S = 300
MAX_LATEST = 1000


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest document of one target, by its body's SHA-256."""

    type: str
    target: str
    epoch: int
    v: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Give the entry's fields."""
        return {
            "type": self.type,
            "target": self.target,
            "epoch": self.epoch,
            "v": self.v,
            "sha256": self.sha256,
        }

    @classmethod
    def parse(cls, fields: Fields) -> "Latest":
        """Read it back; a type that this version does not know is kept, and skipped by the device.

        The target of a release is a hardware model.
        """
        kind = fields.text("type", 20)
        return cls(
            kind,
            fields.text("target", 60) if kind == "release" else fields.target(),
            fields.integer("epoch"),
            fields.integer("v"),
            fields.sha256("sha256"),
        )


@dataclass(frozen=True, slots=True)
class Ack:
    """Every receipt of this device up to n is kept; `sha256` is of receipt n's body ("" when n is 0)."""

    n: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Give {"n", "sha256"}."""
        return {"n": self.n, "sha256": self.sha256}

    @classmethod
    def parse(cls, fields: Fields) -> "Ack":
        """Read it back."""
        n = fields.integer("n")
        if n == 0 and fields.values.get("sha256") == "":
            return cls(0, "")
        return cls(n, fields.sha256("sha256"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon(Document):
    """One device's beacon; `now` in epoch seconds UTC, `nonce` the hex that the device sent.

    `now_ms` is the same moment in ms, for devices that start together. `area` and `groups` say, signed, where
    the device stands: nothing unsigned may move a loudspeaker to another commune. `ack` is the server's
    signed word of which receipts it keeps: fresh by the nonce, so that an old one can neither free nor bring
    back anything. All of these may be left out.
    """

    TYPE: ClassVar[str] = "beacon"
    now: int
    nonce: str
    root_v: int
    device: str
    latest: tuple[Latest, ...] = ()
    now_ms: int | None = None
    area: str | None = None
    groups: tuple[str, ...] = ()
    ack: Ack | None = None

    def fields(self) -> dict[str, Any]:
        """Give the beacon's own fields."""
        found: dict[str, Any] = {
            "now": self.now,
            "nonce": self.nonce,
            "root_v": self.root_v,
            "device": self.device,
            "latest": [one.to_json() for one in self.latest],
        }
        if self.now_ms is not None:
            found["now_ms"] = self.now_ms
        if self.area is not None:
            found |= {"area": self.area, "groups": list(self.groups)}
        if self.ack is not None:
            found["ack"] = self.ack.to_json()
        return found

    @classmethod
    def parse(cls, body: bytes) -> "Beacon":
        """Read a beacon."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        area, groups = _place(fields)
        return cls(
            issued=issued,
            expires=expires,
            now=fields.integer("now"),
            nonce=fields.hex("nonce", 64),
            root_v=fields.integer("root_v", 1),
            device=fields.text("device", 64),
            latest=tuple(Latest.parse(Fields(one)) for one in fields.items("latest", MAX_LATEST)),
            now_ms=fields.integer("now_ms") if fields.has("now_ms") else None,
            area=area,
            groups=groups,
            ack=Ack.parse(fields.object("ack")) if fields.has("ack") else None,
        )


def _place(fields: Fields) -> tuple[str | None, tuple[str, ...]]:
    if not fields.has("area"):
        return None, ()
    area = fields.text("area")
    groups = fields.items("groups", 200)
    if not targets.is_area(area) or not all(isinstance(one, str) and len(one) <= 64 for one in groups):
        raise ProtocolError("area and groups say where a device stands")
    return area, tuple(groups)
