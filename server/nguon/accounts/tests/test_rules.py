"""Rights follow from the assignments alone, by area prefix and date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.queries import assignments_of, people_with
from nguon.accounts.rules import areas_of, has_role, rights
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import People, people, person
from nguon.organisations.rules import covers, outermost
from nguon.organisations.tests.cast import AT, small_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


def test_a_role_covers_what_lies_within_and_nothing_else(cast: People) -> None:
    places = cast.places
    assert has_role(cast.tuan, Role.DUTY, places.province.area, AT)
    assert has_role(cast.tuan, Role.DUTY, places.villages[0].area, AT)
    assert not has_role(cast.tuan, Role.DUTY, "vn", AT)
    assert not has_role(cast.tuan, Role.DUTY, places.other_commune.area, AT)
    assert not has_role(cast.tuan, Role.DUTY, f"{places.province.area}0", AT)
    assert not has_role(cast.lan, Role.WRITER, places.province.area, AT)
    assert not has_role(cast.lan, Role.APPROVER, places.commune.area, AT)


@pytest.mark.parametrize("area", ["", "vn.", "v", "%", "vn%", "VN", "d/1", "vn.1\x00"])
def test_what_is_no_area_gives_no_right(cast: People, area: str) -> None:
    assert not has_role(cast.tuan, Role.DUTY, area, AT)
    assert not rights(cast.tuan, AT).may(Role.DUTY, area)
    assert people_with(Role.DUTY, area, AT) == []


def test_nobody_has_no_rights(cast: People) -> None:
    assert not has_role(AnonymousUser(), Role.WRITER, cast.places.commune.area, AT)
    assert areas_of(AnonymousUser(), Role.WRITER, AT) == []
    assert rights(AnonymousUser(), AT).areas == []


def test_areas_for_lists(cast: People) -> None:
    both = sorted([cast.places.commune.area, cast.places.ward.area])
    assert areas_of(cast.lan, Role.WRITER, AT) == both
    assert areas_of(cast.lan, Role.DUTY, AT) == []
    assert rights(cast.tuan, AT).roles == {Role.DUTY, Role.OPERATOR}
    assert rights(cast.tuan, AT).areas == [cast.places.province.area]


def test_one_query_each(cast: People, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    area = cast.places.commune.area
    with django_assert_num_queries(1):
        has_role(cast.tuan, Role.DUTY, area, AT)
    with django_assert_num_queries(1):
        areas_of(cast.tuan, Role.DUTY, AT)
    with django_assert_num_queries(1):
        people_with(Role.DUTY, area, AT)
    with django_assert_num_queries(1):
        assert [str(row.place.label) for row in assignments_of(cast.tuan, AT)] == ["Tỉnh Bắc Ninh"] * 2


def test_rights_of_a_page_are_read_once_and_only_when_asked(
    cast: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        mine = rights(cast.lan, AT)
    with django_assert_num_queries(1):
        assert mine.may(Role.WRITER, cast.places.commune.area)
        assert not mine.may(Role.WRITER, cast.places.other_commune.area)


def test_people_with_a_role_in_order_of_given_names(cast: People) -> None:
    area = cast.places.commune.area
    an = person("an", "Vũ Thị An", (Role.WRITER, cast.places.province))
    assert people_with(Role.WRITER, area, AT) == [an, cast.lan]
    User.objects.filter(pk=an.pk).update(is_active=False)
    assert people_with(Role.WRITER, area, AT) == [cast.lan]


def test_days_are_vietnamese_days_and_both_ends_belong(cast: People) -> None:
    RoleAssignment.objects.filter(user=cast.tuan).update(
        valid_from=date(2026, 3, 3), valid_to=date(2026, 3, 3)
    )
    first = datetime(2026, 3, 2, 17, tzinfo=UTC)  # midnight in Hà Nội
    moments = [
        first - timedelta(seconds=1),
        first,
        first + timedelta(hours=24, seconds=-1),
        first + timedelta(days=1),
    ]
    had = [has_role(cast.tuan, Role.DUTY, cast.places.province.area, moment) for moment in moments]
    assert had == [False, True, True, False]


DAYS = st.integers(0, 6).map(lambda days: date(2026, 3, 1) + timedelta(days=days))
GRANTS = st.lists(
    st.tuples(st.sampled_from([Role.WRITER, Role.DUTY]), st.integers(0, 5), DAYS, st.none() | DAYS),
    max_size=8,
)


@given(GRANTS, st.sampled_from([Role.WRITER, Role.DUTY]), st.integers(0, 5), DAYS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rights_as_at_a_date_follow_from_the_assignments_alone(
    grants: list[tuple[Role, int, date, date | None]], role: Role, where: int, day: date
) -> None:
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    with transaction.atomic():
        spots = small_map()
        places = [
            spots.province,
            spots.commune,
            spots.ward,
            spots.villages[0],
            spots.other_province,
            spots.other_commune,
        ]
        user = person("x", "X")
        kept: list[tuple[Role, str, date, date]] = []
        for granted, index, first, last in grants:
            area, end = places[index].area, last or date.max
            if end < first or any(
                g == granted and a == area and f <= end and first <= e for g, a, f, e in kept
            ):
                continue
            kept.append((granted, area, first, end))
            RoleAssignment.objects.create(
                user=user, role=granted, place=places[index], area=area, valid_from=first, valid_to=last
            )
        in_force = [area for granted, area, first, end in kept if granted == role and first <= day <= end]
        asked = places[where].area
        expected = any(covers(area, asked) for area in in_force)
        assert has_role(user, role, asked, at) == expected
        assert rights(user, at).may(role, asked) == expected
        assert (user in people_with(role, asked, at)) == expected
        assert areas_of(user, role, at) == outermost(in_force)
        transaction.set_rollback(True)
