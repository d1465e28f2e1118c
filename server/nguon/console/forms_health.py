"""Shape of what is typed about faults; the actions judge it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import User


def _input(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind, **attrs})


def _words() -> forms.Textarea:
    return forms.Textarea(attrs={"class": "input", "rows": "3"})


class GivenForm(forms.Form):
    """Who mends it, until when."""

    assignee = forms.ChoiceField(
        label=_("Người sửa"), required=False, widget=forms.Select(attrs={"class": "select"})
    )
    due_date = forms.DateField(label=_("Hạn xong"), widget=_input("date"))

    def __init__(self, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        """This function will offer these people."""
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person in people}
        choices = [("", _("Chưa giao")), *((key, str(one)) for key, one in self._people.items())]
        self.fields["assignee"].choices = choices  # type: ignore[attr-defined]

    @property
    def person(self) -> User | None:
        """This property will give who was chosen."""
        return self._people.get(self.cleaned_data.get("assignee", ""))


class TicketForm(GivenForm):
    """A new ticket."""

    title = forms.CharField(label=_("Hỏng gì"), max_length=160, widget=_input())
    text = forms.CharField(label=_("Mô tả"), required=False, max_length=2000, widget=_words())


class NoteForm(forms.Form):
    """A line of the history: words, or a spare part."""

    text = forms.CharField(label=_("Ghi chú"), required=False, max_length=2000, widget=_words())
    part = forms.CharField(label=_("Linh kiện"), required=False, max_length=120, widget=_input())
    quantity = forms.IntegerField(
        label=_("Số lượng"), required=False, min_value=1, max_value=100_000, widget=_input("number", min="1")
    )
    cost = forms.IntegerField(
        label=_("Thành tiền (đồng)"),
        required=False,
        min_value=0,
        max_value=10**12,
        widget=_input("number", min="0"),
    )
