"""The file that an officer signed."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from nguon_protocol.relay import MAX_BYTES


class OrderFileForm(forms.Form):
    """One file of `nguon-signer duty`."""

    file = forms.FileField(
        label=_("Tệp lệnh đã ký"),
        help_text=_("Tệp mà “nguon-signer duty” ghi ra: lệnh dừng, hoặc báo động đã đủ hai người ký."),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".json,.signed,application/json"}),
    )

    def clean_file(self) -> Any:
        """This function will refuse what is larger than any order."""
        given: UploadedFile[Any] = self.cleaned_data["file"]
        if (given.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("Tệp quá lớn; hãy chọn đúng tệp lệnh đã ký."))
        return given
