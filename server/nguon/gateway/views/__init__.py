"""What loudspeakers ask over HTTP (LSP-1); they work without the broker."""

from nguon.gateway.views.bridging import foreign
from nguon.gateway.views.devices import beacon, document, health, logs, media, receipts, root, state
from nguon.gateway.views.hearing import live
from nguon.gateway.views.joining import claim, claims

__all__ = [
    "beacon",
    "claim",
    "claims",
    "document",
    "foreign",
    "health",
    "live",
    "logs",
    "media",
    "receipts",
    "root",
    "state",
]
