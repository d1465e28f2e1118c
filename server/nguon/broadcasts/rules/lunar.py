"""The lunisolar calendar of Viet Nam (âm lịch): the day of a lunar date, for holidays.

Vietnamese months begin on the day, in Ha Noi (UTC+7), of the new moon; the eleventh holds the winter
solstice; between two solstices with thirteen months the first month without a major solar term is a leap one.
Libraries of the Chinese calendar count in UTC+8, and are a day off in some years (Tết 2007: 17 and 18
February) or a month (Tết 1985), so this is reckoned here.
Source: J. Meeus, Astronomical Algorithms, 2nd ed. (1998), chapters 25 (the sun's longitude) and 49 (phases of
the moon); the rules as H. N. Đức sets them out, "Thuật toán tính âm lịch". Good for 1900 to 2100.
"""

from datetime import date
from functools import lru_cache
from math import floor, pi, sin

_TZ = 7 / 24
_J1900 = 2415021.076998695  # the first mean new moon of 1900, in Julian days
_MONTH = 29.530588853
_EPOCH = date(2000, 1, 1).toordinal() - 2451545  # from the number of a Julian day to Python's ordinal


def solar_date(year: int, month: int, day: int) -> date:
    """This function will return the day on which a lunar date of a lunar year falls (the month itself, not
    its leap repetition), e.g. (2026, 1, 1) for Tết: 17 February 2026."""
    first = _month_eleven(year - 1)
    after = _month_eleven(year)
    offset = month - 11 if month >= 11 else month + 1
    if month >= 11:
        first, after = after, _month_eleven(year + 1)
    if after - first > 365:
        leap = _leap_offset(first)
        if offset >= leap:
            offset += 1
    number = floor(0.5 + (first - _J1900) / _MONTH)
    return date.fromordinal(_new_moon(number + offset) + day - 1 + _EPOCH)


@lru_cache(maxsize=512)
def _new_moon(number: int) -> int:
    """The Julian day, in Ha Noi, of the new moon so many months after that of January 1900 (Meeus 49)."""
    t = number / 1236.85
    mean = (
        2415020.75933 + 29.53058868 * number + (1.178e-4 - 1.55e-7 * t) * t * t
        + 3.3e-4 * sin((166.56 + (132.87 - 0.009173 * t) * t) * pi / 180)
    )  # fmt: skip
    sun = (359.2242 + 29.10535608 * number - (3.33e-5 + 3.47e-6 * t) * t * t) * pi / 180
    moon = (306.0253 + 385.81691806 * number + (0.0107306 + 1.236e-5 * t) * t * t) * pi / 180
    node = (21.2964 + 390.67050646 * number - (1.6528e-3 + 2.39e-6 * t) * t * t) * pi / 180
    shift = (
        (0.1734 - 3.93e-4 * t) * sin(sun) + 0.0021 * sin(2 * sun)
        - 0.4068 * sin(moon) + 0.0161 * sin(2 * moon)
        - 4e-4 * sin(3 * moon) + 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
        + 4e-4 * sin(2 * node + sun) - 4e-4 * sin(2 * node - sun) - 6e-4 * sin(2 * node + moon)
        + 0.0010 * sin(2 * node - moon) + 5e-4 * sin(sun + 2 * moon)
    )  # fmt: skip
    # Dynamical time runs ahead of the clocks by this.
    ahead = -2.78e-4 + (2.65e-4 + 2.62e-4 * t) * t
    return floor(mean + shift - ahead + 0.5 + _TZ)


@lru_cache(maxsize=512)
def _sun_sector(day: int) -> int:
    """Which twelfth of its way (0 from the spring equinox) the sun is in at the midnight that
    begins a day.
    """
    t = (day - 0.5 - _TZ - 2451545.0) / 36525
    anomaly = (357.52910 + (35999.05030 - (1.559e-4 + 4.8e-7 * t) * t) * t) * pi / 180
    mean = 280.46645 + (36000.76983 + 3.032e-4 * t) * t
    centre = (
        (1.914600 - (0.004817 + 1.4e-5 * t) * t) * sin(anomaly)
        + (0.019993 - 1.01e-4 * t) * sin(2 * anomaly) + 2.9e-4 * sin(3 * anomaly)
    )  # fmt: skip
    return floor(((mean + centre) % 360) / 30)


@lru_cache(maxsize=256)
def _month_eleven(year: int) -> int:
    """The Julian day on which the month that holds the winter solstice of a year begins."""
    last = date(year, 12, 31).toordinal() - _EPOCH
    number = floor((last - 2415021) / _MONTH)
    start = _new_moon(number)
    return _new_moon(number - 1) if _sun_sector(start) >= 9 else start


@lru_cache(maxsize=256)
def _leap_offset(eleventh: int) -> int:
    """How many months after an eleventh month the leap one comes: the first that holds no major
    solar term.
    """
    number = floor(0.5 + (eleventh - _J1900) / _MONTH)
    before = _sun_sector(_new_moon(number + 1))
    for offset in range(2, 14):
        sector = _sun_sector(_new_moon(number + offset))
        if sector == before:
            return offset - 1
        before = sector
    return 13
