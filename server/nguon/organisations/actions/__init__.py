"""What may be done with places."""

from nguon.organisations.actions.applying import Effect
from nguon.organisations.actions.bodies import (
    BodyFields,
    BodyFollower,
    add_body,
    change_body,
    end_body,
    succeed,
)
from nguon.organisations.actions.body_files import bodies_workbook, import_bodies, seed_agencies
from nguon.organisations.actions.centres import Centre, centres, in_the_country, province_centres
from nguon.organisations.actions.changes import (
    Preview,
    Undecided,
    choose_followers,
    confirm_change,
    draft_change,
    drop_change,
    preview_change,
)
from nguon.organisations.actions.files import (
    bring_file,
    check_file,
    keep_file,
    settle_files,
    take_over,
    template_of,
)
from nguon.organisations.actions.followers import (
    Follower,
    Item,
    Moves,
    move_rows,
    place_of,
    register_follower,
)
from nguon.organisations.actions.headcounts import add_headcount, import_headcounts
from nguon.organisations.actions.heirs import Heir, register_heir
from nguon.organisations.actions.history_imports import HistoryReport, import_history
from nguon.organisations.actions.imports import ImportReport, import_places
from nguon.organisations.actions.own_tables import register_own_tables
from nguon.organisations.actions.places import add_place
from nguon.organisations.actions.plans import NewPlace, Part, Plan, bigger_part, plan_of
from nguon.organisations.actions.queueing import ask_for_history, complete_maps
from nguon.organisations.actions.sources import Oddity, Source, Unit, demo_villages_csv, read_units_2025
from nguon.organisations.actions.sources_legacy import (
    LegacyLink,
    LegacySource,
    LegacyUnit,
    read_units_legacy,
)
from nguon.organisations.actions.table_kinds import (
    TableKind,
    TableReport,
    register_table,
    table_kind,
    table_kinds,
)
from nguon.organisations.actions.tables import (
    LineProblem,
    Row,
    RowError,
    Table,
    as_date,
    refuse_formulas,
    refuse_odd,
    village_template,
)
from nguon.organisations.actions.villages import import_villages

__all__ = [
    "BodyFields",
    "BodyFollower",
    "Centre",
    "Effect",
    "Follower",
    "Heir",
    "HistoryReport",
    "ImportReport",
    "Item",
    "LegacyLink",
    "LegacySource",
    "LegacyUnit",
    "LineProblem",
    "Moves",
    "NewPlace",
    "Oddity",
    "Part",
    "Plan",
    "Preview",
    "Row",
    "RowError",
    "Source",
    "Table",
    "TableKind",
    "TableReport",
    "Undecided",
    "Unit",
    "add_body",
    "add_headcount",
    "add_place",
    "as_date",
    "ask_for_history",
    "bigger_part",
    "bodies_workbook",
    "bring_file",
    "centres",
    "change_body",
    "check_file",
    "choose_followers",
    "complete_maps",
    "confirm_change",
    "demo_villages_csv",
    "draft_change",
    "drop_change",
    "end_body",
    "import_bodies",
    "import_headcounts",
    "import_history",
    "import_places",
    "import_villages",
    "in_the_country",
    "keep_file",
    "move_rows",
    "place_of",
    "plan_of",
    "preview_change",
    "province_centres",
    "read_units_2025",
    "read_units_legacy",
    "refuse_formulas",
    "refuse_odd",
    "register_follower",
    "register_heir",
    "register_own_tables",
    "register_table",
    "seed_agencies",
    "settle_files",
    "succeed",
    "table_kind",
    "table_kinds",
    "take_over",
    "template_of",
    "village_template",
]
