"""What the database itself refuses."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from nguon.organisations.actions import add_place
from nguon.organisations.errors import BadPlaceName, WrongParent
from nguon.organisations.models import Place, PlaceCode
from nguon.organisations.states import SYSTEM_OFFICIAL, Kind
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db
DAY = date(2025, 7, 1)


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def _row(places: SmallMap, **changes: object) -> Callable[[], object]:
    fields: dict[str, object] = {
        "id": 10**9,
        "kind": Kind.VILLAGE,
        "parent": places.commune,
        "area": f"{places.commune.area}.{10**9}",
        "name": "X",
        "search": " x | x | ",
        "sort_key": b"x",
        "valid_from": DAY,
    }
    return lambda: Place.objects.create(**(fields | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "hamlet"},
        {"kind": Kind.PROVINCE},
        {"parent": None},
        {"area": "vn.1000000000"},
        {"area": "vn.1.2.3"},
        {"name": ""},
        {"valid_to": date(2025, 6, 30)},
        {"kind": Kind.COUNTRY, "parent": None, "area": "vn"},
    ],
)
def test_a_wrong_place_is_refused(places: SmallMap, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _row(places, **changes)()
    _row(places)()


def test_no_code_twice_on_one_day(places: SmallMap) -> None:
    row = {
        "place": places.other_commune,
        "system": SYSTEM_OFFICIAL,
        "code": "07444",
        "valid_from": date(2026, 1, 1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceCode.objects.create(**row)
    PlaceCode.objects.filter(code__in=["07444", "20044"]).update(valid_to=date(2025, 12, 31))
    PlaceCode.objects.create(**row)


def test_no_place_with_two_codes_of_one_system_on_one_day(places: SmallMap) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceCode.objects.create(place=places.commune, system=SYSTEM_OFFICIAL, code="1", valid_from=DAY)


def test_add_place(places: SmallMap) -> None:
    made = add_place(
        parent=places.commune,
        kind=Kind.VILLAGE,
        designation="Thôn",
        name=" 3 ",
        valid_from=DAY,
        by=None,
        at=AT,
    )
    assert (made.label, made.area) == ("Thôn 3, xã Lục Nam", f"{places.commune.area}.{made.pk}")
    with pytest.raises(WrongParent):
        add_place(
            parent=places.province,
            kind=Kind.VILLAGE,
            designation="",
            name="X",
            valid_from=DAY,
            by=None,
            at=AT,
        )
    with pytest.raises(BadPlaceName):
        add_place(
            parent=places.commune,
            kind=Kind.VILLAGE,
            designation="",
            name="\u200b",
            valid_from=DAY,
            by=None,
            at=AT,
        )
