"""A release of a device's program: which bundle, for which hardware, newer than which."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from nguon_protocol.documents.common import MAX_MEDIA_BYTES, Document, parse_body

_MODEL = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Document):
    """The bundle (SHA-256, size in bytes) for a hardware model; `v` counts and never goes back."""

    TYPE: ClassVar[str] = "release"
    epoch: int
    v: int
    model: str
    sha256_of_bundle: str
    size: int

    def fields(self) -> dict[str, Any]:
        """Give the release's own fields."""
        return {
            "epoch": self.epoch,
            "v": self.v,
            "model": self.model,
            "bundle": {"sha256": self.sha256_of_bundle, "bytes": self.size},
        }

    @property
    def target(self) -> str:
        """Give what its counter is kept by: the model."""
        return self.model

    @classmethod
    def parse(cls, body: bytes) -> "Release":
        """Read a release."""
        fields, issued, expires = parse_body(body, cls.TYPE)
        bundle = fields.object("bundle")
        return cls(
            issued=issued,
            expires=expires,
            epoch=fields.integer("epoch"),
            v=fields.integer("v"),
            model=fields.matching("model", _MODEL),
            sha256_of_bundle=bundle.sha256("sha256"),
            size=bundle.integer("bytes", 1, MAX_MEDIA_BYTES),
        )
