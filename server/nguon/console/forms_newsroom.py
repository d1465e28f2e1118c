"""Shape of what people type around bulletins: campaigns, templates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.console.forms import Words


def _line(kind: str = "text") -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind})


class CampaignForm(forms.Form):
    """A campaign of one's own area."""

    title = Words(label=_("Tên chiến dịch"), max_length=300, widget=_line())
    decision = Words(label=_("Căn cứ pháp lý"), required=False, max_length=120, widget=_line())
    signed_on = forms.DateField(label=_("Ngày ký"), required=False, widget=_line("date"))
    issued_by = Words(label=_("Cơ quan ban hành"), required=False, max_length=200, widget=_line())
    first_day = forms.DateField(label=_("Từ ngày"), required=False, widget=_line("date"))
    last_day = forms.DateField(label=_("Đến hết ngày"), required=False, widget=_line("date"))
