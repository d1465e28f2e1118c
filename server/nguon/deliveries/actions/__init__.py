"""Writes: following the journal, asking the signer, receiving proof, stopping, noticing silence."""

from nguon.deliveries.actions.following import follow
from nguon.deliveries.actions.receiving import hear_health, receive
from nguon.deliveries.actions.signing import Ring, sign_many, sign_next
from nguon.deliveries.actions.stopping import order_stop
from nguon.deliveries.actions.sweeping import sweep

__all__ = ["Ring", "follow", "hear_health", "order_stop", "receive", "sign_many", "sign_next", "sweep"]
