"""From the journal to the signer's door."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.tests.cast import LATER, Newsroom, approved, newsroom, submitted
from nguon.deliveries.actions import follow, sign_next, signing
from nguon.deliveries.actions.signing import LEASE, Ring
from nguon.deliveries.models import Delivery, Document, ReleasedMedia, SigningTask
from nguon.deliveries.states import DeliveryState, TaskState
from nguon.deliveries.tests.cast import FakeSigner
from nguon.journal.models import Cursor, Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


@pytest.fixture
def signer() -> FakeSigner:
    return FakeSigner()


def follow_all() -> None:
    while follow(at=AT):
        pass


def sign_all(signer: FakeSigner) -> list[Ring]:
    rings = []
    while (ring := sign_next(signer=signer, at=AT)) is not None:
        if isinstance(ring, Ring):
            rings.append(ring)
    return rings


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_an_approval_becomes_an_airing_deliveries_and_an_order(room: Newsroom, signer: FakeSigner) -> None:
    made = approved(room)
    follow_all()
    airing = Airing.objects.get(revision=made)
    assert airing.immediate
    assert states() == {"waiting": 2}
    (ring,) = sign_all(signer)
    assert (ring.target, ring.envelope is not None) == (room.commune, True)
    assert signer.asked == [("order", {"target": room.commune, "revision": str(made.pk)})]
    assert Document.objects.get().items[0]["id"] == str(airing.pk)
    assert ReleasedMedia.objects.get().pk == made.media_id


def test_what_is_only_submitted_goes_nowhere(room: Newsroom, signer: FakeSigner) -> None:
    submitted(room)
    follow_all()
    assert not sign_all(signer)
    assert not Airing.objects.exists()


@pytest.mark.parametrize("most", [10_000, 10])
def test_a_planned_bulletin_becomes_a_plan_that_goes_out_itself_or_a_bell_where_it_is_long(
    room: Newsroom, signer: FakeSigner, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "MOST_CARRIED", most)
    approved(room, room.commune, room.ward, starts_at=LATER)
    follow_all()
    assert states() == {"waiting": 3}
    rings = {ring.target: ring.envelope for ring in sign_all(signer)}
    kept = dict(Document.objects.values_list("target", "envelope"))
    assert rings == (kept if most > 10 else dict.fromkeys([room.commune, room.ward]))


def test_many_facts_of_programmes_are_followed_in_as_many_questions_as_one(room: Newsroom) -> None:
    made = to_place(room, room.commune, room.ward)
    follow_all()
    few, many = [
        _followed_after_placing(room, made.pk, areas, hour)
        for areas, hour in (([room.commune], 3), ([room.commune, room.ward], 4))
    ]
    assert many <= few
    assert Delivery.objects.count() == 2 * 2 + 1  # two airings at the commune's two, one at the ward's


def _followed_after_placing(room: Newsroom, revision: UUID, areas: list[str], hour: int) -> int:
    for area in areas:
        at = AT.replace(hour=hour)
        broadcasts.place(revision_id=revision, area=area, instants=[at], by=room.people.lan, at=AT)
    with CaptureQueriesContext(connection) as asked:
        assert follow(at=AT)
    return len(asked)


def test_ten_bulletins_of_one_commune_are_one_plan(room: Newsroom, signer: FakeSigner) -> None:
    for _ in range(3):
        approved(room, starts_at=LATER)
    follow_all()
    assert len(sign_all(signer)) == 1
    assert len(Document.objects.get().items) == 3


def test_a_change_while_the_signer_is_at_work_is_a_plan_of_its_own(
    room: Newsroom, signer: FakeSigner
) -> None:
    approved(room, starts_at=LATER)
    follow_all()
    SigningTask.objects.update(state=TaskState.SIGNING, due_at=AT + LEASE)
    approved(room, starts_at=LATER)
    follow_all()
    assert len(sign_all(signer)) == 1
    assert SigningTask.objects.filter(state=TaskState.SIGNING).count() == 1


def test_facts_are_followed_once(room: Newsroom) -> None:
    approved(room)
    follow_all()
    Cursor.objects.update(sequence=0)  # as after a restore of an older cursor
    follow_all()
    assert Airing.objects.count() == 1
    assert SigningTask.objects.count() == 1
    assert states() == {"waiting": 2}


def test_a_silent_signer_is_asked_again_later(room: Newsroom, signer: FakeSigner) -> None:
    approved(room)
    follow_all()
    signer.silent = True
    assert sign_next(signer=signer, at=AT) is False
    assert sign_next(signer=signer, at=AT) is None
    signer.silent = False
    assert isinstance(sign_next(signer=signer, at=AT + LEASE), Ring)


def test_a_dispatcher_that_died_with_a_task_in_hand_loses_nothing(room: Newsroom, signer: FakeSigner) -> None:
    approved(room)
    follow_all()
    SigningTask.objects.update(state=TaskState.SIGNING, due_at=AT + LEASE)
    assert sign_next(signer=signer, at=AT) is None
    assert isinstance(sign_next(signer=signer, at=AT + LEASE), Ring)


def test_a_refusal_of_the_signer_is_told(room: Newsroom, signer: FakeSigner) -> None:
    approved(room)
    follow_all()
    signer.refuses = True
    assert sign_next(signer=signer, at=AT) is False
    assert states() == {"refused": 2}
    assert Entry.objects.get(fact="document.refused").data["message"] == "not by a second person"
    assert sign_next(signer=signer, at=AT + LEASE) is None


def test_a_withdrawal_cancels_what_was_planned(room: Newsroom, signer: FakeSigner) -> None:
    made = approved(room, starts_at=LATER)
    follow_all()
    sign_all(signer)
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="nhầm", by=room.people.lan, at=AT)
    follow_all()
    assert states() == {DeliveryState.CANCELLED: 2}
    sign_all(signer)
    assert [op for op, _fields in signer.asked] == ["plan", "plan", "cancel"]
    assert Document.objects.filter(type="plan").order_by("-v")[0].items == []


def test_a_withdrawal_before_the_signature_leaves_nothing_to_sign(room: Newsroom, signer: FakeSigner) -> None:
    made = approved(room)
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="nhầm", by=room.people.lan, at=AT)
    follow_all()
    sign_all(signer)
    assert [op for op, _fields in signer.asked] == ["cancel"]
