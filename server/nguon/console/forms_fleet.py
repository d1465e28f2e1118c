"""Shape of what is typed about loudspeakers; the actions judge it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.console.forms import _line
from nguon.devices.models import Registered


class EnrolForm(forms.Form):
    """A box that joins: on a known pole, or at a place under a name."""

    code = forms.CharField(
        label=_("Mã trên loa"),
        max_length=40,
        widget=_line(
            autocomplete="off", autocapitalize="characters", spellcheck="false", placeholder="ABCD-EFGH"
        ),
        help_text=_("8 ký tự mà loa đọc hoặc hiện ra; mã có giá trị 10 phút."),
    )
    place = forms.CharField(
        label=_("Nơi đặt loa"),
        max_length=120,
        error_messages={"required": _("Hãy chọn xã hoặc thôn đặt loa.")},
    )
    name = forms.CharField(
        label=_("Tên cụm loa"),
        max_length=120,
        widget=_line(placeholder=_("Loa nhà văn hóa thôn 2")),  # type: ignore[arg-type]
    )
    reason = forms.CharField(
        label=_("Vì sao thay hộp"),
        max_length=300,
        required=False,
        widget=_line(placeholder=_("Cháy bo mạch")),  # type: ignore[arg-type]
        help_text=_("Hộp cũ bị thu hồi ngay; cột giữ nguyên tên, nhóm và lịch sử."),
    )
    fingerprint = forms.CharField(required=False)
    vi_do = forms.FloatField(required=False, min_value=-90, max_value=90)
    kinh_do = forms.FloatField(required=False, min_value=-180, max_value=180)
    sure = forms.BooleanField(required=False)

    def __init__(self, line: Registered | None, *args: Any, **more: Any) -> None:
        """This function will ask for a place and a name where no pole is known."""
        super().__init__(*args, **more)
        if line is not None:
            self.fields["place"].required = self.fields["name"].required = False

    @property
    def position(self) -> tuple[float, float] | None:
        """This property will give where the phone was, in degrees, when its person told."""
        north, east = self.cleaned_data.get("vi_do"), self.cleaned_data.get("kinh_do")
        return None if north is None or east is None else (north, east)
