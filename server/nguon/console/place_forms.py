"""The guided change of the map, as it is typed: read into a plan; the actions judge it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from nguon.console.forms import Words, _line, _select
from nguon.organisations.actions import NewPlace, Part, Plan
from nguon.organisations.errors import ActMissing, BadShares, DayMissing
from nguon.organisations.models import Agency, Place
from nguon.organisations.states import AgencyKind, ChangeKind, FacilityKind, Kind

MOST_PARTS = 12
MOST_PLACES = 200
TIERS = [(kind.value, kind.label) for kind in (Kind.PROVINCE, Kind.COMMUNE, Kind.VILLAGE)]
NEW = "new"


@dataclass
class PartFields:
    """One part of a division, as typed."""

    index: int
    keeps: bool
    designation: str
    name: str
    code: str
    share: str

    @property
    def label(self) -> str:
        """This property will give what a choice calls the part."""
        return f"{self.designation} {self.name}".strip() or str(self.index + 1)


class ChangeForm(forms.Form):
    """One change of the map; which fields count follows from its kind."""

    loai = forms.ChoiceField(label=_("Thay đổi"), choices=ChangeKind.choices, widget=_select())
    day = forms.DateField(label=_("Có hiệu lực từ ngày"), required=False, widget=_line("date"))
    act = Words(
        label=_("Văn bản"),
        required=False,
        max_length=300,
        widget=_line(placeholder=_("Nghị quyết số …/NQ-HĐND")),  # type: ignore[arg-type]
    )
    act_on = forms.DateField(label=_("Ngày ký văn bản"), required=False, widget=_line("date"))
    name = Words(label=_("Tên mới"), required=False, max_length=100, widget=_line())
    designation = Words(
        label=_("Loại hình"), required=False, max_length=30, widget=_line(placeholder="Xã, Phường, Thôn…")
    )
    code = Words(label=_("Mã"), required=False, max_length=30, widget=_line(autocomplete="off"))
    tier = forms.ChoiceField(label=_("Cấp"), choices=TIERS, required=False, widget=_select())

    @property
    def kind(self) -> ChangeKind:
        """This property will give the kind of change that is being made."""
        value = str(self["loai"].value() or "")
        return ChangeKind(value) if value in ChangeKind.values else ChangeKind.MERGE

    def _numbers(self, name: str) -> list[int]:
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        found = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 12]
        return list(dict.fromkeys(found))[:MOST_PLACES]

    @property
    def places(self) -> list[int]:
        """This property will give the chosen places, as often as they were chosen once."""
        return self._numbers("noi")

    @property
    def parent(self) -> int | None:
        """This property will give the chosen place above."""
        return next(iter(self._numbers("tren")), None)

    @property
    def into(self) -> str:
        """This property will give which place goes on in a merge; NEW for a place of its own."""
        return str(self.data.get("into") or NEW)

    @property
    def parts(self) -> list[PartFields]:
        """This property will give the parts of a division as typed; two at least."""
        count = next(iter(self._numbers("phan")), 2)
        return [self._part(index) for index in range(max(2, min(count, MOST_PARTS)))]

    def _part(self, index: int) -> PartFields:
        def told(name: str) -> str:
            return str(self.data.get(f"p{index}_{name}") or "").strip()

        typed = bool(self.data.get("phan"))
        keeps = index == 0 and (bool(told("keeps")) or not typed)
        return PartFields(index, keeps, told("designation"), told("name"), told("code"), told("share"))

    def child_part(self, child: int) -> int:
        """This function will return the index of the part that a child was given to; -1 for none."""
        value = str(self.data.get(f"c{child}") or "")
        return int(value) if value.isdigit() and len(value) < 3 else -1

    def plan(self, children: list[Place]) -> Plan:
        """This function will read the plan, or raise what is missing."""
        self.is_valid()
        given = self.cleaned_data
        if not given.get("day"):
            raise DayMissing
        if not given.get("act"):
            raise ActMissing
        new = NewPlace(given["designation"], given["name"], given["code"])
        kind = self.kind
        fields: dict[str, Any] = {}
        if kind == ChangeKind.MERGE:
            fields = {"new": new} if self.into == NEW else {"into": self._into()}
        if kind == ChangeKind.SPLIT:
            fields = {"parts": tuple(self._read(part, children) for part in self.parts)}
        if kind == ChangeKind.NEW:
            fields = {"new": new, "tier": given["tier"], "parent": self.parent}
        if kind == ChangeKind.MOVE:
            fields = {"parent": self.parent}
        if kind in {ChangeKind.RENAME, ChangeKind.RETYPE, ChangeKind.RECODE}:
            name = {"rename": "name", "retype": "designation", "recode": "code"}[kind.value]
            fields = {name: given[name]}
        places = () if kind == ChangeKind.NEW else tuple(self.places)
        return Plan(kind, given["day"], places=places, **fields)

    def _into(self) -> int | None:
        return int(self.into) if self.into.isdigit() and len(self.into) < 12 else None

    def _read(self, part: PartFields, children: list[Place]) -> Part:
        mine = tuple(child.pk for child in children if self.child_part(child.pk) == part.index)
        known: dict[str, Any] = {"children": mine, "share": _share(part.share)}
        if part.keeps:
            return Part(place=self.places[0] if self.places else None, **known)
        return Part(new=NewPlace(part.designation, part.name, part.code), **known)


def _share(text: str) -> Decimal | None:
    """Per cent as people write them: 30, 30,5 or 30.5 %."""
    plain = text.replace("%", "").replace(",", ".").strip()
    if not plain:
        return None
    try:
        share = Decimal(plain) / 100
    except InvalidOperation as error:
        raise BadShares from error
    if not share.is_finite() or abs(share) > 1:
        raise BadShares
    return share.quantize(Decimal("0.00000001"))


class TableFileForm(forms.Form):
    """A file of one of the kinds that the person may bring."""

    loai = forms.ChoiceField(label=_("Trong tệp là"), widget=_select())
    file = forms.FileField(
        label=_("Tệp Excel (.xlsx) hoặc CSV"),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".xlsx,.csv,text/csv"}),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **more: Any) -> None:
        """This function will offer these kinds."""
        super().__init__(*args, **more)
        self.fields["loai"].choices = kinds  # type: ignore[attr-defined]


FindAgency = Callable[[str], list[Agency]]


def agency_label(agency: Agency) -> str:
    """This function will return the text by which a form names an agency, and finds it again."""
    return f"{agency.name} ({agency.code})" if agency.code else agency.name


class AgencyName(Words):
    """The name or code of an agency, with suggestions as it is typed: there are too many for a list."""

    find: FindAgency

    def __init__(self, **more: Any) -> None:
        """This function will make the line with its suggestions."""
        attrs: dict[str, Any] = {
            "list": "agencies",
            "autocomplete": "off",
            "hx-get": reverse_lazy("console:agencies_like"),
            "hx-trigger": "focus once, input changed delay:250ms",
            "hx-target": "#agencies",
            "hx-params": "above,owner,operator",
        }
        help_text = _("Gõ tên (có dấu hoặc không) hay mã định danh rồi chọn; để trống nếu không có.")
        super().__init__(required=False, max_length=250, widget=_line(**attrs), help_text=help_text, **more)

    def clean(self, value: Any) -> Any:
        """This function will return the agency, None for no text, or refuse what names none or two."""
        text = super().clean(value)
        if not text:
            return None
        found = self.find(text)
        if not found:
            raise forms.ValidationError(_("Không có cơ quan nào tên hoặc mã như vậy. Hãy chọn trong gợi ý."))
        if len(found) > 1:
            raise forms.ValidationError(_("Có nhiều cơ quan trùng tên này. Hãy nhập mã định danh."))
        return found[0]


class BodyForm(forms.Form):
    """An agency or a facility; `sort` tells which fields count."""

    kind = forms.ChoiceField(label=_("Loại"), widget=_select())
    name = Words(label=_("Tên"), max_length=200, widget=_line())
    code = Words(label=_("Mã định danh"), required=False, max_length=40, widget=_line(autocomplete="off"))
    place = Words(
        label=_("Mã địa bàn"),
        max_length=30,
        widget=_line(autocomplete="off"),
        help_text=_("Mã chính thức của xã, tỉnh; VN cho cả nước."),
    )
    valid_from = forms.DateField(label=_("Từ ngày"), widget=_line("date"))
    above = AgencyName(label=_("Trực thuộc"))
    owner = AgencyName(label=_("Chủ quản"))
    operator = AgencyName(label=_("Vận hành"))
    address = Words(label=_("Địa chỉ"), required=False, max_length=300, widget=_line())
    act = Words(label=_("Văn bản"), required=False, max_length=300, widget=_line())
    day = forms.DateField(label=_("Kế tục từ ngày"), required=False, widget=_line("date"))

    def __init__(
        self, *args: Any, named: FindAgency, facility: bool, succeeding: bool = False, **more: Any
    ) -> None:
        """This function will leave out the fields that do not count; `named` finds the agency of a text."""
        super().__init__(*args, **more)
        self.fields["kind"].choices = (FacilityKind if facility else AgencyKind).choices  # type: ignore[attr-defined]
        for name in ("owner", "operator", "address") if not facility else ("above",):
            del self.fields[name]
        for name in ("valid_from",) if succeeding else ("act", "day"):
            del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, AgencyName):
                field.find = named
        if succeeding:
            self.fields["day"].required = True
