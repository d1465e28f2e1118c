"""The signer judges what communes take from above: approved by two above, placed by the commune."""

from datetime import timedelta

import pytest

from nguon.bulletins import actions as bulletins
from nguon.bulletins.tests.cast import Newsroom
from nguon.deliveries.models import Document
from nguon.deliveries.tests import test_with_the_signer as line
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.supply import actions
from nguon.supply.tests.cast import offered

pytestmark = pytest.mark.django_db
signer, room = line.signer, line.room


@pytest.mark.parametrize("tier", ["province", "centre"])
def test_what_a_commune_takes_is_signed_for_it_alone_and_falls_silent_when_withdrawn(
    room: Newsroom, signer: line.Direct, tier: str
) -> None:
    made = offered(room, home=Place.objects.get(area="vn") if tier == "centre" else None)
    assert line.sign_all(signer) == []
    taken = AT + timedelta(hours=2)
    (airing,) = actions.take(
        revision_id=made.pk, area=room.commune, instants=[taken], by=room.people.lan, at=AT
    )
    assert [ring.target for ring in line.sign_all(signer)] == [room.commune]
    assert [item["id"] for item in Document.objects.latest("v").items] == [str(airing.pk)]
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="sai", by=made.author, at=AT)
    assert {ring.target for ring in line.sign_all(signer)} == {room.commune}
