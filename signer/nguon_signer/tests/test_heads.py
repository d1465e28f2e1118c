"""The op `head`: the journal's head, signed only when it holds the head before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nguon_protocol import envelope
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened
from nguon_signer.tests.cast import EPOCH, Call, Clock, World

pytestmark = pytest.mark.django_db


def _rows(world: World, *hashes: str) -> list[int]:
    for one in hashes:
        world.insert("journal_entry", hash=one, data="{}")
    found = world.db.execute("SELECT sequence FROM journal_entry ORDER BY sequence").fetchall()
    return [row[0] for row in found]


def _refused(call: Call, **fields: Any) -> str:
    with pytest.raises(Refused) as refusal:
        call("head", **fields)
    return refusal.value.reason


def test_heads_are_numbered_signed_and_logged_and_each_names_the_one_before(
    call: Call, world: World, clock: Clock, opened: Opened
) -> None:
    first, second = _rows(world, "a" * 64, "b" * 64)
    one = call("head", sequence=first)
    clock.now += 3600
    two = call("head", sequence=second)
    signed = envelope.parse(two["envelope"])
    assert envelope.verify(signed, opened.root.keys_of("server"))
    assert json.loads(signed.payload) == {
        "type": "journal-head", "root_v": 1, "n": 2, "sequence": second, "hash": "b" * 64,
        "previous": one["hash"], "issued": EPOCH + 3600,
    }  # fmt: skip
    assert [data["n"] for _at, data in opened.store.facts("head.signing")] == [1, 2]
    assert call("status")["journal"]["n"] == 2


def test_the_same_head_again_is_the_same_and_no_new_row(call: Call, world: World, opened: Opened) -> None:
    (row,) = _rows(world, "a" * 64)
    one, two = call("head", sequence=row), call("head", sequence=row)
    assert [one[name] for name in ("n", "issued")] == [two[name] for name in ("n", "issued")]
    assert len(opened.store.facts("head.signing")) == 1


def test_a_journal_that_lost_or_changed_the_last_head_is_not_signed(call: Call, world: World) -> None:
    first, second, third = _rows(world, "a" * 64, "b" * 64, "c" * 64)
    call("head", sequence=second)
    assert _refused(call, sequence=first) == "late"
    world.db.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")
    world.db.execute("UPDATE journal_entry SET hash = %s WHERE sequence = %s", ("d" * 64, second))
    assert _refused(call, sequence=third) == "journal"
    world.db.execute("DELETE FROM journal_scope")
    world.db.execute("DELETE FROM journal_entry WHERE sequence = %s", (second,))
    assert _refused(call, sequence=third) == "journal"
    world.db.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_entry_append_only")


@pytest.mark.parametrize(
    "wrong", [{}, {"sequence": 0}, {"sequence": True}, {"sequence": "1"}, {"hash": "a" * 64}]
)
def test_only_a_row_is_named_never_what_it_holds(call: Call, wrong: dict[str, Any]) -> None:
    assert _refused(call, **wrong) == "parse"


def test_a_row_that_is_not_there(call: Call) -> None:
    assert _refused(call, sequence=2**40) == "unknown"
