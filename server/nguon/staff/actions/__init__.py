"""What may be done with the staff register."""

from nguon.staff.actions.fields import PostFields, StaffFields, TrainingFields, near
from nguon.staff.actions.forgetting import erase_contacts, remove_staff
from nguon.staff.actions.people import (
    add_post,
    add_staff,
    change_post,
    change_staff,
    end_post,
    hand_over_post,
)
from nguon.staff.actions.staff_files import import_staff, register_staff_table
from nguon.staff.actions.staff_lines import HEADINGS
from nguon.staff.actions.trainings import add_training, remove_training

__all__ = [
    "HEADINGS",
    "PostFields",
    "StaffFields",
    "TrainingFields",
    "add_post",
    "add_staff",
    "add_training",
    "change_post",
    "change_staff",
    "end_post",
    "erase_contacts",
    "hand_over_post",
    "import_staff",
    "near",
    "register_staff_table",
    "remove_staff",
    "remove_training",
]
