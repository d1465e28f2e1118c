"""Where lists of places come from.  Reads files, changes nothing."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path

from nguon.kernel.text import tidy
from nguon.organisations.errors import NoPlaceData

PACKAGE = "vietnamadminunits"
FIRST_DAY_2025 = date(2025, 7, 1)
# Nghị quyết 202/2025/QH15: 34 provinces; the 34 resolutions on communes of 16/6/2025: 3,321.
EXPECTED_PROVINCES = 34
EXPECTED_COMMUNES = 3321

PROVINCE_DESIGNATIONS = ("Thành phố", "Tỉnh")
COMMUNE_DESIGNATIONS = ("Đặc khu", "Phường", "Xã")
_DEMO_VILLAGES = Path(__file__).resolve().parent.parent / "data" / "demo_villages.csv"


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in a source that a person should look at: a slug, the code it is about, a sentence."""

    kind: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A province (no `province_code`) or a commune, as a source names it."""

    code: str
    designation: str
    name: str
    province_code: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A list of units in force from one day on, and what looked odd while it was read."""

    name: str
    system: str
    valid_from: date
    units: tuple[Unit, ...]
    oddities: tuple[Oddity, ...] = ()


def demo_villages_csv() -> str:
    """This function will return the villages of the two demo communes, as the text of a CSV file."""
    return _DEMO_VILLAGES.read_text(encoding="utf-8")


def read_units_2025(*, system: str) -> Source:
    """This function will return the provinces and communes of 1/7/2025, or raise NoPlaceData.

    Source: the data files of the wheel `vietnamadminunits` (MIT).  Its code is not imported, as that would
    load a geometry library.  Its two files are compared, and what they disagree on is told.
    """
    try:
        package = metadata.distribution(PACKAGE)
        folder = Path(str(package.locate_file(PACKAGE))) / "data"
        rows = _table(folder / "dataset.db")
        second = _second_list(folder / "parser_from_2025.json")
    except (metadata.PackageNotFoundError, OSError, sqlite3.Error, ValueError, KeyError) as error:
        raise NoPlaceData from error
    oddities: list[Oddity] = []
    units = [*_provinces(rows, oddities), *_communes(rows, oddities)]
    oddities += _disagreements(units, second)
    oddities += _counts(units)
    return Source(f"{PACKAGE} {package.version}", system, FIRST_DAY_2025, tuple(units), tuple(oddities))


def _table(path: Path) -> list[tuple[str, str, str, str, str]]:
    columns = "province, provinceCode, ward, wardType, wardCode"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        rows = store.execute(f"SELECT {columns} FROM admin_units ORDER BY rowid").fetchall()  # noqa: S608
    return [tuple(tidy(value or "") for value in row) for row in rows]  # type: ignore[misc]


def _second_list(path: Path) -> dict[str, tuple[str, str]]:
    """The same communes from the parser's own file: code -> full name, province code."""
    data = json.loads(path.read_text(encoding="utf-8"))
    provinces = {key: value["provinceCode"] for key, value in data["DICT_PROVINCE"].items()}
    found = {}
    for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, wards in data[part].items():
            for ward in wards.values():
                found[ward["wardCode"]] = (tidy(ward["ward"]), provinces[province])
    return found


def split_name(full: str, designations: Iterable[str]) -> tuple[str, str]:
    """This function will return ("Xã", "An Sơn") for "Xã An Sơn", or ("", full) without designation."""
    for designation in designations:
        if full.startswith(f"{designation} "):
            return designation, full[len(designation) + 1 :]
    return "", full


def _provinces(rows: list[tuple[str, str, str, str, str]], oddities: list[Oddity]) -> list[Unit]:
    names: dict[str, str] = {}
    for full, code, *_rest in rows:
        if names.setdefault(code, full) != full:
            oddities.append(Oddity("two-names", code, f"{names[code]} / {full}"))
    return [Unit(code, *split_name(full, PROVINCE_DESIGNATIONS), None) for code, full in names.items()]


def _communes(rows: list[tuple[str, str, str, str, str]], oddities: list[Oddity]) -> list[Unit]:
    units = []
    for _province, province_code, full, stated, code in rows:
        designation, name = split_name(full, COMMUNE_DESIGNATIONS)
        if stated != designation:
            # The full name is right in every case known so far (Phường Việt Hòa, Xã Vĩnh Hòa, ...).
            oddities.append(Oddity("type-disagrees", code, f"{full}: {stated}"))
        units.append(Unit(code, designation, name, province_code))
    return units


def _disagreements(units: list[Unit], second: dict[str, tuple[str, str]]) -> list[Oddity]:
    """Communes that the two files of the package name, place or count differently."""
    communes = {unit.code: unit for unit in units if unit.province_code}
    odd = [
        Oddity("only-in-second-file", code, second[code][0])
        for code in sorted(second.keys() - communes.keys())
    ]
    for code, unit in communes.items():
        full = f"{unit.designation} {unit.name}".strip()
        if second.get(code) != (full, unit.province_code):
            odd.append(Oddity("files-disagree", code, f"{full} / {second.get(code, ('—',))[0]}"))
    return odd


def _counts(units: list[Unit]) -> list[Oddity]:
    tiers = Counter("commune" if unit.province_code else "province" for unit in units)
    expected = {"province": EXPECTED_PROVINCES, "commune": EXPECTED_COMMUNES}
    return [
        Oddity("count-disagrees", tier, f"{tiers[tier]} / {count}")
        for tier, count in expected.items()
        if tiers[tier] != count
    ]
