"""Đài truyền thanh: the columns of its table as a form of one, and as rows of Excel."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from nguon.console.forms import Words, _line, _select
from nguon.kernel.text import fold
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon.stations.actions import HEADINGS, LABELS, REQUIRED
from nguon.stations.models import Station
from nguon.stations.states import Investment, StationState, Technology

COLUMNS = [fold(name) for name in HEADINGS]
_VILLAGES = "thon to dan pho co loa"
_CODE = "ma xa"


class StationForm(forms.Form):
    """One station, a field for each column; the action judges it. The commune is picked beside it."""

    def __init__(self, villages: Iterable[Place], *args: Any, **more: Any) -> None:
        """This function will make the fields, with the villages of the commune to tick."""
        super().__init__(*args, **more)
        for column, label in zip(COLUMNS, HEADINGS, strict=True):
            if column == _CODE:
                continue
            name, needed = column.replace(" ", "_"), label in REQUIRED
            if column in LABELS:
                choices = [("", "–"), *((value, text) for value, text in LABELS[column].choices if value)]
                self.fields[name] = forms.ChoiceField(
                    label=_(label), required=needed, choices=choices, widget=_select()
                )
            elif column == _VILLAGES:
                self.fields[name] = forms.MultipleChoiceField(
                    label=_(label),
                    required=False,
                    choices=[(str(one), str(one)) for one in villages],
                    widget=forms.CheckboxSelectMultiple,
                )
            else:
                widget = _line(autocomplete="off")
                self.fields[name] = Words(label=_(label), required=needed, max_length=300, widget=widget)

    def cells(self, code: str) -> dict[str, str]:
        """This function will return what was typed, by column, for the commune of this code."""
        told = {column: self.cleaned_data.get(column.replace(" ", "_"), "") for column in COLUMNS}
        return {**told, _CODE: code, _VILLAGES: "; ".join(told[_VILLAGES])}

    @property
    def plain(self) -> list[forms.BoundField]:
        """This property will give all fields but the villages."""
        return [one for one in self if one.name != _VILLAGES.replace(" ", "_")]

    @property
    def villages(self) -> forms.BoundField:
        """This property will give the villages to tick."""
        return self[_VILLAGES.replace(" ", "_")]


def villages_of(place: Place, day: date) -> list[Place]:
    """This function will return the villages of a commune on a day."""
    return list(Place.objects.on(day).filter(kind=Kind.VILLAGE.value, parent=place).in_order())


def typed(row: Station) -> dict[str, Any]:
    """This function will return what the form of a station begins with."""
    cells = dict(zip(COLUMNS, _cells(row, ""), strict=True))
    chosen = {"cong nghe": row.technology, "tinh trang": row.state, "truong hop dau tu": row.investment}
    told: dict[str, Any] = {**cells, **chosen, _VILLAGES: [str(one.place) for one in _covered(row)]}
    return {column.replace(" ", "_"): value for column, value in told.items()}


def written(rows: Iterable[Station], day: date) -> Iterator[list[Any]]:
    """This function will give stations for Excel, as they can be brought again."""
    known = list(rows)
    codes = places.codes_of_all({row.place_id for row in known}, day=day)
    for row in known:
        yield _cells(row, codes.get(row.place_id, ""))


def columns() -> list[tuple[str, int]]:
    """This function will give the headings and their widths."""
    return [(name, 24) for name in HEADINGS]


def _cells(row: Station, code: str) -> list[Any]:
    licences = sorted(row.licences.all(), key=lambda one: one.number)
    return [
        code,
        str(Technology(row.technology).label),
        str(StationState(row.state).label),
        row.name,
        str(Investment(row.investment).label) if row.investment else "",
        row.programme,
        row.year or "",
        row.wired_clusters,
        row.fm_clusters,
        "; ".join(str(one.place) for one in _covered(row)),
        row.integration,
        "; ".join(one.number for one in licences),
        "; ".join(f"{one.expires_on:%d/%m/%Y}" for one in licences),
        "; ".join(f"{one.mhz:f}".rstrip("0").rstrip(".").replace(".", ",") for one in licences),
    ]


def _covered(row: Station) -> list[Any]:
    return sorted(row.covered.all(), key=lambda one: bytes(one.place.sort_key))
