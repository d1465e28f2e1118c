"""Shape of what is typed about boxes of other makers; the actions judge it."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.bridges.actions import BoxFields
from nguon.bridges.models import ForeignBox
from nguon.bridges.states import MOST_OPTIONS, Adapter


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false", **attrs})


class BoxForm(forms.Form):
    """Which box a bridge drives, and how."""

    adapter = forms.ChoiceField(
        label=_("Cách nối"), choices=Adapter.choices, widget=forms.Select(attrs={"class": "select"})
    )
    address = forms.CharField(
        label=_("Địa chỉ hộp"),
        max_length=300,
        required=False,
        widget=_line(inputmode="url"),
        help_text=_("Như cầu nối nhìn thấy, ví dụ http://192.168.10.20. Để trống nếu hộp tự nghe luồng."),
    )
    box = forms.CharField(
        label=_("Mã cụm loa của hãng"),
        max_length=80,
        required=False,
        widget=_line(),
        help_text=_("CumLoaID, thường là số IMEI in trên hộp."),
    )
    username = forms.CharField(label=_("Tên đăng nhập"), max_length=80, required=False, widget=_line())
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
        help_text=_(
            "Được khóa riêng cho cầu nối này, không ai đọc lại được. Để trống nếu không đổi mục nào."
        ),
    )
    options = forms.CharField(
        label=_("Mã riêng của hãng"),
        max_length=MOST_OPTIONS,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": "4", "spellcheck": "false"}),
        help_text=_("JSON theo hướng dẫn của từng cách nối. Thường để trống."),
    )

    @classmethod
    def of(cls, row: ForeignBox) -> "BoxForm":
        """This function will show what is set now, but never a password."""
        names = ("adapter", "address", "box", "username")
        options = json.dumps(row.options, ensure_ascii=False, indent=1) if row.options else ""
        return cls(initial={name: getattr(row, name) for name in names} | {"options": options})

    def given(self) -> BoxFields:
        """This function will return what was typed."""
        told = {
            name: value.strip() if name != "password" else value for name, value in self.cleaned_data.items()
        }
        return BoxFields(**told)


class WaiverForm(forms.Form):
    """A province's document."""

    area = forms.ChoiceField(label=_("Tỉnh, thành phố"), widget=forms.Select(attrs={"class": "select"}))
    document = forms.CharField(
        label=_("Số, ngày văn bản"), max_length=200, widget=_line(placeholder="12/QĐ-UBND, 3/2/2026")
    )

    def __init__(self, areas: list[tuple[str, str]], *args: object) -> None:
        """This function will offer these provinces (area, name)."""
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
