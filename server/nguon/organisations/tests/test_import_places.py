"""`manage.py import_places` and actions.import_places."""

import io
import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.journal.queries import facts_of
from nguon.organisations.actions import Unit, import_places, read_units_2025, sources
from nguon.organisations.errors import NoPlaceData
from nguon.organisations.models import Place, PlaceCode
from nguon.organisations.rules import parent_of
from nguon.organisations.states import SYSTEM_OFFICIAL, Kind
from nguon.organisations.tests.cast import AT, UNITS, source

pytestmark = pytest.mark.django_db


def test_the_command_brings_34_provinces_and_3321_communes_and_the_second_run_nothing() -> None:
    first, second = io.StringIO(), io.StringIO()
    call_command("import_places", "--demo", "--json", stdout=first)
    kinds = [Place.objects.filter(kind=kind).count() for kind in Kind]
    assert kinds == [1, 34, 0, 3321, 15]
    assert PlaceCode.objects.count() == 3355
    before = list(Place.objects.order_by("pk").values_list())
    call_command("import_places", "--demo", "--json", stdout=second)
    assert list(Place.objects.order_by("pk").values_list()) == before
    reports = [json.loads(out.getvalue()) for out in (first, second)]
    assert [report["created"] for report in reports] == [3355, 0]
    assert [report["villages"]["created"] for report in reports] == [15, 0]
    assert reports[0]["not_placed"] == []
    told = sorted(fact.fact for fact in facts_of("place:vn"))
    assert told == ["bodies.imported", "places.imported", "villages.imported"]


def test_every_area_is_its_parents_area_and_its_own_id() -> None:
    import_places(source=read_units_2025(system=SYSTEM_OFFICIAL), by=None, at=AT)
    for place in Place.objects.select_related("parent"):
        above = place.parent.area if place.parent else None
        assert parent_of(place.area) == above
        assert above is None or place.area == f"{above}.{place.pk}"


def test_the_package_disagrees_with_itself_on_four_types_and_says_so() -> None:
    odd = [row for row in read_units_2025(system=SYSTEM_OFFICIAL).oddities if row.kind == "type-disagrees"]
    assert sorted(row.code for row in odd) == ["10543", "11848", "31213", "31299"]


def test_what_cannot_be_placed_is_reported_and_the_rest_is_there() -> None:
    report = import_places(
        source=source(
            *UNITS,
            Unit("", "Xã", "Không Mã", "24"),
            Unit("07444", "Xã", "Trùng Mã", "24"),
            Unit("99999", "Xã", "Không Tỉnh", "77"),
            Unit("99998", "Xã", " ", "24"),
            Unit("99997", "", "Không Loại", "24"),
        ),
        by=None,
        at=AT,
    )
    assert sorted(row.kind for row in report.not_placed) == [
        "code-twice",
        "no-code",
        "no-name",
        "no-province",
    ]
    assert [row.kind for row in report.oddities] == ["no-designation"]
    assert report.created == len(UNITS) + 1


def test_names_that_only_marks_tell_apart_are_reported() -> None:
    twins = (Unit("1", "Xã", "Cẩm Giang", "24"), Unit("2", "Xã", "Cẩm Giàng", "24"))
    report = import_places(source=source(*UNITS, *twins), by=None, at=AT)
    assert [row.code for row in report.oddities if row.kind == "looks-alike"] == ["1", "2"]


def test_a_second_source_changes_no_name_and_no_parent_but_tells() -> None:
    import_places(source=source(), by=None, at=AT)
    other = source(
        UNITS[0], UNITS[1], replace(UNITS[2], name="Lục Bắc"), replace(UNITS[3], province_code="46")
    )
    report = import_places(source=other, by=None, at=AT)
    assert (report.created, report.changed) == (0, 0)
    assert [row.kind for row in report.oddities] == ["name-differs", "parent-differs", "not-in-source"]
    assert Place.objects.get(codes__code="07444").name == "Lục Nam"


def test_derived_columns_are_made_anew() -> None:
    import_places(source=source(), by=None, at=AT)
    Place.objects.filter(codes__code="07444").update(search="", sort_key=b"")
    assert import_places(source=source(), by=None, at=AT).changed == 1
    assert import_places(source=source(), by=None, at=AT).changed == 0


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PACKAGE", "no-such-package")
    with pytest.raises(NoPlaceData, match="vietnamadminunits"):
        read_units_2025(system=SYSTEM_OFFICIAL)


CODES = st.sampled_from(["", "1", "2", "3", "4", "5"])
UNIT_LISTS = st.lists(
    st.builds(
        Unit,
        code=CODES,
        designation=st.sampled_from(["", "Xã"]),
        name=st.sampled_from(["An", "Ân", "", "Đà"]),
        province_code=st.one_of(st.none(), CODES),
    ),
    max_size=8,
)


@given(UNIT_LISTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_unit_is_dropped_silently_and_a_second_run_changes_nothing(units: list[Unit]) -> None:
    PlaceCode.objects.all().delete()
    for kind in (Kind.COMMUNE, Kind.PROVINCE):
        Place.objects.filter(kind=kind).delete()
    given_units = source(Unit("0", "Tỉnh", "Gốc", None), *units)
    first = import_places(source=given_units, by=None, at=AT)
    assert first.created + len(first.not_placed) == len(units) + 1
    second = import_places(source=given_units, by=None, at=AT)
    assert (second.created, second.changed, second.unchanged) == (0, 0, first.created)
    assert second.not_placed == first.not_placed
