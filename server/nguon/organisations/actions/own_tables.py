"""The tables that this app itself takes: villages, agencies, facilities; lists to compare the map with."""

from functools import partial

from nguon.organisations.actions import headcounts
from nguon.organisations.actions.body_files import HEADINGS, REQUIRED, import_bodies
from nguon.organisations.actions.own_lists import LIST_EXAMPLES, LIST_HEADINGS, compare_list
from nguon.organisations.actions.table_kinds import TableKind, register_table
from nguon.organisations.actions.tables import VILLAGE_EXAMPLES, VILLAGE_HEADINGS
from nguon.organisations.actions.villages import import_villages
from nguon.organisations.states import FileKind

_NOW = ("01/07/2025", "", "", "")
_OFFICE = ("UBND-07444", "Cơ quan chủ quản", "Ủy ban nhân dân xã Lục Nam", "07444", "", *_NOW)
_STATION = (
    "DTT-07444", "Đài truyền thanh", "Đài truyền thanh xã Lục Nam", "07444", "UBND-07444", "", "", *_NOW,
)  # fmt: skip


def register_own_tables() -> None:
    """This function will let people bring villages, agencies, facilities and how many people there are."""
    villages = FileKind.VILLAGES
    register_table(
        TableKind(
            villages.value,
            villages.label,
            VILLAGE_HEADINGS,
            VILLAGE_HEADINGS[:3],
            VILLAGE_EXAMPLES,
            import_villages,
        )
    )
    for kind, example in ((FileKind.AGENCIES, _OFFICE), (FileKind.FACILITIES, _STATION)):
        bring = partial(import_bodies, kind=kind)
        register_table(TableKind(kind.value, kind.label, HEADINGS[kind], REQUIRED, [example], bring))
    units = FileKind.UNITS
    register_table(
        TableKind(units.value, units.label, LIST_HEADINGS, LIST_HEADINGS[:2], LIST_EXAMPLES, compare_list)
    )
    register_table(
        TableKind(
            headcounts.SLUG,
            headcounts.LABEL,
            headcounts.HEADINGS,
            headcounts.REQUIRED,
            headcounts.EXAMPLES,
            headcounts.import_headcounts,
        )
    )
