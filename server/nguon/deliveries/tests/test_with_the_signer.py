"""The real signer looks at rows that the real actions made: both must mean the same by every column."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.actions import SessionTimes
from nguon.broadcasts.models import Airing
from nguon.broadcasts.tests.cast import to_place
from nguon.bulletins import actions as bulletins
from nguon.bulletins.tests.cast import LATER, Newsroom, approve, approved, draft, newsroom
from nguon.deliveries.actions import follow, order_stop, sign_many, sign_next
from nguon.deliveries.actions.signing import Ring
from nguon.deliveries.models import Delivery, Document, SigningTask
from nguon.deliveries.states import TaskState
from nguon.devices.models import DeviceGroup
from nguon.kernel.clock import local, to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol.documents import Policy
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerRefused
from nguon_signer.database import Database
from nguon_signer.errors import Refused
from nguon_signer.opened import Opened, open_store
from nguon_signer.service import Service

pytestmark = pytest.mark.django_db


class SameTransaction(Database):
    """The signer's look, inside the test's own transaction (nothing here is ever committed)."""

    def __init__(self) -> None:
        """This function will begin."""
        super().__init__("")

    def read(self, question: Callable[[Any], Any]) -> Any:
        """This function will ask through Django's connection."""
        connection.ensure_connection()
        return question(connection.connection)


class Direct:
    """The signer without its socket."""

    def __init__(self, opened: Opened) -> None:
        """This function will begin at the time of the cast."""
        self.service = Service(opened, SameTransaction(), AT.timestamp)

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        """This function will answer as the socket's client does."""
        try:
            return self.service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Direct]:
    make_store(tmp_path / "store", policy=Policy(), at=to_epoch(AT), demo=True)
    opened = open_store(tmp_path / "store")
    yield Direct(opened)
    opened.close()


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def sign_all(signer: Direct) -> list[Ring]:
    while follow(at=AT):
        pass
    rings = []
    while (ring := sign_next(signer=signer, at=AT)) is not None:
        if isinstance(ring, Ring):
            rings.append(ring)
    refused = SigningTask.objects.filter(state=TaskState.REFUSED).values_list("reason", "message")
    assert list(refused) == []
    return rings


def test_what_was_approved_now_is_signed_and_taken_back(room: Newsroom, signer: Direct) -> None:
    targets = (room.commune, f"d/{room.fleet.ward.device.pk}")
    made = approved(room, *targets)
    assert len(sign_all(signer)) == len(targets)
    airing = Airing.objects.get(revision=made)
    assert {document.items[0]["id"] for document in Document.objects.all()} == {str(airing.pk)}
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="sai", by=room.people.lan, at=AT)
    assert len(sign_all(signer)) == len(targets)


def test_many_targets_are_signed_in_one_question(room: Newsroom, signer: Direct) -> None:
    targets = (room.commune, room.ward, f"d/{room.fleet.ward.device.pk}")
    approved(room, *targets)
    timed = approved(room, *targets, starts_at=LATER)
    asked: list[str] = []
    call = signer.call

    def told(op: str, **fields: Any) -> dict[str, Any]:
        asked.append(op)
        return call(op, **fields)

    signer.call = told  # type: ignore[method-assign]
    while follow(at=AT):
        pass
    rung = [ring.target for _ in range(2) for ring in sign_many(signer=signer, at=AT) or ()]
    assert sign_many(signer=signer, at=AT) is None
    assert sorted(asked) == ["orders", "plans"]
    later = timed.targets.values_list("target", flat=True)  # one loudspeaker is a group of its own then
    assert sorted(rung) == sorted([*targets, *later])
    assert {item["revision"] for one in Document.objects.filter(type="plan") for item in one.items} == {
        str(timed.pk)
    }


