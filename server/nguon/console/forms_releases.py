"""Shape of what is typed about newer programs of loudspeakers; the actions judge it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nguon.releases.states import LIMIT, SOAK_MINUTES

MOST_BYTES = 64 * 1024 * 1024
MOST_ENVELOPE = 64 * 1024


class ReleaseForm(forms.Form):
    """A release that two maintainers signed, and its bundle."""

    area = forms.ChoiceField(label=_("Cho loa ở"), choices=(), widget=forms.Select(attrs={"class": "select"}))
    envelope = forms.FileField(
        label=_("Tệp chữ ký"),
        max_length=120,
        widget=forms.FileInput(attrs={"class": "input"}),
        help_text=_("Tệp do hai người bảo trì ký trên máy của họ."),
    )
    bundle = forms.FileField(
        label=_("Tệp chương trình"),
        max_length=120,
        widget=forms.FileInput(attrs={"class": "input", "accept": ".zip"}),
        help_text=_("Tệp zip mà hai người đã ký, nhiều nhất 64 MB."),
    )
    notes = forms.CharField(
        label=_("Thay đổi"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": "3"}),
    )

    def __init__(self, areas: list[tuple[str, str]], *args: object, **more: object) -> None:
        """This function will offer the areas that the person administers."""
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """This function will refuse files that are too large to be read."""
        given = dict(super().clean() or {})
        for name, most in (("envelope", MOST_ENVELOPE), ("bundle", MOST_BYTES)):
            file = given.get(name)
            if file is not None and getattr(file, "size", 0) > most:
                self.add_error(name, _("Tệp quá lớn. Hãy chọn đúng tệp."))
        return given


class StartForm(forms.Form):
    """How carefully a release is rolled out."""

    soak = forms.IntegerField(
        label=_("Theo dõi mỗi đợt (phút)"),
        initial=SOAK_MINUTES,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    limit = forms.IntegerField(
        label=_("Tự dừng khi lỗi quá (%)"),
        initial=LIMIT,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
