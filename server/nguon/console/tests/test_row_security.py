"""Beneath the rules in Python: a forgotten filter lets nothing out of the database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.rules import rights
from nguon.areas.database.grants import ROLE
from nguon.areas.reach import EVERYTHING, NOTHING, everything, reach_of, reaching
from nguon.bulletins import queries as bulletins
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.tests.cast import Newsroom, approved, draft, submitted
from nguon.console.tests.conftest import As
from nguon.deliveries.models import Delivery, Receipt, Stop
from nguon.devices.models import Device, DeviceGroup
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

TABLES: tuple[type[Model], ...] = (
    User,
    RoleAssignment,
    Bulletin,
    Revision,
    Device,
    DeviceGroup,
    Delivery,
    Receipt,
    Stop,
    Entry,
)


@contextmanager
def as_person(user: User) -> Iterator[None]:
    """This function will ask as the web does for a request of this person."""
    with reaching(reach_of(user.pk, rights(user, AT).areas)):
        yield


def test_who_is_not_known_gets_no_row_of_any_table(room: Newsroom) -> None:
    approved(room)
    assert User.objects.exists()
    with reaching(NOTHING):
        assert [model.__name__ for model in TABLES if model._default_manager.exists()] == []


def test_a_person_gets_the_rows_of_the_own_areas(room: Newsroom) -> None:
    mine, theirs = approved(room), draft(room)
    with as_person(room.people.hue):
        assert list(User.objects.all()) == [room.people.hue]
        assert not Bulletin.objects.exists()
        assert not Revision.objects.exists()
        assert not Device.objects.exists()
        assert set(Entry.objects.values_list("subject", flat=True)) == {f"user:{room.people.hue.pk}"}
    with as_person(room.people.minh):  # an approver: what was submitted there, and no draft
        assert set(Revision.objects.all()) == {mine}
        assert Device.objects.count() == 3
        assert room.people.hue not in User.objects.all()
        assert Entry.objects.filter(fact="bulletin.approved").exists()
    with as_person(room.people.lan):
        assert set(Revision.objects.all()) == {mine, theirs}


def test_what_comes_from_above_is_read_with_the_name_of_its_author(room: Newsroom) -> None:
    made = submitted(room, room.commune, room.ward)
    commune = RoleAssignment.objects.create(
        user=room.people.hue, role="duty", place=room.people.places.villages[0],
        area=room.people.places.villages[0].area, valid_from=AT.date(),
    )  # fmt: skip
    with reaching(reach_of(room.people.hue.pk, [commune.area])):
        assert not Revision.objects.exists()  # it was not sent to this village, but to all around it
    with reaching(reach_of(room.people.hue.pk, [room.ward])):
        assert Revision.objects.select_related("author").get() == made
        assert room.people.tuan in User.objects.all()  # on duty over the whole province
        assert {row.user for row in RoleAssignment.objects.all()} >= {room.people.lan, room.people.minh}


def test_a_page_that_forgets_its_filter_shows_nothing_foreign(
    room: Newsroom, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(room)

    def unfiltered(*_scope: Any, **_more: Any) -> Any:
        return Bulletin.objects.select_related("author", "place")

    monkeypatch.setattr(bulletins, "visible_to", unfiltered)
    page = reverse("console:bulletins")
    assert "Họp thôn" in signed_in(room.people.minh).get(page).content.decode()
    assert "Họp thôn" not in signed_in(room.people.hue).get(page).content.decode()


def test_what_one_request_was_told_is_gone_with_it(room: Newsroom, signed_in: As) -> None:
    assert signed_in(room.people.binh).get("/").status_code == 200
    with reaching(NOTHING):
        assert User.objects.count() == 0
    assert User.objects.count() > 1  # the tests themselves are the owner again


def ends(work: Callable[[], object]) -> None:
    """This function will do some work in a transaction and take it back."""
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


@pytest.mark.parametrize("told", ["inside", "before"])
def test_a_rollback_does_not_bring_back_an_earlier_reach(room: Newsroom, told: str) -> None:
    with reaching(EVERYTHING):
        everybody = User.objects.count()
        assert everybody > 1
        if told == "inside":
            with reaching(NOTHING):
                ends(User.objects.count)
                assert User.objects.count() == 0
        else:
            ends(lambda: None)
        assert User.objects.count() == everybody
    with reaching(NOTHING):
        assert User.objects.count() == 0


def test_a_failed_transaction_is_rolled_back_as_ever(room: Newsroom) -> None:
    with (
        reaching(EVERYTHING),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT no_such_column")
    with as_person(room.people.hue), transaction.atomic(), everything():
        assert User.objects.count() > 1


def test_another_thread_reaches_nothing_of_ours(room: Newsroom) -> None:
    found: list[int] = []

    def look() -> None:
        with reaching(NOTHING):
            found.append(Device.objects.count())
        connection.close()

    with reaching(EVERYTHING):
        assert Device.objects.exists()
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert found == [0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE nguon",
        "SET SESSION AUTHORIZATION nguon",
        "ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY",
        "DROP POLICY within_reach ON accounts_user",
        "CREATE POLICY mine ON accounts_user USING (true)",
        "SET row_security = off; SELECT count(*) FROM accounts_user",
        "INSERT INTO journal_entry (fact) VALUES ('x')",
        "UPDATE journal_entry SET fact = 'x'",
        "DELETE FROM journal_scope",
        "TRUNCATE deliveries_receipt",
    ],
)
def test_the_webs_own_role_cannot_switch_it_off(statement: str) -> None:
    where = make_conninfo(os.environ["NGUON_TEST_WEB_URL"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(where) as web:
        assert web.execute("SELECT current_user").fetchone() == (ROLE,)
        with pytest.raises(psycopg.Error, match=r"permission denied|must be owner|would be affected"):
            web.execute(statement.encode())
