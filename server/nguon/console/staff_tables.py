"""The numbers of staff that reports need: by kind of work, by place, by training in the year."""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from nguon.console import sheets
from nguon.kernel.text import sort_key
from nguon.organisations import queries as places
from nguon.organisations.rules import covers, is_area
from nguon.staff import queries
from nguon.staff.states import PostKind


@dataclass(frozen=True)
class CountLine:
    """One place: people by kind of work, all of them (each once), and who was trained in the year."""

    area: str
    label: str
    kinds: tuple[int, ...]
    people: int
    trained: int

    @property
    def share(self) -> str:
        """This property will give the share trained, in per cent."""
        return f"{round(100 * self.trained / self.people)} %" if self.people else ""


@dataclass(frozen=True)
class CountTable:
    """The lines of a tier, and the sum of all; a person with work in two places counts in both, and once in
    the sum."""

    kinds: tuple[str, ...]
    lines: list[CountLine] = field(default_factory=list)
    total: CountLine | None = None


def narrowed(areas: Collection[str], inside: str) -> list[str]:
    """This function will return `inside` alone where it lies in one of the areas, else the areas."""
    within = is_area(inside) and any(covers(outer, inside) for outer in areas)
    return [inside] if within else list(areas)


def read(areas: Sequence[str], day: date) -> CountTable:
    """This function will count as at a day, by the places one step below the areas; five queries."""
    kinds = tuple(PostKind)
    if not areas:
        return CountTable(tuple(str(kind.label) for kind in kinds))
    depth = min(area.count(".") for area in areas) + 2
    lines = _lines(areas, day, depth, kinds)
    total = _lines(areas, day, 1, kinds)
    return CountTable(tuple(str(kind.label) for kind in kinds), lines, total[0] if total else None)


def _lines(areas: Sequence[str], day: date, depth: int, kinds: Sequence[PostKind]) -> list[CountLine]:
    counted = {(row.area, row.kind): row.people for row in queries.counts(areas, on=day, depth=depth)}
    shares = queries.trained_shares(areas, on=day, depth=depth)
    labels = places.labels({share.area for share in shares}) if depth > 1 else {}
    lines = [
        CountLine(
            share.area,
            labels.get(share.area, share.area) if depth > 1 else _("Tất cả"),
            tuple(counted.get((share.area, kind), 0) for kind in kinds),
            share.people,
            share.trained,
        )
        for share in shares
    ]
    return sorted(lines, key=lambda line: sort_key(line.label))


def written(table: CountTable, day: date) -> bytes:
    """This function will write the table as a workbook."""
    headings = [(_("Nơi"), 40), (_("Số người"), 12), (_("Đã tập huấn trong năm"), 20), (_("Tỷ lệ"), 10)]
    headings += [(kind, 16) for kind in table.kinds]
    rows = [*table.lines, *([table.total] if table.total else [])]
    cells = ([row.label, row.people, row.trained, row.share, *row.kinds] for row in rows)
    out = io.BytesIO()
    sheets.write(out, f"{day:%d-%m-%Y}", headings, cells)
    return out.getvalue()
