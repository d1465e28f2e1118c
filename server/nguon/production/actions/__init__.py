"""Writes: planning, giving steps to people, moving on and back, scripts, and what is told in time."""

from nguon.production.actions.moving import advance, give_up, send_back
from nguon.production.actions.planning import ItemFields, add, assign, change
from nguon.production.actions.scripting import to_bulletin, write
from nguon.production.actions.telling import tell_due

__all__ = [
    "ItemFields",
    "add",
    "advance",
    "assign",
    "change",
    "give_up",
    "send_back",
    "tell_due",
    "to_bulletin",
    "write",
]
