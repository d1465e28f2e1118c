"""The next change of the map: draft, preview, confirm, drop, and everything that is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from nguon.journal.queries import facts_of
from nguon.kernel.errors import DomainError
from nguon.organisations import errors, queries
from nguon.organisations.actions import (
    NewPlace,
    Part,
    Plan,
    confirm_change,
    draft_change,
    drop_change,
    preview_change,
)
from nguon.organisations.actions.applying import Effect
from nguon.organisations.models import Place, PlaceChange, PlaceCode, PlaceVersion
from nguon.organisations.queries.checking import check
from nguon.organisations.states import ChangeKind, ChangeState, Kind
from nguon.organisations.tests.cast import SmallMap, small_map

pytestmark = pytest.mark.django_db
DAY, EVE, LATER = date(2026, 5, 1), date(2026, 4, 30), date(2026, 6, 1)
AT = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def done(plan: Plan) -> Effect:
    change = draft_change(plan=plan, act="Nghị quyết 1/NQ", by=None, at=AT)
    effect = confirm_change(change_id=change.pk, by=None, at=AT)
    assert check(today=LATER).faults == []
    return effect


def merged(small: SmallMap, /, **more: Any) -> Plan:
    plan = Plan(
        ChangeKind.MERGE,
        DAY,
        places=(small.commune.pk, small.ward.pk),
        new=NewPlace("Phường", "Lục Nam mới", "09999"),
    )
    return replace(plan, **more)


def test_a_merge_ends_two_begins_one_and_takes_the_villages_along(places: SmallMap) -> None:
    villages = [village.area for village in places.villages]
    effect = done(merged(places))
    (new,) = effect.begins
    assert new.label == "Phường Lục Nam mới, tỉnh Bắc Ninh"
    assert effect.moves[places.commune.area] == new.area
    assert effect.moves[villages[0]] == f"{new.area}.{villages[0].rpartition('.')[2]}"
    assert len(queries.children_at(new.pk, day=DAY)) == 15
    assert len(queries.children_at(places.commune.pk, day=EVE)) == 8
    assert str(queries.by_code_on("07444", day=EVE)) == "Xã Lục Nam"
    with pytest.raises(errors.PlaceNotFound):
        queries.by_code_on("07444", day=DAY)
    village = Place.objects.get(area=effect.moves[villages[0]])
    assert "luc nam moi" in village.search


def test_a_merge_into_one_that_goes_on(places: SmallMap) -> None:
    done(merged(places, new=None, into=places.ward.pk))
    assert Place.objects.get(pk=places.ward.pk).valid_to is None
    told = queries.restate({places.commune.pk: 3.0, places.ward.pk: 4.0}, on=EVE, to=DAY)
    assert [(row.value, row.status) for row in told.rows.values()] == [(7.0, "exact")]
    back = queries.restate({places.ward.pk: 8.0}, on=DAY, to=EVE)
    assert {row.value for row in back.rows.values()} == {4.0}
    assert {(row.status, row.assumed) for row in back.rows.values()} == {("estimated", True)}


def test_a_figure_that_one_of_two_lacks_is_missing_not_half(places: SmallMap) -> None:
    effect = done(merged(places))
    told = queries.restate({places.commune.pk: 3.0, places.ward.pk: None}, on=EVE, to=DAY)
    row = told.rows[effect.begins[0].pk]
    assert (row.value, row.known, row.status) == (None, 3.0, "missing")


def test_a_split_with_shares_and_villages(places: SmallMap) -> None:
    villages = tuple(village.pk for village in places.villages)
    effect = done(
        Plan(
            ChangeKind.SPLIT,
            DAY,
            places=(places.commune.pk,),
            parts=(
                Part(place=places.commune.pk, share=Decimal("0.7")),
                Part(new=NewPlace("Xã", "Lục Bắc", "07445"), share=Decimal("0.3"), children=villages[:3]),
            ),
        )
    )
    new = effect.begins[0].pk
    assert [child.place_id for child in queries.children_at(new, day=DAY)] == list(villages[:3])
    assert len(queries.children_at(places.commune.pk, day=DAY)) == 5
    told = queries.restate({places.commune.pk: 10.0}, on=EVE, to=DAY)
    assert told.rows[new].value == pytest.approx(3.0)
    assert told.rows[new].shares == {places.commune.pk: 0.3}
    assert (told.rows[new].status, told.rows[new].assumed) == ("estimated", False)
    back = queries.restate({places.commune.pk: 7.0, new: 3.0}, on=DAY, to=EVE)
    assert [(row.value, row.status) for row in back.rows.values()] == [(10.0, "exact")]


def test_rename_retype_recode_and_move_keep_the_place(places: SmallMap) -> None:
    (pk, area) = places.commune.pk, places.commune.area
    done(Plan(ChangeKind.RENAME, DAY, places=(pk,), name=" Lục  Đông "))
    done(Plan(ChangeKind.RETYPE, DAY, places=(pk,), designation="Phường"))
    done(Plan(ChangeKind.RECODE, DAY, places=(pk,), code="07446"))
    assert str(queries.version_on(pk, day=EVE)) == "Xã Lục Nam"
    assert str(queries.version_on(pk, day=DAY)) == "Phường Lục Đông"
    assert queries.codes_on(pk, day=DAY) == {"qd19-2025": "07446"}
    effect = done(Plan(ChangeKind.MOVE, LATER, places=(pk,), parent=places.other_province.pk))
    assert effect.moves[area] == f"{places.other_province.area}.{pk}"
    assert len(effect.moves) == 9
    assert queries.area_at(pk, day=DAY) == area
    assert queries.restate({pk: 1.0}, on=EVE, to=LATER).rows[pk].status == "exact"


def test_a_figure_of_a_place_that_was_not_there_on_its_day_is_unplaced(places: SmallMap) -> None:
    new, old = done(merged(places)).begins[0].pk, places.commune.pk
    early = queries.restate({new: 4.0}, on=EVE, to=LATER)
    assert (early.rows, early.unplaced, early.total) == ({}, {new: 4.0}, 4.0)
    late = queries.restate({old: 4.0}, on=LATER, to=EVE)
    assert (late.rows, late.unplaced, late.total) == ({}, {old: 4.0}, 4.0)


def test_a_new_village_and_an_end_without_successor(places: SmallMap) -> None:
    new = NewPlace("Thôn", "Mới")
    done(Plan(ChangeKind.NEW, DAY, parent=places.other_commune.pk, tier=Kind.VILLAGE.value, new=new))
    assert [str(row) for row in queries.children_at(places.other_commune.pk, day=DAY)] == ["Thôn Mới"]
    done(Plan(ChangeKind.END, LATER, places=(places.other_commune.pk,)))
    told = queries.restate({places.other_commune.pk: 5.0}, on=EVE, to=LATER)
    assert (told.rows, told.unplaced) == ({}, {places.other_commune.pk: 5.0})


def test_a_preview_shows_and_changes_nothing(places: SmallMap) -> None:
    change = draft_change(plan=merged(places), by=None, at=AT)
    before = [list(table.objects.order_by("pk").values_list()) for table in (Place, PlaceVersion, PlaceCode)]
    seen = preview_change(change=change, at=AT)
    assert len(seen.effect.moves) == 17
    after = [list(table.objects.order_by("pk").values_list()) for table in (Place, PlaceVersion, PlaceCode)]
    assert after == before


def test_a_draft_is_dropped_confirmed_once_and_never_before_its_day(places: SmallMap) -> None:
    change = draft_change(plan=merged(places, day=date(2027, 1, 1)), by=None, at=AT)
    with pytest.raises(errors.TooEarly):
        confirm_change(change_id=change.pk, by=None, at=AT)
    drop_change(change_id=change.pk, by=None, at=AT)
    for action in (confirm_change, drop_change):
        with pytest.raises(errors.ChangeSettled):
            action(change_id=change.pk, by=None, at=AT)
    assert PlaceChange.objects.get(pk=change.pk).state == ChangeState.DROPPED
    facts = [entry.fact for entry in facts_of(f"place-change:{change.pk}")]
    assert facts == ["place-change.drafted", "place-change.dropped"]


Refused = Callable[[SmallMap], Plan]
REFUSALS: list[tuple[type[DomainError], Refused]] = [
    (errors.MergeWithItself, lambda p: merged(p, places=(p.ward.pk, p.ward.pk))),
    (errors.TooFewPlaces, lambda p: merged(p, places=(p.ward.pk,))),
    (errors.UnlikeKinds, lambda p: merged(p, places=(p.ward.pk, p.province.pk))),
    (errors.NothingChanges, lambda p: merged(p, new=None)),
    (errors.PlaceEnded, lambda p: merged(p, places=(p.ward.pk, 10**9))),
    (errors.CodeTaken, lambda p: merged(p, new=NewPlace("Xã", "X", "20044"))),
    (errors.BadPlaceName, lambda p: merged(p, new=NewPlace("Xã", "\u200b"))),
    (errors.OverlappingDates, lambda p: merged(p, day=date(2025, 7, 1))),
    (errors.PlaceCycle, lambda p: Plan(ChangeKind.MOVE, DAY, places=(p.province.pk,), parent=p.ward.pk)),
    (errors.PlaceCycle, lambda p: Plan(ChangeKind.MOVE, DAY, places=(p.ward.pk,), parent=p.ward.pk)),
    (
        errors.WrongParent,
        lambda p: Plan(ChangeKind.MOVE, DAY, places=(p.villages[0].pk,), parent=p.province.pk),
    ),
    (errors.NothingChanges, lambda p: Plan(ChangeKind.RENAME, DAY, places=(p.ward.pk,), name="Vũ Ninh")),
    (errors.CodeTaken, lambda p: Plan(ChangeKind.RECODE, DAY, places=(p.ward.pk,), code="07444")),
    (
        errors.BadShares,
        lambda p: Plan(
            ChangeKind.SPLIT,
            DAY,
            places=(p.ward.pk,),
            parts=(
                Part(place=p.ward.pk, share=Decimal("0.7")),
                Part(new=NewPlace("Xã", "X"), share=Decimal("0.7")),
            ),
        ),
    ),
    (errors.BadShares, lambda p: split_up(p, "NaN", "0.5")),
    (errors.BadShares, lambda p: split_up(p, "1", "0")),
    (errors.BadShares, lambda p: split_up(p, "0.5", None)),
    (errors.CountryStays, lambda p: Plan(ChangeKind.END, DAY, places=(p.province.parent_id or 0,))),
    (errors.NameTaken, lambda p: merged(p, new=NewPlace("xã", "a lưới 1"), parent=p.other_province.pk)),
    (errors.NameTaken, lambda p: named(p.villages[0], p.villages[1].name)),
    (errors.BadDesignation, lambda p: Plan(ChangeKind.RETYPE, DAY, (p.ward.pk,), designation="X" * 31)),
    (errors.AlreadySo, lambda p: retyped(p, p.commune, p.ward)),
    (errors.UnlikeKinds, lambda p: retyped(p, p.commune, p.villages[0])),
    (errors.TooFewPlaces, lambda p: retyped(p)),
    (errors.MergeWithItself, lambda p: retyped(p, p.commune, p.commune)),
    (errors.BadCode, lambda p: Plan(ChangeKind.RECODE, DAY, places=(p.ward.pk,), code="1\x00")),
    (errors.BadCode, lambda p: merged(p, new=NewPlace("Xã", "X", "1" * 31))),
    (
        errors.MergeWithItself,
        lambda p: Plan(
            ChangeKind.SPLIT, DAY, places=(p.ward.pk,), parts=(Part(place=p.ward.pk), Part(place=p.ward.pk))
        ),
    ),
]


@pytest.mark.parametrize(("error", "plan"), REFUSALS)
def test_what_cannot_be_is_refused_in_one_sentence(
    places: SmallMap, error: type[DomainError], plan: Refused
) -> None:
    with pytest.raises(error) as refused:
        draft_change(plan=plan(places), by=None, at=AT)
    assert str(refused.value).endswith(".")
    assert not PlaceChange.objects.exists()


def retyped(_small: SmallMap, *chosen: Place) -> Plan:
    return Plan(ChangeKind.RETYPE, DAY, places=tuple(place.pk for place in chosen), designation="Phường")


def split_up(small: SmallMap, *shares: str | None, **more: Any) -> Plan:
    new = NewPlace("Xã", "X")
    parts = (Part(place=small.ward.pk, share=number(shares[0])), Part(new=new, share=number(shares[1])))
    return replace(Plan(ChangeKind.SPLIT, DAY, places=(small.ward.pk,), parts=parts), **more)


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def named(place: Place, name: str) -> Plan:
    return Plan(ChangeKind.RENAME, DAY, places=(place.pk,), name=name)


SAME_DAY: dict[str, Callable[[SmallMap], list[Plan]]] = {
    "renamed, then merged": lambda p: [named(p.ward, "Một"), merged(p)],
    "renamed, then merged into": lambda p: [named(p.ward, "Một"), merged(p, new=None, into=p.ward.pk)],
    "renamed, then divided": lambda p: [named(p.ward, "Một"), split_up(p, "0.4", "0.6")],
    "recoded, then merged": lambda p: [Plan(ChangeKind.RECODE, DAY, (p.ward.pk,), code="77777"), merged(p)],
    "moved, then merged": lambda p: [
        Plan(ChangeKind.MOVE, DAY, places=(p.ward.pk,), parent=p.other_province.pk),
        merged(p),
    ],
    "renamed, then ended": lambda p: [
        named(p.villages[0], "Một"),
        Plan(ChangeKind.END, DAY, places=(p.villages[0].pk,)),
    ],
    "renamed there and back": lambda p: [named(p.ward, "Một"), named(p.ward, "Vũ Ninh")],
    "merged, then villages in it": lambda p: [
        merged(p),
        Plan(ChangeKind.MERGE, DAY, tuple(v.pk for v in p.villages[:2]), new=NewPlace("Thôn", "V")),
    ],
}


@pytest.mark.parametrize("plans", SAME_DAY.values(), ids=SAME_DAY.keys())
def test_two_changes_of_one_day(places: SmallMap, plans: Callable[[SmallMap], list[Plan]]) -> None:
    for plan in plans(places):
        done(plan)
    eve = queries.version_on(places.ward.pk, day=EVE)
    assert (str(eve), eve.parent_id) == ("Phường Vũ Ninh", places.province.pk)


def test_what_begins_on_a_day_does_not_end_on_it(places: SmallMap) -> None:
    new = NewPlace("Thôn", "Mới")
    done(Plan(ChangeKind.NEW, DAY, parent=places.other_commune.pk, tier="village", new=new))
    change = draft_change(plan=Plan(ChangeKind.END, DAY, places=(places.other_commune.pk,)), by=None, at=AT)
    with pytest.raises(errors.OverlappingDates):
        confirm_change(change_id=change.pk, by=None, at=AT)


def test_a_second_change_of_land_on_an_earlier_or_the_same_day_is_refused(places: SmallMap) -> None:
    done(merged(places, new=None, into=places.ward.pk))
    split = Plan(
        ChangeKind.SPLIT,
        DAY,
        places=(places.ward.pk,),
        parts=(Part(place=places.ward.pk), Part(new=NewPlace("Xã", "X"))),
    )
    for day in (EVE, DAY):
        with pytest.raises(errors.OverlappingDates):
            draft_change(plan=replace(split, day=day), by=None, at=AT)
    done(replace(split, day=LATER))
