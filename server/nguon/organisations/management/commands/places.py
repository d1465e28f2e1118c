"""`manage.py places check|at|import`: the maps of all days, looked through, asked and brought in."""

import json
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from nguon.kernel.clock import local, now
from nguon.kernel.errors import DomainError
from nguon.organisations import queries
from nguon.organisations.actions import (
    complete_maps,
    import_history,
    import_places,
    read_units_2025,
    read_units_legacy,
    seed_agencies,
)
from nguon.organisations.actions.sources import FIRST_DAY_2025
from nguon.organisations.actions.sources_legacy import FIRST_DAY_LEGACY
from nguon.organisations.models import PlaceCode, PlaceVersion
from nguon.organisations.queries.checking import check
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL

_SHOWN = 20


class Command(BaseCommand):
    """What stands in the database about places, on any day."""

    help = "Kiểm tra, tra cứu và nhập bản đồ hành chính theo ngày."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """This function will name the three questions."""
        parts = parser.add_subparsers(dest="what", required=True)
        asked = parts.add_parser("check")
        asked.add_argument("--json", action="store_true")
        brought = parts.add_parser("import")
        brought.add_argument("--json", action="store_true")
        one = parts.add_parser("at")
        one.add_argument("--date", required=True)
        one.add_argument("--area", required=True)
        one.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will answer one question; status 1 when the maps do not hold together."""
        try:
            told, good = getattr(self, f"_{options['what']}")(options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            self._print(told)
        if not good:
            sys.exit(1)

    def _check(self, _unused: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        complete_maps(by=None, at=now())
        found = check(today=local(now()).date())
        found.faults += _left_out()
        return {"ok": not found.faults, **asdict(found)}, not found.faults

    def _import(self, _unused: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        at = now()
        today = import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=at)
        before = import_history(source=read_units_legacy(), by=None, at=at)
        seed_agencies(at=at)
        lost = [*today.not_placed, *before.not_placed]
        return {"ok": not lost, "after": today.as_json(), "before": before.as_json()}, not lost

    def _at(self, options: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        day, today = _day(options["date"]), local(now()).date()
        if day < FIRST_DAY_2025:
            complete_maps(by=None, at=now())
        place = queries.named_on(options["area"], day=day)
        onward = queries.successors(place.place_id, on=day, day=max(day, today))
        told = {
            "date": day,
            "place": _told(place, day),
            # The source of the older map says of no unit since when it was so.
            "from_assumed": place.valid_from == FIRST_DAY_LEGACY,
            "ancestors": [_told(row, day) for row in queries.ancestors_at(place.place_id, day=day)],
            "children": [_told(row, day) for row in queries.children_at(place.place_id, day=day)],
            "versions": [
                {"name": str(row), "area": row.area, "from": row.valid_from, "to": row.valid_to}
                for row in queries.versions_of(place.place_id)
            ],
            "successors": _steps(onward, max(day, today)),
            "made_of": _came_from(place.place_id, day),
        }
        return told, True

    def _print(self, told: dict[str, Any]) -> None:
        """For people: a long list gives its first lines and how many there are; --json gives all."""
        for key, value in told.items():
            if not isinstance(value, list):
                self.stdout.write(f"{key}: {value}")
                continue
            self.stdout.write(f"{key}: {len(value)}")
            for row in value[:_SHOWN]:
                self.stdout.write("  " + "  ".join(f"{part}" for part in row.values()))
            if len(value) > _SHOWN:
                self.stdout.write(f"  … +{len(value) - _SHOWN} (--json)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("“%(text)s” không phải một ngày: hãy viết như 2024-12-31.") % {"text": text}
        ) from error


def _left_out() -> list[dict[str, Any]]:
    """The units of the sources that no place bears the code of on the source's day; all, without any map."""
    today, before = read_units_2025(system=SYSTEM_OFFICIAL), read_units_legacy()
    lists = (
        (SYSTEM_OFFICIAL, today.valid_from, {unit.code: unit.name for unit in today.units}),
        (SYSTEM_LEGACY, before.valid_to, {unit.code: unit.name for unit in before.units}),
    )
    faults = []
    for system, day, units in lists:
        rows = PlaceCode.objects.filter(system=system, valid_from__lte=day).exclude(valid_to__lt=day)
        lost = sorted(units.keys() - set(rows.values_list("code", flat=True)))
        if len(lost) == len(units):
            text = _("Chưa có bản đồ ngày %(day)s: hãy chạy nguon places import.") % {
                "day": f"{day:%d/%m/%Y}"
            }
            faults.append({"kind": "no-map", "place": None, "text": text})
            continue
        faults += [{"kind": "left-out", "place": None, "text": f"{code} {units[code]}"} for code in lost]
    return faults


def _told(row: PlaceVersion, day: date) -> dict[str, Any]:
    codes = queries.codes_on(row.place_id, day=day)
    return {
        "place": row.place_id,
        "area": row.area,
        "kind": row.kind,
        "designation": row.designation,
        "name": row.name,
        "codes": codes,
        "from": row.valid_from,
        "to": row.valid_to,
    }


def _steps(steps: list[queries.Step], day: date) -> list[dict[str, Any]]:
    names = queries.labels_on([step.place for step in steps], day=day)
    return [
        {
            "place": step.place,
            "name": names.get(step.place, ""),
            "codes": queries.codes_on(step.place, day=day),
            "share": step.share,
            "assumed": step.assumed,
        }
        for step in steps
    ]


def _came_from(place: int, day: date) -> list[dict[str, Any]]:
    """The changes up to a day that brought a place its land."""
    return [
        {
            "place": edge.origin_id,
            "name": str(edge.origin),
            "whole": edge.whole,
            "day": edge.change.day,
            "act": edge.change.act,
        }
        for edge in queries.changes_of(place)
        if edge.successor_id == place != edge.origin_id and edge.change.day <= day
    ]
