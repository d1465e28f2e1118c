"""Many loudspeakers in one transaction: what is left behind is what one call for each receipt would leave."""

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.broadcasts.models import Airing
from nguon.bulletins.tests.cast import Newsroom, approved, newsroom
from nguon.deliveries.actions import receive_many, sign_next
from nguon.deliveries.models import Delivery, Document, Receipt
from nguon.deliveries.tests.cast import FakeSigner, Teller
from nguon.deliveries.tests.test_following import follow_all
from nguon.devices.actions import note_health_of_many, revoke
from nguon.devices.models import Device
from nguon.organisations.tests.cast import AT
from nguon_protocol.receipts import EVENTS, JOURNAL_LOST

pytestmark = pytest.mark.django_db
Said = tuple[UUID, str]
Deed = tuple[int, str, int, str]
REASONS = ("", "stopped", JOURNAL_LOST)
FATES = ("comes", "comes", "lost", "comes twice", "is another's", "is rubbish", "by a stranger")
deeds = st.tuples(
    st.integers(0, 2), st.sampled_from(sorted(EVENTS)), st.integers(0, 8), st.sampled_from(FATES)
)


@pytest.fixture
def room() -> Newsroom:
    """Two bulletins that play now are signed; the third loudspeaker is believed up to its second receipt."""
    found = newsroom()
    for _ in range(2):
        approved(found)
    follow_all()
    while sign_next(signer=FakeSigner(), at=AT) is not None:
        pass
    revoke(device=found.fleet.ward.device, last_receipt=2, reason="mất", by=found.people.tuan, at=AT)
    return found


def told(room: Newsroom, script: list[Deed]) -> list[Said]:
    """This function will give what reaches the server, in order, as (loudspeaker, envelope)."""
    tellers = [Teller(one) for one in room.fleet.all]
    items = [*Airing.objects.order_by("pk").values_list("pk", flat=True), uuid4(), None]
    documents = [*Document.objects.order_by("pk").values_list("pk", flat=True), None]
    found = []
    for who, event, number, fate in script:
        teller, item = tellers[who], items[number % len(items)]
        doc, reason = documents[number % len(documents)], REASONS[number % len(REASONS)]
        envelope = teller.tell(event, item, doc=doc, reason=reason or None, seconds_ms=number)
        name = {"is another's": tellers[who - 1].device.pk, "by a stranger": uuid4()}.get(
            fate, teller.device.pk
        )
        times = {"lost": 0, "comes twice": 2}.get(fate, 1)
        found += [(name, "rubbish" if fate == "is rubbish" else envelope)] * times
    return found


def keep(batches: list[list[Said]]) -> dict[UUID, list[int]]:
    """This function will take in one batch after the other, and give the last acknowledgement and how many
    were rejected, by loudspeaker."""
    found: dict[UUID, list[int]] = {}
    for batch in batches:
        envelopes: dict[UUID, list[str]] = {}
        for name, text in batch:
            envelopes.setdefault(name, []).append(text)
        for name, got in receive_many(envelopes=envelopes, at=AT).items():
            found[name] = [got.acknowledged, found.get(name, [0, 0])[1] + got.rejected]
    return found


def undone(work: Callable[[], object]) -> list[object]:
    """This function will do a piece of work, give what came of it with every row it left, and undo it."""
    with transaction.atomic():
        answer = work()
        rows = [
            sorted(str({**row, "id": row["id"] if model is Device else 0}) for row in model.objects.values())
            for model in (Receipt, Delivery, Device)
        ]
        transaction.set_rollback(True)
    return [answer, *rows]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(script=st.lists(deeds, max_size=16), cuts=st.sets(st.integers(0, 20)))
def test_batches_leave_what_one_by_one_leaves(room: Newsroom, script: list[Deed], cuts: set[int]) -> None:
    said = told(room, script)
    ends = [0, *sorted(cut for cut in cuts if 0 < cut < len(said)), len(said)]
    batches = [said[begin:end] for begin, end in pairwise(ends)]
    assert undone(lambda: keep(batches)) == undone(lambda: keep([[one] for one in said]))


healths = st.fixed_dictionaries(
    {},
    optional={
        "offline": st.booleans(),
        "clock": st.sampled_from(["SYNCED", "UNKNOWN", "odd"]),
        "agent": st.sampled_from(["0.1", "a\0b", "\ud800"]),
        "playing": st.booleans(),
        "item": st.sampled_from([str(UUID(int=1)), str(UUID(int=2)), "odd"]),
    },
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(script=st.lists(st.tuples(st.integers(0, 3), healths), max_size=10))
def test_health_of_many_is_what_each_word_in_its_turn_leaves(
    room: Newsroom, script: list[tuple[int, dict[str, object]]]
) -> None:
    names = [one.device.pk for one in room.fleet.all] + [uuid4()]
    said = [(names[who], health) for who, health in script]

    def each() -> set[UUID]:
        return {name for one in said for name in note_health_of_many(said=[one], at=AT)}

    assert undone(lambda: note_health_of_many(said=said, at=AT)) == undone(each)


def test_what_no_column_holds_is_kept_in_the_envelope_and_holds_nobody_up(room: Newsroom) -> None:
    teller, airing = Teller(room.fleet.first), Airing.objects.order_by("pk")[0]
    far = 2**53 - 1
    mad = teller.tell("partly", airing.pk, seconds_ms=far, started_at_ms=far, reason="a\0b")
    got = receive_many(envelopes={teller.device.pk: [mad]}, at=AT)[teller.device.pk]
    assert (got.acknowledged, got.rejected) == (1, 0)
    kept = Receipt.objects.get()
    assert (kept.envelope, kept.reason, kept.seconds_ms) == (mad, "ab", 2**31 - 1)
    assert kept.started_at is not None
    assert kept.started_at.year == 9999


def test_many_loudspeakers_take_few_questions(
    room: Newsroom, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    airing = Airing.objects.order_by("pk")[0]
    envelopes = {
        teller.device.pk: [teller.tell("started", airing.pk)] for teller in map(Teller, room.fleet.all[:2])
    }
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        receive_many(envelopes=envelopes, at=AT)
