"""Who leaves: what they had in the plan goes on, or is listed as nobody's."""

from datetime import timedelta

import pytest

from nguon.accounts.models import RoleAssignment
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT
from nguon.production import actions, queries
from nguon.production.models import Task
from nguon.production.tests.cast import planned

LATER = AT + timedelta(days=1)


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def hand_over(room: Newsroom, to: str, *, there: bool = True) -> int:
    places = room.people.places
    hoa = person(to, "Người Mới", (Role.WRITER, places.commune if there else places.ward))
    return actions.hand_over_steps(
        person=room.people.lan, successor=hoa, by=room.people.binh, at=AT, then=LATER
    )


def test_steps_still_to_be_done_go_on_with_their_deadlines(room: Newsroom) -> None:
    item = planned(room)
    over = planned(room, title="Đã bỏ")
    actions.give_up(item_id=over.pk, reason="trùng", by=room.people.lan, at=AT)
    actions.advance(item_id=item.pk, seen="idea", by=room.people.minh, at=AT)
    due = dict(Task.objects.filter(item=item).values_list("stage", "due"))
    assert hand_over(room, "hoa") == 4
    whose = dict(Task.objects.filter(item=item).values_list("stage", "person__username"))
    assert whose == {"idea": "lan", "script": "hoa", "recording": "hoa", "post": "hoa", "schedule": "hoa"}
    assert dict(Task.objects.filter(item=item).values_list("stage", "due")) == due
    facts = Entry.objects.filter(fact="production.assigned", data__from_person=room.people.lan.pk)
    assert [fact.data["now"] for fact in facts.order_by("sequence")] == [True, False, False, False]
    assert not Task.objects.filter(item=over).exclude(person=room.people.lan).exists()


def test_who_may_do_nothing_there_gets_nothing(room: Newsroom) -> None:
    planned(room)
    assert hand_over(room, "hoa", there=False) == 0


def test_what_a_person_left_behind_is_listed(room: Newsroom) -> None:
    item, lan = planned(room), room.people.lan
    assert not queries.vacant(AT).exists()
    actions.advance(item_id=item.pk, seen="idea", by=room.people.minh, at=AT)
    roles = RoleAssignment.objects.filter(user=lan)
    roles.update(valid_to=AT.date())
    assert queries.vacant_of([item], AT) == set()
    left = {(item.pk, stage) for stage in ("script", "recording", "post", "schedule")}
    assert queries.vacant_of([item], AT + timedelta(days=2)) == left
    asked = queries.asked_for(room.people.minh, queries.Asked(vacant=True), AT + timedelta(days=2))
    assert [row.pk for row in asked] == [item.pk]
    roles.update(valid_to=None, area=room.people.places.province.area)
    assert queries.vacant_of([item], AT) == set()
    roles.update(area=room.commune + "1")  # another place whose number begins alike
    assert queries.vacant_of([item], AT) == left
    roles.update(area=room.commune)
    lan.is_active = False
    lan.save()
    assert queries.vacant_of([item], AT) == left
