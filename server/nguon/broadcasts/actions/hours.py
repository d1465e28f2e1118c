"""Broadcast hours that come with the program: data, so that a province can change them."""

import csv
from datetime import datetime, time
from pathlib import Path

from django.db import transaction

from nguon.broadcasts.models import DayOff, HourRule
from nguon.broadcasts.states import DayKind
from nguon.organisations import queries as places
from nguon.organisations.states import COUNTRY_AREA

DATA = Path(__file__).resolve().parent.parent / "data"
# Bộ luật Lao động 2019, Article 112: the days off of the whole country (month, day, days, before).
NATIONAL = (
    ("Tết Dương lịch", DayKind.YEARLY, 1, 1, 1, 0),
    ("Tết Nguyên đán", DayKind.LUNAR, 1, 1, 4, 1),
    ("Giỗ Tổ Hùng Vương", DayKind.LUNAR, 3, 10, 1, 0),
    ("Ngày Chiến thắng", DayKind.YEARLY, 4, 30, 1, 0),
    ("Ngày Quốc tế Lao động", DayKind.YEARLY, 5, 1, 1, 0),
    ("Quốc khánh", DayKind.YEARLY, 9, 2, 1, 1),
)


@transaction.atomic
def seed_hours(*, at: datetime) -> int:
    """This function will bring in the broadcast hours and the days off that come with the program, where an
    area has none yet, and return how many are new.
    """
    before = HourRule.objects.count() + DayOff.objects.count()
    with (DATA / "hours.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    known = places.by_codes(sorted({line["province"] for line in lines}), at=at)
    for line in lines:
        place = known.get(line["province"])
        if place is None:
            continue
        HourRule.objects.get_or_create(
            area=place.area,
            designation=line["designation"],
            defaults={
                "sessions": int(line["sessions"]) if line["sessions"] else None,
                "minutes": int(line["minutes"]),
                "weekdays": line["weekdays"],
                "source": line["source"],
            },
        )
    for name, kind, month, day, days, ahead in NATIONAL:
        DayOff.objects.get_or_create(
            area=COUNTRY_AREA,
            kind=kind,
            year=None,
            month=month,
            day=day,
            defaults={"name": name, "days": days, "before": ahead},
        )
    return HourRule.objects.count() + DayOff.objects.count() - before


@transaction.atomic
def set_hours(
    *,
    area: str,
    minutes: int,
    sessions: int | None = None,
    weekdays: str = "0123456",
    designation: str = "",
    quiet: tuple[time, time] | None = None,
    source: str = "",
) -> HourRule:
    """This function will set the broadcast hours of an area; what stands already in programmes stays until it
    is changed, and the signer leaves out what goes beyond."""
    begin, end = quiet or (None, None)
    row, _made = HourRule.objects.update_or_create(
        area=area,
        designation=designation,
        defaults={
            "minutes": minutes, "sessions": sessions, "weekdays": weekdays, "source": source,
            "quiet_from": begin, "quiet_to": end,
        },
    )  # fmt: skip
    return row
