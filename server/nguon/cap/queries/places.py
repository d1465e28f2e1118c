"""Where a message is for: official codes of its day, polygons and circles, as places of today.

Borders of communes are not known here, only their middle and their size (organisations.actions.centres): a
commune whose middle lies in a shape is touched, one whose land may reach into it is perhaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import pi, sqrt

from django.utils.translation import gettext as _

from nguon.adapters.cap.geometry import Outlines, crosses
from nguon.adapters.cap.model import Area, Message, Named
from nguon.areas.paths import outermost
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as organisations
from nguon.organisations.actions.centres import Centre, centres
from nguon.organisations.models import Place, PlaceCode
from nguon.organisations.queries import history
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL

ANY_SYSTEM = frozenset({"vn-gso", "gso", "vn", "madvhc", "ma-dvhc", "dvhc", "vn-dvhc", "madiaban"})
SYSTEMS = {SYSTEM_OFFICIAL: SYSTEM_OFFICIAL, SYSTEM_LEGACY: SYSTEM_LEGACY}
"""Names of code systems as they stand in `geocode`, folded to lower case and "-"."""
MOST_GEOCODES = 5000
OUR_LONGITUDE = 107.0
"""In the middle of the country."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A place of today that a message names or touches; `sure` is False at the edge of a shape, or where a
    divided place's shares are not known."""

    area: str
    label: str
    sure: bool
    why: str


@dataclass(frozen=True, slots=True)
class Where:
    """The places of today, outermost ones alone, and a sentence for each thing that was not understood."""

    touched: tuple[Touched, ...]
    unknown: tuple[str, ...]

    @property
    def areas(self) -> list[str]:
        """This property will give the areas that are surely meant."""
        return [one.area for one in self.touched if one.sure]


def where(message: Message, *, at: datetime) -> Where:
    """This function will find the places of today that a message is for; its codes are those of its day."""
    found: dict[str, tuple[bool, str]] = {}
    unknown: list[str] = []
    day, today = local(message.sent).date(), local(at).date()
    areas = list(dict.fromkeys(area for info in message.infos for area in info.areas))
    codes = dict.fromkeys(code for area in areas for code in area.geocodes)
    for code in list(codes)[:MOST_GEOCODES]:
        _keep(found, _by_geocode(code, day, today, unknown))
    for area in areas:
        _keep(found, _by_shape(area, today, unknown))
        if not (area.geocodes or area.polygons or area.circles):
            unknown.append(
                _("Vùng “{desc}” chỉ có tên, không có mã hay hình: người trực chọn địa bàn.").format(
                    desc=area.desc[:200]
                )
            )
    kept = {area: found[area] for area in outermost(found) if area in found}
    # What is surely meant may lie inside of what is only touched: both are told.
    sure = {area: found[area] for area in outermost([one for one in found if found[one][0]])}
    labels = organisations.labels({*kept, *sure})
    rows = [Touched(area, labels.get(area, area), *told) for area, told in sorted({**kept, **sure}.items())]
    return Where(tuple(rows), tuple(dict.fromkeys(unknown)))


def _keep(found: dict[str, tuple[bool, str]], rows: Iterable[tuple[str, bool, str]]) -> None:
    for area, sure, why in rows:
        if area not in found or (sure and not found[area][0]):
            found[area] = (sure, why)


def _by_geocode(code: Named, day: date, today: date, unknown: list[str]) -> list[tuple[str, bool, str]]:
    name = code.name.strip().lower().replace("_", "-").replace(" ", "-")
    if name not in ANY_SYSTEM and name not in SYSTEMS:
        unknown.append(
            _("Không biết hệ mã “{name}” của mã {value}: người trực chọn địa bàn.").format(
                name=code.name[:60], value=code.value[:60]
            )
        )
        return []
    value = _padded(code.value)
    try:
        version = history.by_code_on(value, day=day, system=SYSTEMS.get(name, ""))
    except DomainError as why:
        unknown.append(str(why))
        return []
    steps = history.successors(version.place_id, on=day, day=max(day, today))
    places = dict(Place.objects.filter(pk__in=[step.place for step in steps]).values_list("pk", "area"))
    if not places:
        unknown.append(
            _("{place} (mã {code}) không còn nữa và không rõ đất ấy nay thuộc đâu.").format(
                place=version, code=value
            )
        )
    why_said = f"{code.name} {value} ({day:%d/%m/%Y}): {version}"
    return [(places[step.place], not step.assumed, why_said) for step in steps if step.place in places]


def _padded(value: str) -> str:
    """Codes lose their leading zeros in spreadsheets: a province has two digits, a commune five."""
    value = value.strip()
    if not (value.isascii() and value.isdigit()):
        return value
    return value.zfill(2) if len(value) < 3 else value.zfill(5)


def _by_shape(area: Area, today: date, unknown: list[str]) -> list[tuple[str, bool, str]]:
    if not (area.polygons or area.circles):
        return []
    rows = []
    clear = not any(map(crosses, area.polygons))
    shapes = Outlines(area, OUR_LONGITUDE)
    for path, centre in _communes(today):
        km = shapes.km((centre.latitude, centre.longitude), sqrt(centre.km2 / pi))
        if km is not None:
            rows.append((path, km == 0 and clear, _("trong hình vẽ") if km == 0 else _("sát hình vẽ")))
    if not rows:
        unknown.append(
            _("Hình vẽ của vùng “{desc}” không chạm xã, phường nào đã biết.").format(desc=area.desc[:200])
        )
    return rows


def _communes(today: date) -> list[tuple[str, Centre]]:
    """The communes of a day with their middle; special zones (islands) have none, and are told by codes."""
    rows = PlaceCode.objects.filter(system=SYSTEM_OFFICIAL, valid_from__lte=today).exclude(valid_to__lt=today)
    paths = dict(rows.values_list("code", "place__area"))
    return [(paths[code], centre) for code, centre in _centres(frozenset(paths)).items()]


@lru_cache(maxsize=2)
def _centres(codes: frozenset[str]) -> dict[str, Centre]:
    return centres(codes)
