"""Coming in by a link of one's own, and being kept out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nguon.accounts import errors
from nguon.accounts.actions import (
    Invited,
    accept,
    assign_role,
    end_sessions,
    invite,
    invited_by,
    lock_user,
    renew_link,
    unlock_user,
)
from nguon.accounts.models import Invitation, Session, User
from nguon.accounts.queries import open_invitation, people_in, session_name, sessions_of
from nguon.accounts.states import Role, Shown
from nguon.accounts.tests.cast import PASSWORD, People, people, person
from nguon.journal.models import Entry
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def nga(cast: People) -> Invited:
    made = invite(username="nga", full_name="Lý Thị Nga", by=cast.binh, at=AT)
    assign_role(user=made.user, role=Role.WRITER, place=cast.places.ward, by=cast.binh, at=AT)
    return made


def test_the_link_lets_in_once_with_a_password_that_nobody_else_knows(nga: Invited) -> None:
    assert not nga.user.has_usable_password()
    assert accept(token=nga.token, password=PASSWORD, at=AT) == nga.user
    nga.user.refresh_from_db()
    assert nga.user.check_password(PASSWORD)
    with pytest.raises(errors.LinkUnknown):
        accept(token=nga.token, password="another-" + PASSWORD, at=AT)


def test_only_a_hash_of_the_link_is_kept(nga: Invited) -> None:
    assert nga.token not in str(list(Invitation.objects.values()))
    assert nga.token not in str(list(Entry.objects.values("data")))


def test_a_weak_password_leaves_the_link_usable(nga: Invited) -> None:
    with pytest.raises(errors.WeakPassword):
        accept(token=nga.token, password="short", at=AT)
    assert invited_by(nga.token, AT).user == nga.user


def test_a_link_ends_after_a_week_with_a_new_one_and_with_a_lock(cast: People, nga: Invited) -> None:
    with pytest.raises(errors.LinkUnknown):
        invited_by(nga.token, AT + timedelta(days=7))
    second = renew_link(user=nga.user, by=cast.binh, at=AT)
    with pytest.raises(errors.LinkUnknown):
        invited_by(nga.token, AT)
    assert open_invitation(nga.user, AT) == invited_by(second.token, AT)
    lock_user(user=nga.user, reason="thử", by=cast.binh, at=AT)
    unlock_user(user=nga.user, by=cast.binh, at=AT)
    with pytest.raises(errors.LinkUnknown):
        invited_by(second.token, AT)


def test_nobody_takes_over_an_account_with_a_role_outside_of_the_own_area(cast: People) -> None:
    small = person("small", "Quản Trị Xã", (Role.ADMINISTRATOR, cast.places.commune))
    for act in (
        lambda: renew_link(user=cast.tuan, by=small, at=AT),  # the province
        lambda: renew_link(user=cast.minh, by=small, at=AT),  # this commune and another one
        lambda: lock_user(user=cast.lan, reason="", by=small, at=AT),
        lambda: end_sessions(user=cast.hue, by=cast.binh, at=AT),  # another province
    ):
        with pytest.raises(errors.MayNotManage):
            act()
    with pytest.raises(errors.OwnAccount):
        lock_user(user=small, reason="", by=small, at=AT)


def test_a_lock_ends_the_sessions_and_keeps_the_roles(cast: People, client: Client) -> None:
    client.force_login(cast.lan)
    assert client.get("/").status_code == 200
    lock_user(user=cast.lan, reason="Mất điện thoại", by=cast.binh, at=AT)
    assert client.get("/").status_code == 302
    assert not Session.objects.filter(user=cast.lan).exists()
    assert cast.lan.assignments.count() == 2
    told = Entry.objects.get(fact="user.locked")
    assert told.data["reason"] == "Mất điện thoại"
    assert sorted(told.data["areas"]) == sorted(row.area for row in cast.lan.assignments.all())


def test_a_sign_in_is_listed_and_ended(cast: People) -> None:
    cast.lan.set_password(PASSWORD)
    cast.lan.save()
    phone, desk = Client(headers={"user-agent": "Phone/1.0 " + "x" * 300}), Client()
    for browser in (phone, desk):
        browser.post(reverse("account_login"), {"login": "lan", "password": PASSWORD})
    own = desk.session.session_key
    shown = sessions_of(cast.lan, AT)
    assert sorted(row.agent[:9] for row in shown) == ["", "Phone/1.0"]
    assert {row.ip for row in shown} == {"127.0.0.1"}
    assert all(row.began_at for row in shown)
    assert end_sessions(user=cast.lan, by=cast.lan, at=AT, keep=own or "") == 1
    assert (phone.get("/").status_code, desk.get("/").status_code) == (302, 200)
    name = session_name(own)
    assert name != own
    assert end_sessions(user=cast.lan, by=cast.binh, at=AT, only=name) == 1
    assert desk.get("/").status_code == 302


def names(rows: object) -> list[str]:
    return [user.username for user in rows]  # type: ignore[attr-defined]


def test_the_list_of_an_area_in_vietnamese_order(cast: People, nga: Invited) -> None:
    area = [cast.places.province.area]
    assert names(people_in(area, AT)) == ["binh", "lan", "minh", "nga", "tuan"]
    assert names(people_in([cast.places.ward.area], AT)) == ["lan", "minh", "nga"]
    assert names(people_in([], AT)) == []
    assert names(people_in(area, AT, words="tran MINH")) == ["minh"]
    assert names(people_in(area, AT, words="Nguyễn")) == ["lan"]
    assert names(people_in(area, AT, words="guyen")) == []
    assert names(people_in(area, AT, words="ng")) == ["lan", "nga"]
    assert names(people_in(area, AT, show=Shown.PAST)) == []
    cast.lan.assignments.update(
        valid_to=(AT - timedelta(days=9)).date(), valid_from=(AT - timedelta(days=9)).date()
    )
    assert names(people_in(area, AT, show=Shown.PAST)) == ["lan"]
    assert names(people_in(area, AT, show=Shown.LOCKED)) == []
    User.objects.filter(username="minh").update(is_active=False)
    assert names(people_in(area, AT, show=Shown.LOCKED)) == ["minh"]
    assert "nga" in names(people_in(area, AT, show=Shown.INVITED))
