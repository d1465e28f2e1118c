"""The Vietnamese lunisolar calendar over days that everybody remembers, and where the Chinese one differs."""

from datetime import date

import pytest

from nguon.broadcasts.rules.lunar import solar_date

TET = {
    1968: (1, 29), 1985: (1, 21), 2000: (2, 5), 2001: (1, 24), 2002: (2, 12), 2003: (2, 1), 2004: (1, 22),
    2005: (2, 9), 2006: (1, 29), 2007: (2, 17), 2008: (2, 7), 2009: (1, 26), 2010: (2, 14), 2011: (2, 3),
    2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16),
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2),
}  # fmt: skip


@pytest.mark.parametrize("year", TET)
def test_tet(year: int) -> None:
    assert solar_date(year, 1, 1) == date(year, *TET[year])


@pytest.mark.parametrize(
    ("lunar", "solar"),
    [
        ((2020, 3, 10), date(2020, 4, 2)),
        ((2021, 3, 10), date(2021, 4, 21)),
        ((2022, 3, 10), date(2022, 4, 10)),
        ((2023, 3, 10), date(2023, 4, 29)),  # after the leap second month of that year
        ((2024, 3, 10), date(2024, 4, 18)),
        ((2025, 3, 10), date(2025, 4, 7)),
        ((2026, 3, 10), date(2026, 4, 26)),
        ((2024, 8, 15), date(2024, 9, 17)),  # Trung thu
        ((2025, 8, 15), date(2025, 10, 6)),  # after the leap sixth month
        ((2023, 12, 23), date(2024, 2, 2)),  # ông Công ông Táo, in the next year of the sun
    ],
)
def test_feasts(lunar: tuple[int, int, int], solar: date) -> None:
    assert solar_date(*lunar) == solar
