"""Shape of what people type into the editorial plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.bulletins.states import ContentType, Topic
from nguon.console.forms import Words


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class PlanForm(forms.Form):
    """What an item of the plan is about."""

    title = Words(
        label=_("Tên mục"), required=False, max_length=300, widget=forms.TextInput(attrs={"class": "input"})
    )
    brief = Words(
        label=_("Yêu cầu, ý tưởng"),
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 4}),
    )
    topic = forms.TypedChoiceField(
        label=_("Lĩnh vực"), choices=Topic.choices, coerce=int, initial=Topic.GENERAL, widget=_select()
    )
    content_type = forms.TypedChoiceField(
        label=_("Loại bản tin"),
        choices=ContentType.choices,
        coerce=int,
        initial=ContentType.AUDIO,
        widget=_select(),
    )
    campaign = forms.UUIDField(required=False)
    template = forms.CharField(required=False, max_length=60)
    air_date = forms.DateField(
        label=_("Ngày dự kiến phát"),
        required=False,
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
