"""Writes of control."""

from nguon.control.actions.calming import add_calm, keep_calm, remove_calm
from nguon.control.actions.drilling import drill_now, settle
from nguon.control.actions.logging import keep_log
from nguon.control.actions.ordering import carry_over, order, read_hours, renew, set_volume
from nguon.control.actions.turning import keep_turns, take_turns

__all__ = [
    "add_calm",
    "carry_over",
    "drill_now",
    "keep_calm",
    "keep_log",
    "keep_turns",
    "order",
    "read_hours",
    "remove_calm",
    "renew",
    "set_volume",
    "settle",
    "take_turns",
]
