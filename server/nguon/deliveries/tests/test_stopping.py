"""The red button."""

import pytest

from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.deliveries import errors
from nguon.deliveries.actions import order_stop, sign_next
from nguon.deliveries.actions.signing import Ring
from nguon.deliveries.models import SigningTask
from nguon.deliveries.tests.cast import FakeSigner
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def test_a_province_falls_silent_commune_by_commune(room: Newsroom) -> None:
    stop = order_stop(place=room.people.places.province, reason="", by=room.people.tuan, at=AT)
    assert set(SigningTask.objects.values_list("target", flat=True)) == {room.commune, room.ward}
    ring = sign_next(signer=(signer := FakeSigner()), at=AT)
    assert isinstance(ring, Ring)
    assert ring.envelope
    assert signer.asked[0][1]["stop"] == str(stop.pk)
    assert Entry.objects.get(fact="stop.ordered").by == f"user:{room.people.tuan.pk}"


def test_one_village_falls_silent_alone(room: Newsroom) -> None:
    village = room.people.places.villages[0]
    order_stop(place=village, reason="", by=room.people.tuan, at=AT)
    assert SigningTask.objects.get().target == village.area


def test_only_who_is_on_duty_there(room: Newsroom) -> None:
    for person, place in (
        (room.people.lan, room.people.places.commune),
        (room.people.tuan, room.people.places.other_commune),
    ):
        with pytest.raises(errors.NotOnDuty):
            order_stop(place=place, reason="", by=person, at=AT)
    assert not SigningTask.objects.exists()


def test_nothing_to_stop_is_said(room: Newsroom) -> None:
    with pytest.raises(errors.NothingToStop):
        order_stop(place=room.people.places.villages[-1], reason="", by=room.people.tuan, at=AT)
