"""What every document shares: the head of its body, media and items."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol import envelope, strict_json
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.keys import Signer

SPEC = 1
MAX_DURATION_MS = 6 * 3600 * 1000
MAX_MEDIA_BYTES = 512 * 1024 * 1024
MAX_TITLE = 300
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+(;[a-z0-9=., -]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A signed document's head; `issued` and `expires` are epoch seconds UTC."""

    TYPE: ClassVar[str] = ""
    issued: int
    expires: int

    def fields(self) -> dict[str, Any]:
        """Give the fields of this type, without the head."""
        raise NotImplementedError

    def body(self) -> bytes:
        """Give the canonical bytes that are signed."""
        head = {"spec": SPEC, "type": self.TYPE, "issued": self.issued, "expires": self.expires}
        return strict_json.dumps(head | self.fields())

    @property
    def sha256(self) -> str:
        """Give the hex SHA-256 of the canonical body."""
        return hashlib.sha256(self.body()).hexdigest()

    def sign(self, signers: Sequence[Signer]) -> str:
        """Give this document's envelope, signed by every signer."""
        return envelope.sign(self.body(), envelope.payload_type(self.TYPE), signers)


def parse_body(body: bytes, document_type: str) -> tuple[Fields, int, int]:
    """Read a body and its head: the fields, issued and expires. ProtocolError when the head is wrong."""
    fields = Fields(strict_json.loads(body))
    fields.integer("spec", SPEC, SPEC)
    if fields.text("type") != document_type:
        raise ProtocolError(f"the body is of another type than {document_type}")
    return fields, fields.integer("issued"), fields.integer("expires")


@dataclass(frozen=True, slots=True)
class Media:
    """A sound file by its SHA-256 (hex); `size` in bytes."""

    sha256: str
    size: int
    mime: str

    def to_json(self) -> dict[str, Any]:
        """Give {"sha256", "bytes", "mime"}."""
        return {"sha256": self.sha256, "bytes": self.size, "mime": self.mime}

    @classmethod
    def parse(cls, fields: Fields) -> "Media":
        """Read it back."""
        return cls(
            fields.sha256("sha256"),
            fields.integer("bytes", 1, MAX_MEDIA_BYTES),
            fields.matching("mime", _MIME, 60),
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to play; `volume` 0-100, `priority` 1 (first) to 3, duration in ms."""

    id: str
    dur_ms: int
    media: Media
    volume: int
    priority: int
    title: str

    def to_json(self) -> dict[str, Any]:
        """Give the item's fields."""
        return {
            "id": self.id,
            "dur_ms": self.dur_ms,
            "media": self.media.to_json(),
            "volume": self.volume,
            "priority": self.priority,
            "title": self.title,
        }

    @classmethod
    def parse(cls, fields: Fields) -> "Item":
        """Read it back."""
        return cls(
            id=fields.uuid("id"),
            dur_ms=fields.integer("dur_ms", 1, MAX_DURATION_MS),
            media=Media.parse(fields.object("media")),
            volume=fields.integer("volume", 0, 100),
            priority=fields.integer("priority", 1, 3),
            title=fields.text("title", MAX_TITLE),
        )
