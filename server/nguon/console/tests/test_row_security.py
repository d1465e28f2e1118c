"""Beneath the rules in Python: a forgotten filter lets nothing out of the database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from nguon.accounts.models import Invitation, Passkey, RoleAssignment, Session, User
from nguon.accounts.rules import rights
from nguon.areas.database.grants import ROLE
from nguon.areas.reach import EVERYTHING, NOTHING, everything, reach_of, reaching, with_session
from nguon.audio.models import Pronunciation, Upload
from nguon.bulletins import queries as bulletins
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.tests.cast import Newsroom, approved, draft, submitted
from nguon.console.tests.conftest import As
from nguon.deliveries.models import Delivery, Receipt, Stop
from nguon.devices.models import Claim, Device, DeviceGroup, Registered
from nguon.journal.models import Entry
from nguon.kernel.ids import uuid7
from nguon.live.models import Session as Live
from nguon.organisations.models import TableFile
from nguon.organisations.tests.cast import AT
from nguon.production.models import Asset
from nguon.staff.models import Post
from nguon.staff.rules import counting_areas
from nguon.staff.states import PostKind
from nguon.staff.tests.cast import trained, working

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


def kept_beneath(room: Newsroom) -> dict[str, Model]:
    """This function will make one row of each kind that is of the commune, or of a person there."""
    lan, place, soon = room.people.lan, room.people.places.commune, AT + timedelta(days=7)
    staff = working("Nguyễn Thị Hạnh", PostKind.CIVIL_SERVANT, place)
    near, there = room.people.places.villages[0], {"place": place, "area": place.area}
    box = Device.objects.filter(area__within=[place.area]).exclude(area=near.area).earliest("pk")
    joined = {"used_at": AT, "device": box}
    word = {**there, "added_by": lan, "added_at": AT}
    listened = Live.objects.create(by=lan, minutes=5, made_at=AT)
    listened.targets.create(target=f"place:{place.area}", area=place.area)
    return {
        "link": Invitation.objects.create(user=lan, token_hash="0" * 64, made_at=AT, expires_at=soon),
        "session": Session.objects.create(session_key="k" * 32, user=lan, expire_date=soon),
        "key": Passkey.objects.create(user=lan, name="Khóa", credential_id="c", added_at=AT),
        "step": Authenticator.objects.create(user=lan, type="totp", data={}),
        "identity": SocialAccount.objects.create(user=lan, provider="sso", uid="1"),
        "staff": staff,
        "post": staff.posts.get(),
        "course": trained(staff, AT.date()),
        "line": Registered.objects.create(serial="S1", name="Cụm 1", made_at=AT, **there),
        "claim": Claim.objects.create(code_hash="1" * 64, made_at=AT, expires_at=soon, **joined),
        "word": Pronunciation.objects.create(word="UBND", reading="ủy ban", **word),
        "live": listened,
        "upload": Upload.objects.create(by=lan, filename="a.mp3", size=1, uploaded_at=AT, changed_at=AT),
        "file": TableFile.objects.create(
            id=uuid7(), kind="staff", name="a.xlsx", data=b"", by_id=lan.pk, by_name="Lan", made_at=AT
        ),
    }


def seen(rows: dict[str, Model]) -> set[str]:
    """This function will name the rows that come out of the database."""
    return {name for name, row in rows.items() if type(row)._default_manager.filter(pk=row.pk).exists()}


def test_a_sound_of_the_library_is_heard_by_who_makes_things_there(room: Newsroom) -> None:
    lan, commune = room.people.lan, room.people.places.commune
    sent = Upload.objects.create(by=lan, filename="a.mp3", size=1, uploaded_at=AT, changed_at=AT)
    with as_person(room.people.minh):
        assert not Upload.objects.exists()
    shared = {"place": commune, "area": commune.area, "made_by": lan, "made_at": AT}
    Asset.objects.create(name="Trống", upload=sent, **shared)
    with as_person(room.people.minh):
        assert Upload.objects.exists()
    with as_person(room.people.hue):
        assert not Upload.objects.exists()


def test_what_is_of_a_commune_and_of_its_people_stays_there(room: Newsroom) -> None:
    rows = kept_beneath(room)
    only_own = {"upload", "file"}
    assert seen(rows) == set(rows)
    with reaching(NOTHING):
        assert seen(rows) == set()
    with as_person(room.people.hue):
        assert seen(rows) == set()
    with as_person(room.people.minh):  # works there too
        assert seen(rows) == set(rows) - only_own
    with as_person(room.people.lan):
        assert seen(rows) == set(rows)
    with reaching(reach_of(room.people.hue.pk, [room.people.places.villages[0].area])):
        assert seen(rows) == {"word", "live"}  # from above: how words are read, and who speaks to the village


def test_a_session_opens_to_its_key_alone(room: Newsroom) -> None:
    rows = kept_beneath(room)
    with reaching(NOTHING), with_session("x" * 32):
        assert not Session.objects.exists()
    with reaching(NOTHING), with_session("k" * 32):
        assert seen(rows) == {"session"}


def test_where_somebody_works_now_decides_also_beneath(room: Newsroom) -> None:
    staff = working("Nguyễn Thị Hạnh", PostKind.CIVIL_SERVANT, room.people.places.commune)
    staff.posts.update(valid_to=AT.date() - timedelta(days=1))
    elsewhere = room.people.places.ward
    Post.objects.create(
        staff=staff, kind=PostKind.CIVIL_SERVANT, place=elsewhere, area=elsewhere.area, valid_from=AT.date()
    )
    with as_person(room.people.minh):
        assert counting_areas(staff, AT.date()) == [elsewhere.area]


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
        thread.join(60)
    assert found == [0]


@pytest.mark.django_db
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
