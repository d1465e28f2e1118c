"""`area__within`: one question for rights, targets and lists, that an index answers."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from nguon.areas.fields import AreaField
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import small_map

pytestmark = pytest.mark.django_db


def found(areas: list[str]) -> set[str]:
    return set(Place.objects.filter(area__within=areas).values_list("area", flat=True))


def test_an_area_is_kept_with_all_inside_it_and_nothing_else() -> None:
    places = small_map()
    everything = set(Place.objects.values_list("area", flat=True))
    for area in everything:
        assert found([area]) == {one for one in everything if one == area or one.startswith(f"{area}.")}
    assert found([places.commune.area, places.commune.area]) == found([places.commune.area])


def test_no_area_keeps_nothing_and_the_country_everything() -> None:
    small_map()
    assert found([]) == set()
    assert found(["vn", "vn.1"]) == set(Place.objects.values_list("area", flat=True))
    assert Place.objects.exclude(area__within=[]).count() == Place.objects.count()


def test_a_single_text_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        Place.objects.filter(area__within="vn.1")


def test_an_index_answers_by_operators_that_leak_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Place.objects.filter(area__within=["vn.1"]).explain()
        cursor.execute("SELECT bool_and(proleakproof) FROM pg_proc WHERE proname IN ('text_ge', 'text_lt')")
        assert cursor.fetchone() == (True,)
    condition = (
        """(((area)::text >= 'vn.1'::text COLLATE "C") AND ((area)::text < 'vn.1/'::text COLLATE "C"))"""
    )
    assert f"Index Cond: {condition}" in plan


def columns() -> list[Any]:
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    return [field for field in fields if field.name == "area" and field.model.__module__.startswith("nguon.")]


def test_every_area_is_compared_byte_by_byte() -> None:
    assert len(columns()) > 10
    assert [str(field) for field in columns() if not isinstance(field, AreaField)] == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'area' AND collation_name IS DISTINCT FROM 'C'"
        )
        assert cursor.fetchall() == []
