"""Shape of what is typed about staff; the actions judge it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.console.forms import Words
from nguon.staff.actions import PostFields, StaffFields, TrainingFields
from nguon.staff.states import Gender, PostKind


def _line(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind, **attrs})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


def _words(label: object, most: int, *, required: bool = False, **attrs: str) -> Words:
    return Words(label=label, required=required, max_length=most, widget=_line(autocomplete="off", **attrs))  # type: ignore[arg-type]


class StaffForm(forms.Form):
    """A person."""

    full_name = _words(_("Họ và tên"), 100, required=True)
    birth_year = _words(_("Năm sinh"), 4, inputmode="numeric")
    gender = forms.ChoiceField(label=_("Giới tính"), choices=Gender.choices, required=False, widget=_select())
    phone = _words(_("Điện thoại"), 30, inputmode="tel")
    email = _words(_("E-mail"), 254, inputmode="email")
    zalo = _words(_("Zalo"), 100)
    username = Words(
        label=_("Tài khoản"),
        required=False,
        max_length=100,
        widget=_line(autocomplete="off", autocapitalize="none", spellcheck="false"),
        help_text=_("Tên đăng nhập, nếu người này có tài khoản."),
    )

    def given(self, user: Any) -> StaffFields:
        """This function will return what was typed; `user` is the account that its name means."""
        told = self.cleaned_data
        names = ("full_name", "birth_year", "gender", "phone", "email", "zalo")
        return StaffFields(**{name: told[name] for name in names}, user=user)


class PostForm(forms.Form):
    """One post; the place is picked beside the form."""

    kind = forms.ChoiceField(label=_("Loại"), choices=PostKind.choices, widget=_select())
    title = _words(_("Chức danh"), 120)
    first = forms.DateField(label=_("Từ ngày"), widget=_line("date"))
    last = forms.DateField(
        label=_("Đến hết ngày"),
        required=False,
        widget=_line("date"),
        help_text=_("Bỏ trống nếu chưa biết."),
    )
    agency = forms.TypedChoiceField(
        label=_("Cơ quan, đơn vị"), required=False, coerce=int, empty_value=None, widget=_select()
    )
    facility = forms.TypedChoiceField(
        label=_("Cơ sở"), required=False, coerce=int, empty_value=None, widget=_select()
    )

    def __init__(self, *args: Any, agencies: dict[int, Any], facilities: dict[int, Any], **more: Any) -> None:
        """This function will offer the agencies and facilities near the place."""
        super().__init__(*args, **more)
        self._known = {"agency": agencies, "facility": facilities}
        for name, known in self._known.items():
            choices = [("", "–"), *((pk, str(body)) for pk, body in known.items())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self, place: Any) -> PostFields:
        """This function will return what was typed, at a place."""
        told = self.cleaned_data
        return PostFields(
            kind=PostKind(told["kind"]),
            place=place,
            valid_from=told["first"],
            valid_to=told["last"],
            title=told["title"],
            agency=self._known["agency"].get(told["agency"]),
            facility=self._known["facility"].get(told["facility"]),
        )


class TrainingForm(forms.Form):
    """One course."""

    course = _words(_("Khóa học"), 200, required=True)
    organiser = _words(_("Đơn vị tổ chức"), 200)
    first = forms.DateField(label=_("Từ ngày"), widget=_line("date"))
    last = forms.DateField(label=_("Đến hết ngày"), required=False, widget=_line("date"))
    result = _words(_("Kết quả, chứng nhận"), 200)

    def given(self) -> TrainingFields:
        """This function will return what was typed; a course of one day has one."""
        told = self.cleaned_data
        last = told["last"] or told["first"]
        return TrainingFields(told["course"], told["first"], last, told["organiser"], told["result"])


class LastDayForm(forms.Form):
    """The last day of a post."""

    last = forms.DateField(label=_("Làm đến hết ngày"), widget=_line("date"))


class SuccessorForm(LastDayForm):
    """Who takes a post over, and the last day of who leaves."""

    other = _words(_("Người nhận việc"), 100, required=True)
    chosen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ["other", "last"]
