"""Writes of the fleet: joining by claim code, groups, leaving, and what loudspeakers say of themselves."""

from nguon.devices.actions.grouping import change_group, end_group, make_group, own_group
from nguon.devices.actions.guessing import look_for_claim
from nguon.devices.actions.hanging import check_position, place_pole
from nguon.devices.actions.hearing import (
    InHand,
    note_health,
    note_health_of_many,
    note_lost,
    note_receipts,
    seen,
    take_in_hand,
)
from nguon.devices.actions.joining import (
    claim,
    code_hash,
    enrol,
    enrol_simulated,
    waiting_claim,
)
from nguon.devices.actions.leaving import note_cut_off, revoke
from nguon.devices.actions.picturing import add_photo, remove_photo
from nguon.devices.actions.register_files import HEADINGS, import_register, register_devices_table
from nguon.devices.actions.registering import change_registered, remove_registered

__all__ = [
    "HEADINGS",
    "InHand",
    "add_photo",
    "change_group",
    "change_registered",
    "check_position",
    "claim",
    "code_hash",
    "end_group",
    "enrol",
    "enrol_simulated",
    "import_register",
    "look_for_claim",
    "make_group",
    "note_cut_off",
    "note_health",
    "note_health_of_many",
    "note_lost",
    "note_receipts",
    "own_group",
    "place_pole",
    "register_devices_table",
    "remove_photo",
    "remove_registered",
    "revoke",
    "seen",
    "take_in_hand",
    "waiting_claim",
]
