"""Writes: planning, giving steps to people, moving on and back, scripts, and what is told in time."""

from nguon.production.actions.handing import hand_over_steps
from nguon.production.actions.moving import advance, give_up, send_back
from nguon.production.actions.planning import ItemFields, add, assign, change
from nguon.production.actions.scripting import to_bulletin, write
from nguon.production.actions.sharing import end_asset, plan_for, share_file, share_sound, share_upload, take
from nguon.production.actions.telling import tell_due

__all__ = [
    "ItemFields",
    "add",
    "advance",
    "assign",
    "change",
    "end_asset",
    "give_up",
    "hand_over_steps",
    "plan_for",
    "send_back",
    "share_file",
    "share_sound",
    "share_upload",
    "take",
    "tell_due",
    "to_bulletin",
    "write",
]
