"""Writes: what loudspeakers say of themselves, alarms, months."""

from nguon.health.actions.answering import see
from nguon.health.actions.mending import announce, end_maintenance
from nguon.health.actions.partitions import ensure, tend
from nguon.health.actions.storing import hear, note_dropped, note_impostor
from nguon.health.actions.summing import sum_up
from nguon.health.actions.ticketing import assign, move, note, open_ticket
from nguon.health.actions.watching import Change, watch

__all__ = [
    "Change",
    "announce",
    "assign",
    "end_maintenance",
    "ensure",
    "hear",
    "move",
    "note",
    "note_dropped",
    "note_impostor",
    "open_ticket",
    "see",
    "sum_up",
    "tend",
    "watch",
]
