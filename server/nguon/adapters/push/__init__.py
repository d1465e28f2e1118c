"""Web push (RFC 8030): notices that a browser shows also while no page of ours is open."""

from nguon.adapters.push.rules import BadSubscription, Browser, checked, payload
from nguon.adapters.push.sending import PushGone, PushRefused, PushUnavailable, Service, send
from nguon.adapters.push.vapid import public_key

__all__ = [
    "BadSubscription",
    "Browser",
    "PushGone",
    "PushRefused",
    "PushUnavailable",
    "Service",
    "checked",
    "payload",
    "public_key",
    "send",
]
