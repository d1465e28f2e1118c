"""Writes: stations, bookings, the second person's word, and what is sent on."""

from nguon.relays.actions.booking import BookingFields, book, end
from nguon.relays.actions.deciding import approve, challenge_of, send_back
from nguon.relays.actions.running import Runner
from nguon.relays.actions.sources import add_source, end_source, try_source

__all__ = [
    "BookingFields",
    "Runner",
    "add_source",
    "approve",
    "book",
    "challenge_of",
    "end",
    "end_source",
    "send_back",
    "try_source",
]