def test_a_staggered_session_is_signed_turn_by_turn(room: Newsroom, signer: Direct) -> None:
    groups = []
    for number, speaker in enumerate((room.fleet.first, room.fleet.second), start=1):
        place = room.people.places.commune
        made = DeviceGroup.objects.create(name=f"Lượt {number} (so le)", place=place, area=place.area)
        made.devices.add(speaker.device)
        groups.append(made)
    given = SessionTimes(name="Chiều", starts=time(17), minutes=15, first=local(AT).date(), staggered=True)
    session = broadcasts.make_session(area=room.commune, given=given, by=room.people.lan, at=AT)
    revision = to_place(room)
    broadcasts.add_slot(session_id=session.pk, revision_id=revision.pk, by=room.people.lan, at=AT)
    sign_all(signer)
    for group in groups:
        plan = Document.objects.get(type="plan", target=f"g/{group.pk}")
        planned = Airing.objects.filter(group=group, at__lt=AT + timedelta(days=35)).order_by("at")
        assert [item["id"] for item in plan.items] == [str(one.pk) for one in planned]


def test_one_refused_target_does_not_hold_up_the_others(room: Newsroom, signer: Direct) -> None:
    device = room.fleet.ward.device
    approved(room, room.commune, f"d/{device.pk}")
    type(device).objects.filter(pk=device.pk).update(revoked_at=AT)
    while follow(at=AT):
        pass
    rings = sign_many(signer=signer, at=AT)
    assert [ring.target for ring in rings or ()] == [room.commune]
    assert SigningTask.objects.get(target=f"d/{device.pk}").state == TaskState.REFUSED


def test_timed_and_repeated_bulletins_are_planned_with_the_airings_ids(
    room: Newsroom, signer: Direct
) -> None:
    timed = approved(room, starts_at=LATER + timedelta(microseconds=300_000))
    made = draft(room, starts_at=LATER, rrule="FREQ=DAILY", until_at=LATER + timedelta(days=9, hours=3))
    approve(room, bulletins.submit(revision_id=made.pk, by=room.people.lan, at=AT))
    assert sign_all(signer)
    newest = Document.objects.filter(type="plan").latest("v")
    expected = Airing.objects.filter(revision__in=[timed, made]).values_list("pk", flat=True)
    assert {item["id"] for item in newest.items} == {str(pk) for pk in expected}
    assert len(newest.items) == 11


def test_a_stop_is_signed_for_each_commune(room: Newsroom, signer: Direct) -> None:
    order_stop(place=room.people.places.province, reason="", by=room.people.tuan, at=AT)
    assert {ring.target for ring in sign_all(signer)} == {room.commune, room.ward}


def test_what_a_commune_placed_is_signed_moved_and_taken_back(room: Newsroom, signer: Direct) -> None:
    made = to_place(room, room.commune, room.ward)
    (airing,) = broadcasts.place(
        revision_id=made.pk, area=room.commune, instants=[LATER], by=room.people.lan, at=AT
    )
    assert [ring.target for ring in sign_all(signer)] == [room.commune]
    (item,) = Document.objects.latest("v").items
    assert (item["id"], item["at"]) == (str(airing.pk), to_epoch(LATER))
    assert Delivery.objects.filter(airing=airing).count() == 2
    moved = broadcasts.move(airing_id=airing.pk, to=LATER + timedelta(hours=1), by=room.people.lan, at=AT)
    assert [ring.target for ring in sign_all(signer)] == [room.commune]
    assert [item["id"] for item in Document.objects.latest("v").items] == [str(moved.pk)]
    states = Delivery.objects.order_by("airing__at").values_list("state", flat=True)
    assert list(states) == ["cancelled", "cancelled", "waiting", "waiting"]
    bulletins.withdraw(bulletin_id=made.bulletin_id, reason="sai", by=room.people.lan, at=AT)
    assert {ring.target for ring in sign_all(signer)} == {room.commune}
    cancel = Document.objects.get(type="order")
    assert {item["id"] for item in cancel.items} == {str(airing.pk), str(moved.pk)}
    assert Document.objects.filter(type="plan").latest("v").items == []
