"""Opening a loudspeaker's own input (FM, AUX): it is muted unless such a document says otherwise."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import MAX_DURATION_MS, Document, parse_body
from nguon_protocol.errors import ProtocolError

INPUTS = frozenset({"aux", "fm"})
ACTIONS = frozenset({"open", "close"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Document):
    """Let what arrives at `input` sound for dur_ms at most, at `volume` (0-100); or close it again."""

    TYPE: ClassVar[str] = "input"
    epoch: int
    v: int
    id: str
    target: str
    action: str
    input: str
    dur_ms: int | None = None
    volume: int | None = None

    def fields(self) -> dict[str, Any]:
        """Give the document's own fields."""
        found: dict[str, Any] = {
            "epoch": self.epoch,
            "v": self.v,
            "id": self.id,
            "target": self.target,
            "action": self.action,
            "input": self.input,
        }
        return found | ({"dur_ms": self.dur_ms, "volume": self.volume} if self.action == "open" else {})

    @classmethod
    def parse(cls, body: bytes) -> "Input":
        """Read it; to close an input has no length and no volume."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        action = fields.one_of("action", ACTIONS)
        opens = action == "open"
        if fields.has("dur_ms") != opens or fields.has("volume") != opens:
            raise ProtocolError(f"to {action} an input has other fields")
        return cls(
            issued=issued,
            expires=expires,
            epoch=fields.integer("epoch"),
            v=fields.integer("v"),
            id=fields.uuid("id"),
            target=fields.target(),
            action=action,
            input=fields.one_of("input", INPUTS),
            dur_ms=fields.integer("dur_ms", 1, MAX_DURATION_MS) if opens else None,
            volume=fields.integer("volume", 0, 100) if opens else None,
        )
