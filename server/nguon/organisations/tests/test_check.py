"""`nguon places check` and `at` before any map is there; with both maps: test_import_history."""

import io
import json

import pytest
from django.core.management import call_command

from nguon.organisations.actions import complete_maps, queueing
from nguon.organisations.actions.oddities import keep_oddities
from nguon.organisations.actions.sources import Oddity
from nguon.organisations.models import PlaceCode
from nguon.organisations.states import SYSTEM_LEGACY, SYSTEM_OFFICIAL
from nguon.organisations.tests.cast import AT, small_map, source

pytestmark = pytest.mark.django_db


def test_without_any_map_it_says_what_to_do() -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("places", "check", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert [row["kind"] for row in found["faults"]] == ["no-map", "no-map"]
    assert "nguon places import" in found["faults"][0]["text"]
    assert [row["count"] for row in found["counts"]] == [0, 0, 0, 0, 0]


def test_who_asks_before_the_worker_brings_the_older_map(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = small_map()
    brought: list[str] = []
    for name in ("import_places", "import_history"):
        monkeypatch.setattr(queueing, name, lambda *, source, by, at: brought.append(source.name))
    monkeypatch.setattr(queueing, "read_units_legacy", lambda: source())
    monkeypatch.setattr(queueing, "read_units_2025", lambda system: source())
    assert complete_maps(by=None, at=AT) is True
    assert len(brought) == 2
    PlaceCode.objects.filter(place=places.ward).update(system=SYSTEM_LEGACY)
    for system in (SYSTEM_LEGACY, SYSTEM_OFFICIAL):
        assert queueing.history_is_missing()
        keep_oddities(system=system, source="x", found=[Oddity("no-code", "", "x")])
    assert complete_maps(by=None, at=AT) is False


def test_nothing_is_completed_where_there_is_no_map() -> None:
    assert complete_maps(by=None, at=AT) is False
