"""Writes: following the journal, asking the signer, receiving proof, stopping, noticing silence."""

from nguon.deliveries.actions.following import ask, drop, follow
from nguon.deliveries.actions.receiving import hear_health, hear_health_of_many, receive, receive_many
from nguon.deliveries.actions.relaying import end_alert, relay
from nguon.deliveries.actions.signing import Ring, Signer, sign_many, sign_next
from nguon.deliveries.actions.stopping import order_stop
from nguon.deliveries.actions.sweeping import sweep
from nguon.deliveries.actions.telling import tell

__all__ = [
    "Ring",
    "Signer",
    "ask",
    "drop",
    "end_alert",
    "follow",
    "hear_health",
    "hear_health_of_many",
    "order_stop",
    "receive",
    "receive_many",
    "relay",
    "sign_many",
    "sign_next",
    "sweep",
    "tell",
]
