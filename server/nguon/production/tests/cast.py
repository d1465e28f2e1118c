"""The plan of the tests: an item of the commune, with its steps given to lan."""

from datetime import timedelta

from nguon.bulletins.tests.cast import Newsroom
from nguon.kernel.clock import local
from nguon.organisations.tests.cast import AT
from nguon.production import actions
from nguon.production.actions import ItemFields
from nguon.production.models import Item
from nguon.production.states import WORK

TODAY = local(AT).date()
SCRIPT = "Chào bà con. Tuần này xã thu gom rác cồng kềnh."


def planned(room: Newsroom, *, steps: bool = True, title: str = "Thu gom rác") -> Item:
    """This function will put an item into the commune's plan; with `steps` lan has them all, day by day."""
    item = actions.add(
        place=room.people.places.commune, given=ItemFields(title=title), by=room.people.lan, at=AT
    )
    for number, stage in enumerate(WORK if steps else ()):
        actions.assign(
            item_id=item.pk,
            stage=stage,
            person=room.people.lan,
            due=TODAY + timedelta(days=number + 2),
            by=room.people.lan,
            at=AT,
        )
    return item


def scripted(room: Newsroom) -> Item:
    """This function will make an item that stands at its script, with a first version."""
    item = planned(room)
    actions.advance(item_id=item.pk, seen="idea", by=room.people.minh, at=AT)
    actions.write(item_id=item.pk, text=SCRIPT, seen=0, by=room.people.lan, at=AT)
    return item
