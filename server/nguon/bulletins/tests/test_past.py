"""What was written of a commune before a merge is read by those who answer for its land now."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins.queries import visible_to
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom
from nguon.journal.queries import Filter, page
from nguon.organisations.actions import NewPlace, Part, Plan, confirm_change, draft_change
from nguon.organisations.models import Place
from nguon.organisations.queries import with_past
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
NEXT = AT + timedelta(days=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def confirmed(room: Newsroom, plan: Plan, days: int = 0) -> str:
    at = NEXT + timedelta(days=days)
    change = draft_change(plan=replace(plan, day=at.date()), by=room.people.binh, at=at)
    return confirm_change(change_id=change.pk, by=room.people.binh, at=at).begins[0].area


def merged(room: Newsroom, *places: Place, name: str = "Lục Vũ", days: int = 0) -> str:
    keys = tuple(place.pk for place in places)
    return confirmed(
        room, Plan(ChangeKind.MERGE, NEXT.date(), places=keys, new=NewPlace("Phường", name)), days
    )


def of(room: Newsroom, place: Place) -> User:
    """This function will make somebody who has come to work in a place."""
    return person(f"moi{place.pk}", f"Người Mới {place.pk}", (Role.WRITER, place))


def test_the_officers_of_a_merged_commune_read_what_was_of_the_old_one(room: Newsroom) -> None:
    old = approved(room, room.commune).bulletin
    new = merged(room, room.people.places.commune, room.people.places.ward)
    assert set(with_past([new])) == {new, room.commune, room.ward}
    reader = of(room, Place.objects.get(area=new))
    assert old in visible_to(reader, NEXT)
    assert page(with_past([new]), Filter(facts=("bulletin.approved",))).exists()
    assert not page([new], Filter(facts=("bulletin.approved",))).exists()
    assert old not in visible_to(room.people.hue, NEXT)


def test_through_two_merges(room: Newsroom) -> None:
    places = room.people.places
    first = Place.objects.get(area=merged(room, places.commune, places.ward))
    plan = Plan(
        ChangeKind.NEW, NEXT.date(), parent=places.province.pk, tier="commune", new=NewPlace("Xã", "Đảo")
    )
    island = Place.objects.get(area=confirmed(room, plan, days=1))
    last = merged(room, first, island, name="Lục Đảo", days=2)
    assert set(with_past([last])) == {last, first.area, island.area, room.commune, room.ward}
    other = places.other_commune.area
    assert with_past([other]) == [other]


def test_land_that_was_divided_stays_with_those_above(room: Newsroom) -> None:
    old = approved(room, room.commune).bulletin
    commune = room.people.places.commune
    village = room.people.places.villages[0]
    away = Part(new=NewPlace("Xã", "Lục Bắc"), share=Decimal("0.3"), children=(village.pk,))
    stays = Part(place=commune.pk, share=Decimal("0.7"))
    new = confirmed(room, Plan(ChangeKind.SPLIT, NEXT.date(), places=(commune.pk,), parts=(stays, away)))
    assert set(with_past([new])) == {new, village.area}  # the village moved as a whole
    assert old not in visible_to(of(room, Place.objects.get(area=new)), NEXT)
    assert old in visible_to(of(room, room.people.places.province), NEXT)


def test_the_country_and_nobody_ask_nothing(room: Newsroom) -> None:
    assert with_past(["vn", "vn.1"]) == ["vn"]
    assert with_past([]) == []
