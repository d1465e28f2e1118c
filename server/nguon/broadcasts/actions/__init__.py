"""Airings: what is approved with its times, and what communes put into their programmes."""

from nguon.broadcasts.actions.airing import cancel, extend, schedule
from nguon.broadcasts.actions.placing import move, place, unplace

__all__ = ["cancel", "extend", "move", "place", "schedule", "unplace"]
