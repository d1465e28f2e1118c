"""The register of loudspeakers as the columns of its table: for the form of one line, and for Excel."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.console.forms import Words, _line, _select
from nguon.devices.actions import HEADINGS
from nguon.devices.models import Registered
from nguon.devices.states import DeviceClass, DeviceKind
from nguon.kernel.text import fold
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.states import Kind

CHUNK = 500
NEEDED = 3  # the first columns must be told
COLUMNS = [fold(name) for name in HEADINGS]
LISTS: dict[str, type[DeviceKind] | type[DeviceClass]] = {"loai thiet bi": DeviceKind, "hang": DeviceClass}
SURE = "vi tri da kiem"


class LineForm(forms.Form):
    """One line of the register, a field for each column; the action judges it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """This function will make the fields."""
        super().__init__(*args, **more)
        for number, (column, label) in enumerate(zip(COLUMNS, HEADINGS, strict=True)):
            name = column.replace(" ", "_")
            if column in LISTS:
                self.fields[name] = forms.ChoiceField(
                    label=_(label), required=False, choices=LISTS[column].choices, widget=_select()
                )
            elif column == SURE:
                self.fields[name] = forms.BooleanField(
                    label=_("Vị trí này đúng, dù xa giữa xã"), required=False
                )
            else:
                self.fields[name] = Words(
                    label=_(label), required=number < NEEDED, max_length=200, widget=_line(autocomplete="off")
                )

    @property
    def cells(self) -> dict[str, str]:
        """This property will give what was typed, by column."""
        told = {column: self.cleaned_data[column.replace(" ", "_")] for column in COLUMNS}
        return {**told, SURE: "có" if told[SURE] else ""}

    @property
    def plain(self) -> list[forms.BoundField]:
        """This property will give all fields but the last, which is ticked."""
        return [one for one in self if one.name != SURE.replace(" ", "_")]

    @property
    def sure(self) -> forms.BoundField:
        """This property will give the box that says that an odd position is right."""
        return self[SURE.replace(" ", "_")]


def typed(row: Registered, day: date) -> dict[str, Any]:
    """This function will return what the form of a line begins with."""
    (cells,) = _cells([row], day)
    told = {column.replace(" ", "_"): str(cell) for column, cell in zip(COLUMNS, cells, strict=True)}
    return {**told, "loai_thiet_bi": row.kind, SURE.replace(" ", "_"): row.position_confirmed}


def written(rows: QuerySet[Registered], day: date) -> Iterator[list[Any]]:
    """This function will give the lines for Excel, as they can be brought again, and whether they joined."""
    every = rows.iterator(CHUNK)
    while some := list(islice(every, CHUNK)):
        for row, cells in zip(some, _cells(some, day), strict=True):
            yield [*cells, _("Đã vào") if row.device_id else _("Chưa vào")]


def _cells(rows: Iterable[Registered], day: date) -> list[list[Any]]:
    known = [(row, _commune(row.place)) for row in rows]
    codes = places.codes_of_all({commune for _row, commune in known}, day=day)
    return [
        [
            row.serial, row.name, codes.get(commune, ""),
            str(row.place) if row.place.kind == Kind.VILLAGE else "", row.device_class, row.maker,
            row.model, row.sim, _number(row.latitude), _number(row.longitude),
            "" if row.households is None else row.households, row.owner.code if row.owner else "",
            str(DeviceKind(row.kind).label), row.imei, "" if row.range_m is None else row.range_m,
            _("có") if row.position_confirmed else "",
        ]
        for row, commune in known
    ]  # fmt: skip


def _commune(place: Place) -> int:
    return place.parent_id or place.pk if place.kind == Kind.VILLAGE else place.pk


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
