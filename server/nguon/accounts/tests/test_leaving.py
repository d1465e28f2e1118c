"""Handing over and delegation: nothing falls between two people, and rights follow from the rows alone."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.accounts import errors
from nguon.accounts.actions import assign_role, delegate, end_role, hand_over
from nguon.accounts.following import Roles
from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.queries import acting_for
from nguon.accounts.rules import free_periods, has_role, rights
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import People, people, person
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import Moves
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
TODAY = local(AT).date()
FAR = timedelta(days=400)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def cast() -> People:
    return people()


def may(user: User, role: Role, place: Place, number: int) -> bool:
    return has_role(user, role, place.area, AT + timedelta(days=number))


def test_a_successor_goes_on_where_the_other_stops(cast: People) -> None:
    nga = person("nga", "Lý Thị Nga")
    moved = hand_over(
        user=cast.minh,
        successor=nga,
        last_day=day(3),
        by=cast.binh,
        at=AT,
        movers={"thing": lambda old, new: 7},
    )
    assert (moved.ended, len(moved.given), moved.moved) == (2, 2, {"thing": 7})
    ward = cast.places.ward
    assert [may(cast.minh, Role.APPROVER, ward, n) for n in (0, 3, 4)] == [True, True, False]
    assert [may(nga, Role.APPROVER, ward, n) for n in (0, 3, 4, 900)] == [False, False, True, True]


def test_what_the_successor_has_already_stays_and_gaps_are_filled(cast: People) -> None:
    nga = person("nga", "Lý Thị Nga")
    ward = cast.places.ward
    for first, last in ((2, 4), (8, 9)):
        assign_role(
            user=nga,
            role=Role.APPROVER,
            place=ward,
            by=cast.binh,
            at=AT,
            valid_from=day(first),
            valid_to=day(last),
        )
    hand_over(user=cast.minh, successor=nga, last_day=TODAY, by=cast.binh, at=AT)
    assert all(may(nga, Role.APPROVER, ward, n) for n in range(1, 20))
    assert not may(nga, Role.APPROVER, ward, 0)


def test_a_deputy_acts_for_those_days_only_and_the_journal_says_for_whom(cast: People) -> None:
    nga = person("nga", "Lý Thị Nga")
    delegate(user=cast.minh, deputy=nga, first_day=day(1), last_day=day(3), by=cast.binh, at=AT)
    ward = cast.places.ward
    assert [may(nga, Role.APPROVER, ward, n) for n in range(6)] == [False, True, True, True, False, False]
    assert all(may(cast.minh, Role.APPROVER, ward, n) for n in range(6))
    later = AT + timedelta(days=2)
    assert acting_for(nga, Role.APPROVER, ward.area, later) == cast.minh
    assert acting_for(cast.minh, Role.APPROVER, ward.area, later) is None
    assert acting_for(cast.hue, Role.APPROVER, ward.area, later) is None
    assert Entry.objects.filter(fact="user.delegated", subject=f"user:{cast.minh.pk}").count() == 1


def test_a_deputy_does_not_pass_it_on_and_ends_with_whom_the_work_was(cast: People) -> None:
    nga, son = person("nga", "Lý Thị Nga"), person("son", "Vũ Sơn")
    delegate(user=cast.minh, deputy=nga, first_day=TODAY, last_day=day(9), by=cast.binh, at=AT)
    with pytest.raises(errors.NothingToHandOver):
        delegate(user=nga, deputy=son, first_day=TODAY, last_day=day(1), by=cast.binh, at=AT)
    hand_over(user=cast.minh, successor=son, last_day=day(2), by=cast.binh, at=AT)
    ward = cast.places.ward
    assert [may(nga, Role.APPROVER, ward, n) for n in (0, 2, 3, 9)] == [True, True, False, False]
    assert may(son, Role.APPROVER, ward, 3)


def test_who_may_not(cast: People) -> None:
    nga = person("nga", "Lý Thị Nga")
    with pytest.raises(errors.SamePerson):
        hand_over(user=cast.minh, successor=cast.minh, last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.MayNotManage):
        hand_over(user=cast.hue, successor=nga, last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.MayNotAssign):
        delegate(user=cast.hue, deputy=nga, first_day=TODAY, last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.BadPeriod):
        delegate(user=cast.minh, deputy=nga, first_day=day(-1), last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.BadPeriod):
        hand_over(user=cast.minh, successor=nga, last_day=day(-9), by=cast.binh, at=AT)
    User.objects.filter(pk=nga.pk).update(is_active=False)
    nga.refresh_from_db()
    with pytest.raises(errors.AccountLocked):
        hand_over(user=cast.minh, successor=nga, last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.NothingToHandOver):
        hand_over(user=person("x", "X"), successor=cast.lan, last_day=TODAY, by=_over_all(cast), at=AT)


def _over_all(cast: People) -> User:
    """An administrator who may manage even those with no role: none of theirs lies outside."""
    someone = User.objects.get(username="x")
    assign_role(
        user=someone, role=Role.WRITER, place=cast.places.ward, by=None, at=AT, valid_from=day(-9),
        valid_to=day(-8),
    )  # fmt: skip
    return cast.binh


def test_a_deputy_who_becomes_the_successor_has_no_gap(cast: People) -> None:
    nga = person("nga", "Lý Thị Nga")
    delegate(user=cast.minh, deputy=nga, first_day=TODAY, last_day=day(9), by=cast.binh, at=AT)
    hand_over(user=cast.minh, successor=nga, last_day=day(2), by=cast.binh, at=AT)
    assert all(may(nga, Role.APPROVER, cast.places.ward, n) for n in range(30))


PERIOD = st.tuples(st.integers(0, 12), st.integers(0, 6) | st.none()).map(
    lambda pair: (day(pair[0]), None if pair[1] is None else day(pair[0] + pair[1]))
)


@given(PERIOD, st.lists(PERIOD, max_size=5))
@settings(max_examples=150)
def test_free_periods_are_exactly_the_days_that_are_not_taken(
    wanted: tuple[date, date | None], taken: list[tuple[date, date | None]]
) -> None:
    def within(one: date, period: tuple[date, date | None]) -> bool:
        return period[0] <= one and (period[1] is None or one <= period[1])

    found = free_periods(*wanted, taken)
    for one in (day(number) for number in range(30)):
        expected = within(one, wanted) and not any(within(one, period) for period in taken)
        assert sum(within(one, period) for period in found) == expected


STEP = st.one_of(
    st.tuples(st.just("give"), st.integers(0, 2), st.integers(0, 2), st.integers(-2, 5), st.integers(0, 5)),
    st.tuples(st.just("end"), st.integers(0, 9), st.integers(-1, 6), st.just(0), st.just(0)),
    st.tuples(st.just("hand over"), st.integers(0, 2), st.integers(0, 2), st.integers(-1, 5), st.just(0)),
    st.tuples(
        st.just("delegate"), st.integers(0, 2), st.integers(0, 2), st.integers(0, 4), st.integers(0, 3)
    ),
    # The map changes: what hangs on one of the first three places hangs on another from today on.
    st.tuples(st.just("map"), st.integers(0, 2), st.integers(1, 3), st.just(0), st.just(0)),
)
KEY = tuple[int, str, str]


def by_the_journal() -> dict[int, tuple[KEY, date, date]]:
    """The assignments as the journal alone tells them: (whose, role, area), first and last day."""
    found: dict[int, tuple[KEY, date, date]] = {}
    for entry in Entry.objects.filter(fact__startswith="role.").order_by("sequence"):
        data = entry.data
        if entry.fact == "role.dropped":
            found.pop(data["assignment"])
            continue
        if entry.fact == "role.followed":
            whose, since, _until = found.pop(data["was"])
            if data["ended"]:
                found[data["was"]] = (whose, since, date.fromisoformat(data["ended"]))
            for joined in data["joined"]:
                found.pop(joined)
        last = date.fromisoformat(data["valid_to"]) if data["valid_to"] else date.max
        key = (data["user"], data["role"], data["area"])
        found[data["assignment"]] = (key, date.fromisoformat(data["valid_from"]), last)
    return found


@given(st.lists(STEP, max_size=8))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_actions_rights_follow_from_the_rows_and_the_journal_tells_the_same(
    cast: People, steps: list[tuple[str, int, int, int, int]]
) -> None:
    with transaction.atomic():
        crowd = [person(name, name.title()) for name in ("ba", "bon", "nam")]
        map_ = cast.places
        places = [map_.province, map_.commune, map_.villages[0], map_.ward]
        for step in steps:
            try:
                _do(step, crowd, places, cast.binh)
            except DomainError:
                continue
        told = by_the_journal()
        rows = {row.pk: row for row in RoleAssignment.objects.all()}
        assert told == {
            key: ((row.user_id, row.role, row.area), row.valid_from, row.valid_to or date.max)
            for key, row in rows.items()
        }
        for user in crowd:
            for number in (-1, 0, 2, 5, 11):
                found = rights(user, AT + timedelta(days=number))
                for place in places:
                    expected = any(
                        key[0] == user.pk and key[1] == Role.DUTY and covers(key[2], place.area)
                        and first <= day(number) <= last
                        for key, first, last in told.values()
                    )  # fmt: skip
                    assert found.may(Role.DUTY, place.area) == expected
                    assert may(user, Role.DUTY, place, number) == expected
        transaction.set_rollback(True)


def _do(step: tuple[str, int, int, int, int], crowd: list[User], places: list[Place], by: User) -> None:
    kind, one, two, three, four = step
    if kind == "give":
        assign_role(
            user=crowd[one], role=Role.DUTY, place=places[two], by=by, at=AT, valid_from=day(three),
            valid_to=day(three + four) if four else None,
        )  # fmt: skip
    elif kind == "end":
        rows = list(RoleAssignment.objects.filter(user__in=crowd).order_by("pk"))
        if rows:
            end_role(assignment=rows[one % len(rows)], last_day=day(two), by=by, at=AT)
    elif kind == "hand over":
        hand_over(user=crowd[one], successor=crowd[two], last_day=day(three), by=by, at=AT)
    elif kind == "map":
        moves = Moves(day=TODAY, to={places[one].area: places[two].area})
        Roles().follow(moves, by=by, at=AT)
    else:
        delegate(
            user=crowd[one],
            deputy=crowd[two],
            first_day=day(three),
            last_day=day(three + four),
            by=by,
            at=AT,
        )
