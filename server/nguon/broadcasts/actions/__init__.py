"""Airings: what is approved with its times, and what communes put into their programmes."""

from nguon.broadcasts.actions.airing import cancel, extend, schedule
from nguon.broadcasts.actions.clashing import choices, decide, offer
from nguon.broadcasts.actions.compiling import Touched, compile_sessions, restagger, top_up, top_up_all
from nguon.broadcasts.actions.filling import Added, Line, add_slot, add_slots
from nguon.broadcasts.actions.hours import Hours, add_day_off, end_day_off, end_hours, seed_hours, set_hours
from nguon.broadcasts.actions.placing import move, place, unplace
from nguon.broadcasts.actions.placing_many import place_many
from nguon.broadcasts.actions.programming import (
    SessionTimes,
    end_session,
    end_slot,
    make_session,
    set_day_off,
    skip,
    unskip,
)
from nguon.broadcasts.actions.rearranging import Was, leave_out, put_elsewhere, put_into, reorder

__all__ = [
    "Added",
    "Hours",
    "Line",
    "SessionTimes",
    "Touched",
    "Was",
    "add_day_off",
    "add_slot",
    "add_slots",
    "cancel",
    "choices",
    "compile_sessions",
    "decide",
    "end_day_off",
    "end_hours",
    "end_session",
    "end_slot",
    "extend",
    "leave_out",
    "make_session",
    "move",
    "offer",
    "place",
    "place_many",
    "put_elsewhere",
    "put_into",
    "reorder",
    "restagger",
    "schedule",
    "seed_hours",
    "set_day_off",
    "set_hours",
    "skip",
    "top_up",
    "top_up_all",
    "unplace",
    "unskip",
]
