"""Shape of what is typed about senders of alerts; the actions judge it."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.cap.states import Hazard

_PLAIN = {"class": "input", "autocomplete": "off", "spellcheck": "false"}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class SenderForm(forms.Form):
    """One that may send alerts."""

    name = forms.CharField(label=_("Tên nơi gửi"), max_length=100, widget=forms.TextInput(attrs=_PLAIN))
    sender = forms.CharField(
        label=_("sender trong bản tin CAP"),
        max_length=300,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Đúng từng chữ như nơi ấy ghi trong tin; tin ghi tên khác sẽ bị từ chối."),
    )
    area = forms.ChoiceField(label=_("Địa bàn quản lý nơi gửi này"), widget=_select())
    feed = forms.CharField(
        label=_("Địa chỉ nguồn tin (Atom hoặc RSS)"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "url"}),
        help_text=_("Để trống nếu nơi gửi tự gửi đến: hệ thống cấp một mã, chỉ hiện một lần."),
    )
    certificate_pem = forms.CharField(
        label=_("Chứng thư ký số (PEM)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "spellcheck": "false"}),
        help_text=_("Có chứng thư thì tin không ký hoặc ký sai bị từ chối."),
    )

    def __init__(self, areas: Collection[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """This function will offer these areas (value, label)."""
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]


class AuthorisationForm(forms.Form):
    """What is prepared at once."""

    sender_id = forms.UUIDField(widget=forms.HiddenInput())
    hazard = forms.ChoiceField(label=_("Hiểm họa"), choices=Hazard.choices, widget=_select())
    area = forms.ChoiceField(label=_("Địa bàn"), widget=_select())
    officer = forms.TypedChoiceField(label=_("Lập thay người trực ban"), coerce=int, widget=_select())
    first_day = forms.DateField(
        label=_("Từ ngày"), widget=forms.TextInput(attrs={"class": "input", "type": "date"})
    )
    last_day = forms.DateField(
        label=_("Đến hết ngày"), widget=forms.TextInput(attrs={"class": "input", "type": "date"})
    )

    def __init__(
        self,
        areas: Collection[tuple[str, str]],
        officers: Collection[tuple[int, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """This function will offer these areas and officers (value, label)."""
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]
        self.fields["officer"].choices = list(officers)  # type: ignore[attr-defined]
