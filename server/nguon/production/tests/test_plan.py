"""The editorial plan: step by step, back with a reason, by whom it may, and what is wrong input."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from nguon.bulletins.models import Bulletin
from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.journal.queries import facts_of
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon.organisations.tests.cast import AT
from nguon.production import actions, errors, queries
from nguon.production.actions import ItemFields
from nguon.production.models import Item
from nguon.production.states import MOVES, WORK, Stage
from nguon.production.tests.cast import SCRIPT, TODAY, planned, scripted

Act = Callable[..., object]


@pytest.fixture
def room(db: None) -> Newsroom:
    return newsroom()


def stage(item: Item) -> str:
    return Item.objects.get(pk=item.pk).stage


def test_an_item_goes_from_the_idea_to_its_bulletin_step_by_step(room: Newsroom) -> None:
    item = scripted(room)
    for seen in ("script", "recording", "post"):
        actions.advance(item_id=item.pk, seen=seen, by=room.people.lan, at=AT)
    draft = actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    assert (draft.title, draft.text, draft.author) == ("Thu gom rác", SCRIPT, room.people.lan)
    assert queries.origin(room.people.lan, draft.bulletin_id, AT) == item
    actions.advance(item_id=item.pk, seen="schedule", by=room.people.lan, at=AT)
    assert stage(item) == Stage.DONE
    assert not item.tasks.filter(done_at=None).exists()
    told = [row.fact for row in facts_of(f"production:{item.pk}")]
    assert told.count("production.moved") == 5
    assert {"production.added", "production.written", "production.drafted"} <= set(told)


def test_what_is_sent_back_is_done_again_from_there(room: Newsroom) -> None:
    item = scripted(room)
    actions.advance(item_id=item.pk, seen="script", by=room.people.lan, at=AT)
    actions.send_back(item_id=item.pk, to="script", reason="Thiếu ngày", by=room.people.minh, at=AT)
    item.refresh_from_db()
    assert (item.stage, item.reason) == ("script", "Thiếu ngày")
    assert list(item.tasks.filter(done_at=None).values_list("stage", flat=True).order_by("due")) == list(
        WORK[1:]
    )
    actions.advance(item_id=item.pk, seen="script", by=room.people.lan, at=AT)
    assert stage(item) == Stage.RECORDING


def test_the_table_of_moves_skips_no_step() -> None:
    for number, one in enumerate(WORK):
        ahead = MOVES[one] & (set(WORK[number + 1 :]) | {Stage.DONE})
        assert ahead == {[*WORK, Stage.DONE][number + 1]}
    assert not MOVES[Stage.DONE] | MOVES[Stage.GIVEN_UP]


WRONG: list[tuple[type[DomainError], Act]] = [
    (errors.TitleMissing, lambda r, i: add(r, title=" \u200b".strip("\u200b"))),
    (errors.DayOver, lambda r, i: add(r, air_date=TODAY - timedelta(days=1))),
    (errors.TooLong, lambda r, i: add(r, title="a" * 201)),
    (errors.DayOver, lambda r, i: give(r, i, due=TODAY - timedelta(days=1))),
    (errors.NotThere, lambda r, i: give(r, i, person=r.people.hue)),
    (errors.NotThere, lambda r, i: give(r, i, person=r.people.binh)),
    (errors.MayNotPlan, lambda r, i: give(r, i, by=r.people.tuan)),
    (errors.StageOver, lambda r, i: give(r, i, stage="idea")),
    (errors.StageOver, lambda r, i: give(r, i, stage="x")),
    (errors.OutOfOrder, lambda r, i: give(r, i, stage="post", due=TODAY)),
    (errors.OutOfOrder, lambda r, i: give(r, i, stage="script", due=TODAY + timedelta(days=99))),
    (errors.MovedMeanwhile, lambda r, i: go(r, i, seen="idea")),
    (errors.MovedMeanwhile, lambda r, i: go(r, i, seen="post")),
    (errors.NotYourTurn, lambda r, i: go(r, i, by=r.people.tuan)),
    (errors.StageSkipped, lambda r, i: back(r, i, to="post")),
    (errors.StageSkipped, lambda r, i: back(r, i, to="x")),
    (errors.WhyMissing, lambda r, i: back(r, i, reason=" ")),
    (errors.MayNotPlan, lambda r, i: back(r, i, by=r.people.hue)),
    (errors.ScriptChanged, lambda r, i: put(r, i, seen=0)),
    (errors.ScriptMissing, lambda r, i: put(r, i, text=" \n")),
    (errors.TooLong, lambda r, i: put(r, i, text="a" * 20_001)),
    (errors.NotThere, lambda r, i: put(r, i, by=r.people.binh)),
    (errors.MayNotPlan, lambda r, i: actions.to_bulletin(item_id=i.pk, by=r.people.minh, at=AT)),
]


def test_wrong_input_is_one_sentence_and_changes_nothing(room: Newsroom) -> None:
    item = scripted(room)

    def state() -> tuple[object, ...]:
        tasks = list(item.tasks.order_by("pk").values_list("stage", "person", "due"))
        return stage(item), item.scripts.count(), Item.objects.count(), tasks

    before = state()
    for error, wrong in WRONG:
        with pytest.raises(error) as told, transaction.atomic():
            wrong(room, item)
        assert "{" not in str(told.value)
        assert before == state()


def add(room: Newsroom, **given: object) -> None:
    fields = ItemFields(**({"title": "Tin"} | given))  # type: ignore[arg-type]
    actions.add(place=room.people.places.commune, given=fields, by=room.people.lan, at=AT)


def give(room: Newsroom, item: Item, **given: object) -> None:
    wish = {"stage": "script", "person": room.people.lan, "due": TODAY + timedelta(days=3)}
    actions.assign(item_id=item.pk, at=AT, **({"by": room.people.lan} | wish | given))  # type: ignore[arg-type]


def go(room: Newsroom, item: Item, **given: object) -> None:
    actions.advance(item_id=item.pk, at=AT, **({"by": room.people.lan, "seen": "script"} | given))  # type: ignore[arg-type]


def back(room: Newsroom, item: Item, **given: object) -> None:
    wish = {"to": "idea", "reason": "Chưa rõ", "by": room.people.minh}
    actions.send_back(item_id=item.pk, at=AT, **(wish | given))  # type: ignore[arg-type]


def put(room: Newsroom, item: Item, **given: object) -> None:
    wish = {"text": "Khác", "seen": 1, "by": room.people.lan}
    actions.write(item_id=item.pk, at=AT, **(wish | given))  # type: ignore[arg-type]


def test_an_idea_is_work_when_an_approver_says_so_and_the_next_step_is_somebodys(room: Newsroom) -> None:
    item = planned(room, steps=False)
    with pytest.raises(errors.IdeaNeedsApprover):
        actions.advance(item_id=item.pk, seen="idea", by=room.people.lan, at=AT)
    with pytest.raises(errors.NobodyNext):
        actions.advance(item_id=item.pk, seen="idea", by=room.people.minh, at=AT)
    assert stage(item) == Stage.IDEA


def test_no_script_no_bulletin_no_end(room: Newsroom) -> None:
    item = planned(room)
    actions.advance(item_id=item.pk, seen="idea", by=room.people.minh, at=AT)
    with pytest.raises(errors.ScriptMissing):
        go(room, item)
    with pytest.raises(errors.ScriptMissing):
        actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    put(room, item, seen=0)
    for seen in ("script", "recording", "post"):
        go(room, item, seen=seen)
    with pytest.raises(errors.BulletinMissing):
        go(room, item, seen="schedule")
    made = actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    with pytest.raises(errors.BulletinThere):
        actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    assert Bulletin.objects.filter(pk=made.bulletin_id).count() == 1


def test_what_is_given_up_keeps_its_reason_and_is_over(room: Newsroom) -> None:
    item = scripted(room)
    actions.give_up(item_id=item.pk, reason="Mưa bão", by=room.people.minh, at=AT)
    item.refresh_from_db()
    assert (item.stage, item.reason) == ("given_up", "Mưa bão")
    with pytest.raises(errors.AlreadyOver):
        put(room, item)


def test_the_same_script_again_is_the_same_version(room: Newsroom) -> None:
    item = scripted(room)
    put(room, item, text=f" {SCRIPT}\r\n", seen=0)
    assert item.scripts.count() == 1


def test_a_deadline_is_told_once_when_it_is_near_and_once_when_it_is_over(room: Newsroom) -> None:
    scripted(room)  # at the script, due in three days
    days = [actions.tell_due(at=AT + timedelta(days=day)) for day in (0, 1, 2, 2, 3, 4, 4, 9)]
    assert days == [0, 0, 1, 0, 0, 1, 0, 0]


def test_the_plan_of_another_area_is_not_there(room: Newsroom) -> None:
    item = planned(room)
    assert queries.item(room.people.hue, item.pk, AT) is None
    assert queries.item(room.people.tuan, item.pk, AT) == item
    assert list(queries.people(item.area, AT)) == [room.people.tuan, room.people.lan, room.people.minh]


def test_a_rhythm_of_the_law_begins_on_the_day_of_the_plan(room: Newsroom) -> None:
    item, first = scripted(room), TODAY + timedelta(days=9)
    given = actions.ItemFields(title=item.title, air_date=first, cadence="dich-benh")
    actions.change(item_id=item.pk, given=given, by=room.people.lan, at=AT)
    made = actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    assert made.starts_at
    assert made.until_at
    assert (local(made.starts_at).date(), local(made.until_at).date()) == (first, first + timedelta(days=6))
    assert made.rrule.count("RRULE") <= 1
    assert made.text == SCRIPT
    unknown = actions.ItemFields(title=item.title, cadence="khong-co")
    other = planned(room, title="Khác")
    assert actions.change(item_id=other.pk, given=unknown, by=room.people.lan, at=AT).cadence == ""
