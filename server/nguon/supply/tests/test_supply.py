"""From above to the commune: offered, taken, declined, placed, put in order, and told back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.queries import next_of_device
from nguon.broadcasts.states import AiringState
from nguon.bulletins import actions as bulletins
from nguon.bulletins.queries import visible
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.journal.models import Entry
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.supply import actions, errors, queries
from nguon.supply.models import Answer
from nguon.supply.rules import next_session
from nguon.supply.states import Progress, Reply
from nguon.supply.tests.cast import TONIGHT, clash, offered


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def titles(room: Newsroom, area: str) -> list[str]:
    return [row.title for row in queries.unanswered(area, AT)]


def test_what_the_province_supplies_is_offered_to_its_communes_without_a_row_for_each(room: Newsroom) -> None:
    offered(room)
    assert titles(room, room.commune) == titles(room, room.ward) == ["Tiêm phòng"]
    assert titles(room, room.people.places.other_commune.area) == []
    assert Answer.objects.count() == 0


def test_it_is_offered_when_it_is_approved_and_read_in_the_commune_then(room: Newsroom) -> None:
    waiting = offered(room, approve=False)
    assert titles(room, room.commune) == []
    assert visible(room.people.lan, waiting.bulletin_id, AT) is None
    other = offered(room, title="Khác")
    assert visible(room.people.lan, other.bulletin_id, AT) is not None
    assert visible(room.people.hue, other.bulletin_id, AT) is None


def test_what_the_commune_writes_itself_or_plays_at_a_time_is_no_offer(room: Newsroom) -> None:
    approved(room, starts_at=TONIGHT)
    assert titles(room, room.commune) == []


def test_the_centre_supplies_the_whole_country(room: Newsroom) -> None:
    offered(room, home=Place.objects.get(area="vn"))
    assert titles(room, room.people.places.other_commune.area) == ["Tiêm phòng"]
    assert [row.title for row in queries.from_above(room.people.places.province.area)] == ["Tiêm phòng"]


def test_what_a_commune_takes_from_the_centre_is_next_at_its_loudspeakers(room: Newsroom) -> None:
    made = offered(room, home=Place.objects.get(area="vn"))
    (airing,) = actions.take(
        revision_id=made.pk, area=room.commune, instants=[TONIGHT], by=room.people.lan, at=AT
    )
    assert next_of_device(room.fleet.first.device, AT) == airing
    assert next_of_device(room.fleet.ward.device, AT) is None


def test_one_press_takes_it_at_the_time_proposed_and_again_changes_nothing(room: Newsroom) -> None:
    made = offered(room)
    when = queries.proposal(room.commune, made, AT)
    assert when == TONIGHT
    (airing,), again = (
        actions.take(revision_id=made.pk, area=room.commune, instants=[when], by=room.people.lan, at=AT)
        for _press in range(2)
    )
    assert again == [airing]
    assert (airing.at, airing.area) == (TONIGHT, room.commune)
    assert Airing.objects.count() == 1
    assert titles(room, room.commune) == []
    assert titles(room, room.ward) == ["Tiêm phòng"]
    assert queries.proposal(room.commune, offered(room, title="Thứ hai"), AT) == airing.ends_at


def test_a_commune_declines_with_a_reason_and_may_take_it_after_all(room: Newsroom) -> None:
    made, lan = offered(room), room.people.lan
    with pytest.raises(errors.WhyMissing):
        actions.decline(revision_id=made.pk, area=room.commune, reason=" ", by=lan, at=AT)
    actions.decline(revision_id=made.pk, area=room.commune, reason="Đã có tin riêng", by=lan, at=AT)
    assert titles(room, room.commune) == []
    actions.take(revision_id=made.pk, area=room.commune, instants=[TONIGHT], by=lan, at=AT)
    with pytest.raises(errors.AlreadyTaken):
        actions.decline(revision_id=made.pk, area=room.commune, reason="x", by=lan, at=AT)
    facts = Entry.objects.filter(fact__startswith="supply.").order_by("sequence")
    assert [fact.fact for fact in facts] == ["supply.declined", "supply.taken"]


def test_only_the_commune_itself_answers(room: Newsroom) -> None:
    made = offered(room)
    for area in (room.commune, room.people.places.other_commune.area):
        with pytest.raises((errors.NotOffered, DomainError)):
            actions.take(revision_id=made.pk, area=area, instants=[TONIGHT], by=room.people.hue, at=AT)
    assert Answer.objects.count() == 0


def test_what_is_withdrawn_or_over_is_offered_no_more(room: Newsroom) -> None:
    over = offered(room, until_at=AT + timedelta(days=1))
    made = offered(room, title="Sai")
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="sai", by=made.author, at=AT)
    assert titles(room, room.commune) == [over.title]
    assert not queries.unanswered(room.commune, AT + timedelta(days=2)).exists()


def test_a_priority_item_is_placed_in_every_commune_with_loudspeakers_once(room: Newsroom) -> None:
    made = offered(room, priority=2)
    assert actions.spread(revision_id=made.pk, at=AT) == (2, 0)
    assert actions.spread(revision_id=made.pk, at=AT) == (0, 0)
    assert set(Airing.objects.values_list("area", "at")) == {(room.commune, TONIGHT), (room.ward, TONIGHT)}
    assert set(Answer.objects.values_list("reply", "by_default")) == {(Reply.TAKEN, True)}
    with pytest.raises(errors.PriorityStays):
        actions.decline(revision_id=made.pk, area=room.commune, reason="x", by=room.people.lan, at=AT)


@pytest.mark.parametrize(("decision", "begins"), [("after", "Họp thôn"), ("before", "Bão số 3")])
def test_a_clash_is_asked_once_decided_by_the_commune_and_told_back(
    room: Newsroom, decision: str, begins: str
) -> None:
    asked = clash(room)
    made = asked.revision
    assert queries.used(made, [room.people.places.commune])[0].progress == Progress.ASKED
    for _press in range(2):
        actions.order(clash_id=asked.pk, decision=decision, by=room.people.lan, at=AT)
    rows = Airing.objects.filter(area=room.commune, state=AiringState.PLANNED).order_by("at")
    one, two = rows.select_related("revision")
    assert one.revision.title == begins
    assert one.ends_at <= two.at
    assert queries.open_clashes(room.commune) == []
    assert Answer.objects.get(area=room.commune).reply == Reply.TAKEN


def test_what_was_decided_on_the_calendar_is_told_back_too(room: Newsroom) -> None:
    asked = clash(room)
    broadcasts.decide(clash_id=asked.pk, decision="leave", by=room.people.lan, at=AT)
    while actions.follow(at=AT):
        pass
    found = Answer.objects.get(area=room.commune)
    assert (found.reply, found.by) == (Reply.DECLINED, room.people.lan)


def test_the_journal_has_priority_items_spread_and_nothing_else(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Task:
        def defer(self, revision_id: str) -> None:
            asked.append(revision_id)

    monkeypatch.setattr("nguon.supply.actions.app.configure_task", lambda *args, **options: Task())
    offered(room)
    approved(room)
    made = offered(room, priority=2, title="Bão")
    assert actions.follow(at=AT)
    assert not actions.follow(at=AT)
    assert asked == [str(made.pk)]


def test_the_sender_sees_who_used_it(room: Newsroom) -> None:
    made = offered(room)
    (airing,) = actions.take(
        revision_id=made.pk, area=room.commune, instants=[TONIGHT], by=room.people.lan, at=AT
    )
    seen = [(one.place.area, one.progress) for one in queries.used(made, queries.communes_of(made, AT))]
    assert dict(seen) == {room.commune: Progress.TAKEN, room.ward: Progress.OPEN}
    device = room.fleet.first.device
    Delivery.objects.create(
        airing=airing, device=device, state=DeliveryState.PLAYED, ended_at=TONIGHT, changed_at=TONIGHT
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (one,) = queries.used(made, list(queries.usage(made, AT, show=Progress.PLAYED)))
    assert (one.played, one.last_played_at, len(asked)) == (1, TONIGHT, 5)
    counted = queries.counts([made], AT)[made.pk]
    assert (counted.communes, counted.taken, counted.played, counted.declined, counted.open) == (
        2,
        1,
        1,
        0,
        1,
    )
    for progress in Progress:
        rows = queries.usage(made, AT, show=progress)
        assert {one.progress for one in queries.used(made, rows)} <= {progress}


def test_who_has_not_answered_is_reminded_by_the_sender_and_once_in_time(room: Newsroom) -> None:
    made = offered(room)
    actions.decline(revision_id=made.pk, area=room.ward, reason="x", by=room.people.lan, at=AT)
    with pytest.raises(errors.NotTheSender):
        actions.remind(revision_id=made.pk, by=room.people.lan, at=AT)
    assert actions.remind_in_time(at=AT + timedelta(days=1)) == 0
    assert actions.remind_in_time(at=AT + timedelta(days=3)) == 1
    assert actions.remind_in_time(at=AT + timedelta(days=3)) == 0
    assert actions.remind(revision_id=made.pk, by=made.author, at=AT) == 1


def test_the_next_session_is_the_next_one() -> None:
    assert next_session(TONIGHT) == TONIGHT
    assert next_session(TONIGHT + timedelta(seconds=1)) == TONIGHT + timedelta(hours=12)
    assert next_session(TONIGHT - timedelta(hours=1)) == TONIGHT


def test_a_person_of_the_village_keeps_no_programme(room: Newsroom) -> None:
    village = person("thon", "Người Thôn", (Role.WRITER, room.people.places.villages[0]))
    made = offered(room)
    with pytest.raises(DomainError):
        actions.take(revision_id=made.pk, area=room.commune, instants=[TONIGHT], by=village, at=AT)
