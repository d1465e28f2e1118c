"""Shape of what is typed about announced work; the actions judge it."""

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.kernel.clock import VIETNAM


class InstantField(forms.DateTimeField):
    """A wall-clock instant of Viet Nam, as a browser's own field sends it."""

    widget = forms.TextInput(attrs={"class": "input", "type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")

    def to_python(self, value: str | datetime | date | None) -> datetime | None:
        """This function will read it as wall time."""
        found = super().to_python(value)
        return None if found is None else found.replace(tzinfo=VIETNAM)


class MaintenanceForm(forms.Form):
    """From when until when, why, and who answers for it."""

    starts_at = InstantField(label=_("Từ lúc"))
    ends_at = InstantField(label=_("Đến lúc"))
    reason = forms.CharField(
        label=_("Lý do"), max_length=300, widget=forms.TextInput(attrs={"class": "input"})
    )
    responsible = forms.ChoiceField(
        label=_("Người phụ trách"), choices=(), widget=forms.Select(attrs={"class": "select"})
    )

    def __init__(self, people: list[tuple[str, str]], *args: object, **more: object) -> None:
        """This function will offer who keeps loudspeakers there."""
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["responsible"].choices = people  # type: ignore[attr-defined]
