"""What an area has two people approve plays at once when the second one has."""

from datetime import timedelta

import pytest

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.broadcasts.actions import schedule
from nguon.bulletins import actions
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import newsroom, submitted
from nguon.organisations.tests.cast import AT


@pytest.mark.django_db
def test_its_airing_begins_with_the_second_approval() -> None:
    room, later = newsroom(), AT + timedelta(hours=1)
    place = room.people.places.province
    actions.add_rule(
        place=place, topic=None, priority=None, second=True, hours=None, by=room.people.binh, at=AT
    )
    made = submitted(room)
    second = person("hai", "Người Thứ Hai", (Role.APPROVER, place))
    for by, at in ((room.people.minh, AT), (second, later)):
        actions.approve(revision_id=made.pk, content_sha256=made.content_sha256, by=by, at=at, unheard="test")
    (airing,) = schedule(revision=Revision.objects.select_related("media").get(pk=made.pk), at=later)
    assert airing.at == later
