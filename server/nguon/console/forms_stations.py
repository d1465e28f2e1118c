"""Shape of what is typed about relays; the actions judge it."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from nguon.bulletins.models import Revision
from nguon.console.presenters import Chosen
from nguon.console.stations import DAYS, SourceLine
from nguon.relays.actions import BookingFields
from nguon.relays.states import DEFAULT_SILENCE, SILENCES


def _input(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind, **attrs})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class SourceForm(forms.Form):
    """A station."""

    area = forms.ChoiceField(label=_("Địa bàn dùng"), widget=_select())
    name = forms.CharField(label=_("Tên đài"), max_length=80, widget=_input(autocomplete="off"))
    url = forms.CharField(
        label=_("Địa chỉ nguồn"),
        max_length=500,
        widget=_input(inputmode="url", autocomplete="off", spellcheck="false"),
        help_text=_("Địa chỉ phát thanh qua mạng của đài: HTTP, Icecast hoặc HLS (.m3u8)."),
    )

    def __init__(self, areas: Collection[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """This function will offer these areas (value, label)."""
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]


class BookingForm(forms.Form):
    """When and where a station is sent on."""

    source = forms.TypedChoiceField(label=_("Nguồn"), widget=_select())
    targets = forms.MultipleChoiceField(label=_("Nơi phát"))
    weekdays = forms.TypedMultipleChoiceField(label=_("Các ngày"), coerce=int, choices=DAYS)
    begins = forms.TimeField(label=_("Từ giờ"), widget=_input("time"))
    ends = forms.TimeField(label=_("Đến giờ"), widget=_input("time"))
    first_day = forms.DateField(label=_("Từ ngày"), widget=_input("date"))
    last_day = forms.DateField(label=_("Đến hết ngày"), widget=_input("date"))
    silence_s = forms.TypedChoiceField(
        label=_("Coi là mất nguồn khi im lặng"),
        coerce=int,
        initial=DEFAULT_SILENCE,
        choices=[(n, format_lazy(_("{n} giây"), n=n)) for n in SILENCES],
        widget=_select(),
    )
    instead = forms.ChoiceField(label=_("Khi mất nguồn"), required=False, widget=_select())

    def __init__(
        self,
        sources: Iterable[SourceLine],
        places: Iterable[Chosen],
        instead: Iterable[Revision],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """This function will offer these stations, places and bulletins."""
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[str, Any]]] = {
            "source": [(str(row.id), f"{row.name} ({row.place})") for row in sources],
            "targets": [(one.target, one.label) for one in places],
            "instead": [
                ("", _("Trở lại lịch phát")),
                *((str(row.pk), _("Phát “{title}”").format(title=row.title)) for row in instead),
            ],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self) -> BookingFields:
        """This function will return what was chosen."""
        told = self.cleaned_data
        return BookingFields(**{**told, "instead": told["instead"] or None})
