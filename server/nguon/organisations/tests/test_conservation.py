"""Laws: whatever merges, splits and renames come one after the other, no figure is lost or made up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.organisations import queries
from nguon.organisations.actions import (
    NewPlace,
    Part,
    Plan,
    add_place,
    confirm_change,
    draft_change,
    import_places,
)
from nguon.organisations.actions.descents import LAND, rebuild_descents
from nguon.organisations.models import Place, PlaceDescent, PlaceEdge, PlaceVersion
from nguon.organisations.queries.checking import check
from nguon.organisations.rules import Descent, Link, compose, with_shares
from nguon.organisations.states import ChangeKind, Kind
from nguon.organisations.tests.cast import UNITS, source

pytestmark = pytest.mark.django_db
START = date(2025, 7, 1)
AT = datetime(2030, 1, 1, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "join", "split", "share", "rename"]),
        st.integers(0, 99),
        st.integers(0, 99),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=7,
)


def plan(step: tuple[str, int, int, int], day: date, there: list[Place]) -> Plan:
    """This function will turn four numbers into a change of the communes that are there."""
    what, one, other, tenth = step
    place = there[one % len(there)]
    rest = [row for row in there if row != place]
    second = rest[other % len(rest)] if rest else place
    fresh = NewPlace("Xã", f"Mới {day:%j}")
    if what == "rename" or (what in {"merge", "join"} and not rest):
        return Plan(ChangeKind.RENAME, day, places=(place.pk,), name=f"Tên {day:%j}")
    if what == "merge":
        return Plan(ChangeKind.MERGE, day, places=(place.pk, second.pk), new=fresh)
    if what == "join":
        return Plan(ChangeKind.MERGE, day, places=(place.pk, second.pk), into=second.pk)
    share = Decimal(tenth) / 10 if what == "share" else None
    other_part = Part(place=second.pk) if rest and other % 2 else Part(new=fresh)
    parts = (
        Part(place=place.pk, share=share),
        Part(other_part.place, other_part.new, None if share is None else 1 - share),
    )
    return Plan(ChangeKind.SPLIT, day, places=(place.pk,), parts=parts)


def communes(day: date) -> list[Place]:
    rows = PlaceVersion.objects.on(day).filter(kind=Kind.COMMUNE).order_by("place")
    return [row.place for row in rows.select_related("place")]


def live(steps: list[tuple[str, int, int, int]]) -> list[date]:
    """This function will carry the steps out, ten days apart, and return a day of each map."""
    PlaceEdge.objects.all().delete()
    PlaceDescent.objects.all().delete()
    import_places(source=source(*UNITS), by=None, at=AT)
    days = [START + timedelta(days=5)]
    for step in steps:
        day = days[-1] + timedelta(days=5)
        if step[2] % 3 == 0:  # its name or its type changes on the very day
            there = communes(day)
            place = there[step[1] % len(there)]
            carry_out(Plan(ChangeKind.RENAME, day, places=(place.pk,), name=f"Sáng {day:%j}"))
        carry_out(plan(step, day, communes(day)))
        days.append(day + timedelta(days=5))
    return days


def carry_out(wanted: Plan) -> None:
    change = draft_change(plan=wanted, by=None, at=AT)
    confirm_change(change_id=change.pk, by=None, at=AT)


@given(STEPS, st.lists(st.integers(0, 1000), min_size=3, max_size=3))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_conserved_forward_and_back(steps: Any, values: list[int]) -> None:

    with transaction.atomic():  # undone after each example
        days = live(steps)
        first = communes(days[0])
        figures: dict[int, float | None] = {place.pk: float(values[n % 3]) for n, place in enumerate(first)}
        total = sum(value or 0.0 for value in figures.values())
        for day in days:
            there = queries.restate(figures, on=days[0], to=day)
            assert there.total == pytest.approx(total)
            assert set(there.rows) <= {place.pk for place in communes(day)}
            assert not there.unplaced
            back = queries.restate({pk: row.value for pk, row in there.rows.items()}, on=day, to=days[0])
            assert back.total == pytest.approx(total)
            for pk, row in back.rows.items():
                if row.status == "exact" and all(one.status == "exact" for one in there.rows.values()):
                    assert row.value == figures[pk]
        assert check(today=days[-1]).faults == []
        transaction.set_rollback(True)


@given(STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_questions_as_at_a_date_agree_with_the_edges(steps: Any) -> None:

    with transaction.atomic():  # undone after each example
        days = live(steps)
        for early, late in pairwise(days):
            before, after = ({place.pk for place in communes(day)} for day in (early, late))
            edges = PlaceEdge.objects.filter(change__day__gt=early, change__day__lte=late, kind__in=LAND)
            arrows = {(edge.origin_id, edge.successor_id) for edge in edges}
            touched = {origin for origin, _successor in arrows}
            assert before - after <= touched
            assert after - before <= {successor for _origin, successor in arrows}
            for place in before:
                onward = {step.place for step in queries.successors(place, on=early, day=late)}
                said = {successor for origin, successor in arrows if origin == place} or {place}
                assert onward == said
            for place in after:
                back = {step.place for step in queries.predecessors(place, on=late, day=early)}
                assert all(
                    place in {s.place for s in queries.successors(p, on=early, day=late)} for p in back
                )
        kept = _descents()
        rebuild_descents()
        assert _descents() == kept
        transaction.set_rollback(True)


def _descents() -> list[tuple[Any, ...]]:
    fields = ("origin", "origin_from", "origin_to", "successor", "successor_from", "successor_to")
    rows = PlaceDescent.objects.values_list(*fields, "share", "back_share")
    return sorted((*row[:6], round(row[6], 9), round(row[7], 9)) for row in rows)


def test_land_that_parts_and_meets_again_is_exact() -> None:
    day = date(2026, 1, 1)
    apart = with_shares([Link(1, 2, 0.3), Link(1, 3, 0.7)])
    ended, first = compose(day, apart, [], {1: START})
    assert ended == []
    ended, both = compose(day + timedelta(days=9), with_shares([Link(2, 4), Link(3, 4)]), first, {1: START})
    assert {row.successor_to for row in ended} == {date(2026, 1, 9)}
    whole = next(row for row in both if row.origin == 1)
    assert (whole.share, whole.back_share) == (1.0, 1.0)
    assert isinstance(whole, Descent)


def test_doubtful_parts_get_nothing_while_there_are_others() -> None:
    links = with_shares([Link(1, 2), Link(1, 3), Link(1, 4, doubtful=True)])
    assert [(link.share, link.assumed) for link in links] == [(0.5, True), (0.5, True), (0.0, True)]
    assert with_shares([Link(1, 2, doubtful=True)])[0].share == 1.0


def test_villages_follow_and_keep_their_figures() -> None:
    import_places(source=source(*UNITS), by=None, at=AT)
    first, second = communes(START)[:2]
    village = add_place(
        parent=first, kind=Kind.VILLAGE, designation="Thôn", name="1", valid_from=START, by=None, at=AT
    )
    change = draft_change(
        plan=Plan(ChangeKind.MERGE, date(2026, 1, 1), places=(first.pk, second.pk), into=second.pk),
        by=None,
        at=AT,
    )
    confirm_change(change_id=change.pk, by=None, at=AT)
    told = queries.restate({village.pk: 9.0}, on=START, to=date(2026, 1, 1))
    assert (told.rows[village.pk].value, told.rows[village.pk].status) == (9.0, "exact")
