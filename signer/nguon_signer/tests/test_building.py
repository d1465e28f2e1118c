"""From rows to plans: the same rows in any order give the same bytes, and bytes that a device takes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon_protocol.documents import Plan, Policy
from nguon_protocol.ids import item_id
from nguon_protocol.keys import generate
from nguon_signer import building
from nguon_signer.rows import Media, Revision
from nguon_signer.tests.test_policy import GOOD

NOW = 1_772_438_400
START, END = building.window(NOW)
POLICY = Policy(volume_max=70)
revisions = st.builds(
    lambda name, priority, title, length: replace(
        GOOD, id=str(name), priority=priority, title=title, media=Media("cd" * 32, "audio/ogg", 10, length)
    ),
    st.uuids(),
    st.integers(1, 3),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.integers(1, 3_600_000),
)
playing = st.lists(
    st.tuples(revisions, st.lists(st.integers(START, START + 5), unique=True, max_size=4)),
    max_size=5,
    unique_by=lambda pair: pair[0].id,
)


def _plan(pairs: list[tuple[Revision, list[int]]]) -> Plan:
    items = building.plan_items(pairs, POLICY, END).items
    return Plan(issued=NOW, expires=END, epoch=1, v=1, target="vn.5.120", items=items)


@settings(max_examples=50, deadline=None)
@given(playing, st.randoms())
def test_a_plan_is_the_same_whatever_the_order_of_the_rows(
    pairs: list[tuple[Revision, list[int]]], random: Random
) -> None:
    plan = _plan(pairs)
    shuffled = pairs[:]
    random.shuffle(shuffled)
    assert _plan(shuffled).body() == plan.body()
    assert Plan.parse(plan.body()) == plan
    assert {one.item.id for one in plan.items} == {
        item_id(revision.id, instant) for revision, instants in pairs for instant in instants
    }
    assert all(one.item.volume <= POLICY.volume_max for one in plan.items)


def test_the_longest_plan_fits_its_envelope_and_cuts_no_instant_in_two() -> None:
    pairs = [(replace(GOOD, id=f"{n}", title="ệ" * 200), [NOW + i for i in range(400)]) for n in range(3)]
    planned = building.plan_items(pairs, POLICY, END)
    assert len(_plan(pairs).sign([generate("ed25519"), generate("p256")])) <= 256 * 1024
    assert len(planned.items) == len(planned.entries) == 3 * (planned.until - NOW)
    assert 0 < len(planned.items) < 1200


def test_what_sounded_more_than_a_day_ago_is_cancelled_no_more() -> None:
    planned = [replace(GOOD, id=f"{n}", timing="at", starts_at=NOW - 86_400 - n) for n in range(2)]
    found = building.cancelled_entries(planned, NOW, "UTC")
    assert [one["revision"] for one in found] == ["0"]


def test_content_changes_with_what_is_said_and_with_nothing_else() -> None:
    plan = _plan([(GOOD, [NOW])])
    assert building.content_of_plan(plan) == building.content_of_plan(replace(plan, v=9, issued=1, expires=2))
    assert building.content_of_plan(plan) != building.content_of_plan(replace(plan, target="vn.5.121"))
    assert building.content_of_plan(plan) != building.content_of_plan(replace(plan, epoch=2))
    assert building.content_of_plan(plan) != building.content_of_plan(_plan([(GOOD, [NOW + 1])]))


def test_a_cancel_is_bounded_and_keeps_the_nearest() -> None:
    daily = replace(
        GOOD,
        timing="repeat",
        starts_at=NOW,
        rrule="FREQ=DAILY;BYHOUR=5,6,7,8,9,10,11,12,13,14,15,16;BYMINUTE=0,30",
    )
    entries = building.cancelled_entries([daily], NOW, "Asia/Ho_Chi_Minh")
    assert len(entries) == building.MOST_CANCELLED
    assert entries[0]["at"] < NOW + 86_400
