"""Shape of what an administrator types about people; the actions judge it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.accounts.states import Role
from nguon.console.forms import Words


def _line(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind, **attrs})


def _day(label: object, *, required: bool = False, help_text: object = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=_line("date"), help_text=help_text)  # type: ignore[arg-type]


class RoleForm(forms.Form):
    """Which role, where (an area, from the picker), from when to when."""

    role = forms.ChoiceField(
        label=_("Vai trò"), choices=Role.choices, widget=forms.Select(attrs={"class": "select"})
    )
    place = forms.CharField(
        max_length=120, widget=forms.HiddenInput, error_messages={"required": _("Hãy chọn nơi làm việc.")}
    )
    first = _day(_("Từ ngày"))
    last = _day(_("Đến hết ngày"), help_text=_("Bỏ trống nếu không hạn."))


class InviteForm(RoleForm):
    """A new person, and the first role."""

    full_name = Words(label=_("Họ và tên"), max_length=100, widget=_line(autocomplete="off"))
    username = Words(
        label=_("Tên đăng nhập"),
        max_length=50,
        required=False,
        widget=_line(autocomplete="off", autocapitalize="none", spellcheck="false"),
        help_text=_("Bỏ trống thì lấy theo họ tên, ví dụ lannt."),
    )
    email = forms.CharField(
        label=_("Thư điện tử công vụ"),
        max_length=254,
        required=False,
        widget=_line("email", autocomplete="off"),
        help_text=_("Để nối với nơi cấp danh tính, nếu ở đó đã xác minh địa chỉ này."),
    )
    field_order = ["full_name", "username", "email", "role", "place", "first", "last"]


class EmailForm(forms.Form):
    """A person's e-mail address at work, by which an identity elsewhere may be linked."""

    email = forms.CharField(
        label=_("Thư điện tử công vụ"),
        max_length=254,
        required=False,
        widget=_line("email", autocomplete="off"),
    )


class OtherPersonForm(forms.Form):
    """A successor, and the last day of who leaves."""

    other = Words(label=_("Người nhận việc"), max_length=100, widget=_line(autocomplete="off"))
    last = _day(_("Làm đến hết ngày"), required=True)


class LeaveForm(OtherPersonForm):
    """A deputy, and the days of the leave."""

    first = _day(_("Từ ngày"), required=True)
    last = _day(_("Đến hết ngày"), required=True)
    other = Words(label=_("Người làm thay"), max_length=100, widget=_line(autocomplete="off"))
    field_order = ["other", "first", "last"]


class ReasonForm(forms.Form):
    """Why an account is locked."""

    reason = Words(label=_("Lý do"), max_length=300, widget=_line())
