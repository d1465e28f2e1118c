"""Writes: following the journal, asking the signer, receiving proof, stopping, noticing silence."""

from nguon.deliveries.actions.following import ask, ask_first, drop, follow
from nguon.deliveries.actions.receiving import hear_health, hear_health_of_many, receive, receive_many
from nguon.deliveries.actions.relaying import end_alert, relay, send_ready
from nguon.deliveries.actions.signing import AT_ONCE, Ring, Signer, sign_many, sign_next
from nguon.deliveries.actions.stopping import order_stop
from nguon.deliveries.actions.sweeping import sweep
from nguon.deliveries.actions.telling import tell

__all__ = [
    "AT_ONCE",
    "Ring",
    "Signer",
    "ask",
    "ask_first",
    "drop",
    "end_alert",
    "follow",
    "hear_health",
    "hear_health_of_many",
    "order_stop",
    "receive",
    "receive_many",
    "relay",
    "send_ready",
    "sign_many",
    "sign_next",
    "sweep",
    "tell",
]
