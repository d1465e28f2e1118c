"""Writes: what loudspeakers say of themselves, alarms, months."""

from nguon.health.actions.answering import see
from nguon.health.actions.partitions import ensure, tend
from nguon.health.actions.storing import hear, note_dropped
from nguon.health.actions.watching import Change, watch

__all__ = ["Change", "ensure", "hear", "note_dropped", "see", "tend", "watch"]
