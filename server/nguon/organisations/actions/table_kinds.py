"""Which tables a person may bring: each kind with its columns, its template, and what takes its rows over.

This app lies below most of what is brought and knows none of it; each app registers its own kinds when it is
loaded, as with followers (docs/adr/012).
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from nguon.journal.actions import Actor
from nguon.kernel.text import fold
from nguon.organisations.actions.tables import RowError, Table, read_csv, read_excel, template

_ZIP = b"PK\x03\x04"


@dataclass(slots=True)
class TableReport:
    """What an import of a table did, or would do.  With any error nothing was imported."""

    rows: int = 0
    created: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """This function will return the report as plain data."""
        return asdict(self)


class Bring(Protocol):
    """Takes the rows of a table over: all, or with any error (or `dry_run`) none."""

    def __call__(
        self, *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool
    ) -> TableReport: ...


@dataclass(frozen=True)
class TableKind:
    """One kind of tables: what people call it, its headings, which must be there, and examples."""

    slug: str
    label: Any
    headings: Sequence[str]
    required: Sequence[str]
    examples: Sequence[Sequence[str]]
    bring: Bring

    def template(self) -> bytes:
        """This function will return the workbook to fill in."""
        return template(self.headings, self.examples)

    def read(self, data: bytes) -> Table:
        """This function will read a file, Excel or CSV; what is neither is one sentence."""
        columns, heading = [fold(name) for name in self.required], ", ".join(self.required)
        if data.startswith(_ZIP):
            return read_excel(data, columns, heading)
        try:
            return read_csv(data.decode("utf-8"), columns, heading)
        except UnicodeDecodeError:
            text = _("Tệp không phải Excel (.xlsx) hay CSV mã UTF-8. Hãy lưu lại tệp ở một trong hai dạng.")
            return Table(errors=[RowError(1, text)])


_REGISTERED: dict[str, TableKind] = {}


def register_table(kind: TableKind) -> None:
    """This function will let people bring a kind of tables from now on; the same slug replaces it."""
    _REGISTERED[kind.slug] = kind


def table_kinds() -> list[TableKind]:
    """This function will return all kinds, in the order of the apps."""
    return list(_REGISTERED.values())


def table_kind(slug: str) -> TableKind | None:
    """This function will return a kind by its slug, or None."""
    return _REGISTERED.get(slug)
