"""Shape of what people type; the actions judge it, so that a draft may be as unfinished as it likes."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nguon.audio.states import PAUSES, Jingle
from nguon.bulletins.rules import rules_at
from nguon.bulletins.states import LONGEST_LIVE, TEXT_LIMIT, ContentType, Essential, Priority, Timing, Topic
from nguon.bulletins.states.languages import languages
from nguon.kernel.text import clean

WEEKDAYS = (
    ("MO", _("T2")),
    ("TU", _("T3")),
    ("WE", _("T4")),
    ("TH", _("T5")),
    ("FR", _("T6")),
    ("SA", _("T7")),
    ("SU", _("CN")),
)
TIMES = 32
SPEEDS = ((105, _("Chậm")), (120, _("Vừa")), (135, _("Nhanh")))
SOURCES = (("speech", _("Giọng đọc")), ("recording", _("Ghi âm hoặc tệp")))


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "textarea", "rows": rows, **attrs})


def _line(kind: str = "text", **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": kind, **attrs})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class Words(forms.CharField):
    """Text as people paste it: what no page can show (NUL, controls) is left out first."""

    def to_python(self, value: Any) -> str:
        """This function will return clean text."""
        return clean(str(super().to_python(value) or ""))


class MannerForm(forms.Form):
    """How something is spoken."""

    voice = forms.CharField(label=_("Giọng đọc"), required=False, max_length=80)
    speed = forms.TypedChoiceField(
        label=_("Tốc độ"), choices=SPEEDS, coerce=int, required=False, widget=_select()
    )
    pause_ms = forms.TypedChoiceField(
        label=_("Nghỉ giữa các câu"),
        choices=list(PAUSES.items()),
        coerce=int,
        empty_value=None,
        required=False,
        widget=_select(),
    )
    jingle = forms.ChoiceField(label=_("Nhạc hiệu"), choices=Jingle.choices, required=False, widget=_select())


class AreaMannerForm(MannerForm):
    """How an area is spoken to: one of the voices of this machine."""

    def __init__(self, *args: Any, voices: list[tuple[str, str]], **options: Any) -> None:
        """This function will offer these voices: id and name."""
        super().__init__(*args, **options)
        self.fields["voice"].widget = forms.Select(attrs={"class": "select"}, choices=voices)


class DescriptionForm(forms.Form):
    """What a bulletin is and where it comes from: the fields of the official profile beside its words."""

    content_type = forms.TypedChoiceField(
        label=_("Loại bản tin"), choices=ContentType.choices, coerce=int, required=False
    )
    live_minutes = forms.IntegerField(
        label=_("Số phút sẽ nói"),
        required=False,
        widget=_line("number", min="1", max=str(LONGEST_LIVE), inputmode="numeric"),
    )
    news_source = Words(
        label=_("Nguồn tin"),
        required=False,
        max_length=200,
        widget=_line(placeholder=_("Ví dụ: Trạm y tế xã")),  # type: ignore[arg-type]
    )
    author_name = Words(label=_("Tác giả"), required=False, max_length=120, widget=_line())
    pen_name = Words(label=_("Bút danh"), required=False, max_length=80, widget=_line())
    produced = forms.DateTimeField(
        label=_("Sản xuất lúc"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    campaign = forms.CharField(label=_("Chiến dịch"), required=False, max_length=40)
    language = forms.ChoiceField(
        label=_("Ngôn ngữ của văn bản"),
        choices=lambda: list(languages().items()),
        required=False,
        widget=_select(),
    )


class ComposeForm(MannerForm, DescriptionForm):
    """One bulletin as it is being written."""

    title = Words(
        label=_("Tiêu đề"),
        required=False,
        max_length=200,
        widget=_line(placeholder=_("Ví dụ: Lịch tiêm phòng dại đợt 2")),  # type: ignore[arg-type]
    )
    summary = Words(
        label=_("Tóm tắt"),
        required=False,
        max_length=500,
        widget=_text(2),
        help_text=_("Một, hai câu cho danh sách và bảng tin; loa không đọc phần này."),
    )
    topic = forms.TypedChoiceField(
        label=_("Lĩnh vực"), choices=Topic.choices, coerce=int, widget=_select(), required=False
    )
    essential = forms.ChoiceField(
        label=_("Thông tin thiết yếu"), choices=Essential.choices, required=False, widget=_select()
    )
    priority = forms.TypedChoiceField(
        label=_("Mức độ ưu tiên"),
        choices=Priority.choices,
        coerce=int,
        required=False,
        widget=forms.RadioSelect(),
    )
    text = Words(label=_("Văn bản"), required=False, widget=_text(8), strip=False)
    spoken_text = Words(label=_("Lời đọc"), required=False, widget=_text(6), strip=False)
    spoken_own = forms.BooleanField(required=False)
    source = forms.ChoiceField(choices=SOURCES, required=False)
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)  # it arrived piece by piece
    trims_silence = forms.BooleanField(required=False)
    timing = forms.ChoiceField(label=_("Giờ phát"), choices=Timing.choices, required=False)
    date = forms.DateField(label=_("Ngày"), required=False, widget=_line("date"))
    time = forms.TimeField(label=_("Giờ"), required=False, widget=_line("time"))
    repeat = forms.ChoiceField(choices=(("daily", ""), ("weekly", "")), required=False)
    days = forms.MultipleChoiceField(label=_("Vào các ngày"), choices=WEEKDAYS, required=False)
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=_line("date"))
    until = forms.DateField(label=_("Đến hết ngày"), required=False, widget=_line("date"))

    FIELD_OF: ClassVar[dict[str, str]] = {
        "title-missing": "title",
        "text-missing": "text",
        "words-missing": "text",
        "blank-left": "text",
        "live-minutes-missing": "live_minutes",
        "text-too-long": "text",
        "nothing-to-speak": "text",
        "spoken-text-too-long": "spoken_text",
        "sound-missing": "sound",
        "voice-unknown": "voice",
        "targets-missing": "targets",
        "target-unknown": "targets",
        "target-too-wide": "targets",
        "target-foreign": "targets",
        "no-loudspeakers": "targets",
        "time-missing": "timing",
        "time-past": "timing",
        "time-too-far": "timing",
        "quiet-hours": "timing",
        "repeat-wrong": "timing",
        "repeat-endless": "until",
    }

    def _many(self, name: str) -> list[Any]:
        if isinstance(self.data, QueryDict) and self.is_bound:
            return list(self.data.getlist(name))
        return list((self.data if self.is_bound else self.initial).get(name) or [])

    @property
    def targets(self) -> list[str]:
        """This function will return the chosen targets as they came, each once, in their order."""
        values = self._many("targets")
        return list(dict.fromkeys(str(value) for value in values))[:500]

    @property
    def times(self) -> list[dt.time]:
        """This function will return the times of day of a repetition, sorted, each once."""
        values = self._many("times")
        found: set[dt.time] = set()
        for value in values:
            try:
                found.add(dt.time.fromisoformat(str(value)).replace(second=0, microsecond=0, tzinfo=None))
            except ValueError:
                continue
        return sorted(found)[:TIMES]

    @property
    def time_slots(self) -> list[str]:
        """This function will return what the time inputs show: the chosen ones, or an empty one."""
        shown = [f"{at:%H:%M}" for at in self.times]
        return shown or [""]

    @property
    def length(self) -> int:
        """This function will count the characters of the text."""
        return len(self["text"].value() or "")

    limit = TEXT_LIMIT

    @property
    def details(self) -> list[tuple[str, str]]:
        """This function will return the free details as (name, value), those without both left out."""
        if not self.is_bound:
            return [(name, value) for name, value in self.initial.get("details") or []]
        pairs = zip(self._many("detail-name"), self._many("detail-value"), strict=False)
        return [(str(name), str(value)) for name, value in pairs if str(name).strip() or str(value).strip()]


def rules_of(days: list[str], times: list[dt.time]) -> str:
    """This function will write a repetition as RFC 5545 rules, one a line (`bulletins.rules.rules_at`)."""
    return rules_at(times, days)


def read_rules(rules: str) -> tuple[list[str], list[dt.time]]:
    """This function will read back what `rules_of` wrote, and what it can of other rules."""
    days: list[str] = []
    times: list[dt.time] = []
    for line in rules.splitlines():
        parts = dict(part.split("=", 1) for part in line.split(";") if "=" in part)
        days = [day for day in parts.get("BYDAY", "").split(",") if day] or days
        hours, minutes = parts.get("BYHOUR", "").split(","), parts.get("BYMINUTE", "0").split(",")
        if all(one.isdigit() for one in (*hours, *minutes)):
            times += [dt.time(int(hour), int(minute)) for hour in hours for minute in minutes]
    return days, sorted(times)


def combine(day: dt.date | None, at: dt.time | None, zone: Any) -> dt.datetime | None:
    """This function will put a date and a time together, or give None when one is missing."""
    return dt.datetime.combine(day, at, zone) if day and at else None


class ReturnForm(forms.Form):
    """Why a bulletin goes back."""

    reason = forms.CharField(
        label=_("Lý do trả lại"),
        max_length=2000,
        widget=_text(3),
        help_text=_("Người soạn đọc câu này để biết cần sửa gì."),
    )


class WithdrawForm(forms.Form):
    """Why a bulletin is taken back."""

    reason = forms.CharField(
        label=_("Lý do thu hồi"),
        max_length=2000,
        widget=_text(2),
        help_text=_("Lý do được ghi vào nhật ký cùng tên bạn."),
    )


class CorrectForm(forms.Form):
    """What was wrong in a bulletin that is taken back to be said anew."""

    wrong = forms.CharField(
        label=_("Sai ở đâu"),
        max_length=2000,
        widget=_text(2),
        help_text=_("Bản tin sai được thu hồi ngay; bản đính chính mở ra để bạn sửa."),
    )
