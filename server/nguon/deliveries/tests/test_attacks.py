"""A rise of refusals that an honest server does not cause."""

from datetime import datetime, timedelta

import pytest

from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries.actions import receive
from nguon.deliveries.queries import Attack, possible_attacks
from nguon.deliveries.tests.cast import Teller
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def refuse(teller: Teller, reason: str, times: int, at: datetime = AT) -> None:
    envelopes = [teller.tell("refused", None, reason=reason) for _ in range(times)]
    receive(device_id=teller.device.pk, envelopes=envelopes, at=at)


def test_forged_and_replayed_documents_are_told_apart_the_most_first(room: Newsroom) -> None:
    first, second = Teller(room.fleet.first), Teller(room.fleet.second)
    refuse(first, "threshold", 3)
    refuse(first, "rollback", 4)
    refuse(second, "rollback", 2)
    assert possible_attacks([room.commune], AT) == [Attack("rollback", 6, 2), Attack("threshold", 3, 1)]


def test_one_stray_refusal_is_none_nor_what_has_other_reasons_or_is_past(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    refuse(teller, "threshold", 2)
    refuse(teller, "expired", 9)
    refuse(teller, "rollback", 9, AT - timedelta(hours=2))
    assert possible_attacks([room.commune], AT) == []


def test_what_is_as_usual_is_no_rise(room: Newsroom) -> None:
    teller = Teller(room.fleet.first)
    refuse(teller, "rollback", 48, AT - timedelta(hours=5))
    refuse(teller, "rollback", 5)
    assert possible_attacks([room.commune], AT) == []
    refuse(teller, "rollback", 1)
    assert possible_attacks([room.commune], AT) == [Attack("rollback", 6, 1)]


def test_each_officer_sees_the_own_area(room: Newsroom) -> None:
    refuse(Teller(room.fleet.ward), "threshold", 5)
    assert possible_attacks([room.commune], AT) == []
    assert possible_attacks([], AT) == []
