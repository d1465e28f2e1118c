"""Writes of control."""

from nguon.control.actions.calming import add_calm, keep_calm, remove_calm
from nguon.control.actions.drilling import drill_now, settle
from nguon.control.actions.ordering import carry_over, order, read_hours, renew, set_volume

__all__ = [
    "add_calm",
    "carry_over",
    "drill_now",
    "keep_calm",
    "order",
    "read_hours",
    "remove_calm",
    "renew",
    "set_volume",
    "settle",
]
