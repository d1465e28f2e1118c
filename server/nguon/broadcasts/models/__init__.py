"""Airings, and the programmes of communes that they come from."""

from nguon.broadcasts.models.airing import Airing
from nguon.broadcasts.models.programme import Clash, DayOff, HourRule, Programme, Session, Skip, Slot

__all__ = ["Airing", "Clash", "DayOff", "HourRule", "Programme", "Session", "Skip", "Slot"]
