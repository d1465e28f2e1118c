"""A plan's items are read the quick way; whatever is wrong with one is still found, and named the same."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nguon_protocol.documents import Plan, PlanItem
from nguon_protocol.documents.plan import Sounds
from nguon_protocol.errors import ProtocolError
from nguon_protocol.fields import Fields
from nguon_protocol.tests.cast import an_item

GOOD = PlanItem(1_772_438_400, an_item("r1", 0)).to_json()
GOOD["media"] |= {"bytes": 1}  # which True equals
NUMBERS = [-1, 0, 1, 3, 4, 100, 101, 86_400, 86_401, 2**53 - 1, 2**53]
BOUNDS = [512 * 1024 * 1024, 512 * 1024 * 1024 + 1, 6 * 3600 * 1000, 6 * 3600 * 1000 + 1]
TEXTS = ["", "x", "A" * 301, "ab" * 32, "AB" * 32, "audio/ogg", "audio/" + "o" * 60]
NAMES = [GOOD["id"], GOOD["id"].upper(), GOOD["id"] + "\n"]
odd = st.sampled_from([None, True, False, [], {}, *NUMBERS, *BOUNDS, *TEXTS, *NAMES])
inner = st.dictionaries(st.sampled_from(sorted(GOOD["media"])), odd, max_size=1)
changes = st.dictionaries(st.sampled_from(sorted(GOOD)), odd, max_size=2)


def quickly(value: Any, sounds: Sounds) -> object:
    try:
        return PlanItem.quick(value, sounds) or PlanItem.parse(Fields(value))
    except ProtocolError as error:
        return str(error)


def slowly(value: Any) -> object:
    try:
        return PlanItem.parse(Fields(value))
    except ProtocolError as error:
        return str(error)


@settings(max_examples=400)
@given(changes, inner, st.sets(st.sampled_from(sorted(GOOD)), max_size=1))
@example({}, {"bytes": True}, set())
@example({}, {}, {"late"})
def test_the_quick_way_reads_what_the_slow_one_reads(
    changed: dict[str, Any], media: dict[str, Any], gone: set[str]
) -> None:
    value = {**GOOD, "media": {**GOOD["media"], **media}, **changed}
    value = {key: one for key, one in value.items() if key not in gone}
    sounds: Sounds = {}
    assert PlanItem.quick(GOOD, sounds) == slowly(GOOD)
    assert quickly(value, sounds) == quickly(value, {}) == slowly(value)


@given(odd)
def test_an_item_that_is_no_object_is_refused(value: Any) -> None:
    assert isinstance(quickly(value, {}), str)


def test_equal_sounds_of_a_plan_are_one() -> None:
    items = tuple(PlanItem(1_772_438_400 + n, an_item("r1", n)) for n in range(3))
    read = Plan.parse(Plan(issued=1, expires=2, epoch=1, v=1, target="vn.5.120", items=items).body()).items
    assert read == items
    assert len({id(one.item.media) for one in read}) == 1
