"""Accounts and roles: made, ended, told in the journal; what is refused leaves nothing behind."""

import unicodedata
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from nguon.accounts.actions import (
    assign_role,
    create_user,
    end_role,
    make_demo_people,
    make_first_administrator,
    remove_user,
    set_password,
)
from nguon.accounts.errors import (
    AccountUsed,
    AdministratorExists,
    BadFullName,
    BadPeriod,
    BadUsername,
    MayNotAssign,
    MayNotManage,
    RoleOverlaps,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
)
from nguon.accounts.models import RoleAssignment, User
from nguon.accounts.queries import user_named
from nguon.accounts.rules import areas_of, has_role
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import People, people
from nguon.journal.models import Entry
from nguon.journal.queries import facts_of
from nguon.organisations.errors import PlaceNotFound
from nguon.organisations.tests.cast import AT, small_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


def test_a_new_account_has_a_fresh_password_no_right_and_no_secret_in_the_journal() -> None:
    user, password = create_user(
        username=" Hoa ", full_name=unicodedata.normalize("NFD", " Lê  Thị Hoa "), by=None, at=AT
    )
    assert (user.username, user.full_name, str(user)) == ("hoa", "Lê Thị Hoa", "Lê Thị Hoa")
    assert (user.get_short_name(), user.is_staff, user.is_superuser) == ("Hoa", False, False)
    assert user.check_password(password)
    assert user.password.startswith("argon2")
    assert not RoleAssignment.objects.filter(user=user).exists()
    (entry,) = facts_of(f"user:{user.pk}")
    assert entry.fact == "user.created"
    assert password not in str(entry.data)
    assert user_named("HOA ") == user


@pytest.mark.parametrize("username", ["", "x", "Lân", "a b", "-a", "a\x00", "a" * 51, "a@b", "аlan"])  # noqa: RUF001
def test_a_bad_user_name(username: str) -> None:
    with pytest.raises(BadUsername):
        create_user(username=username, full_name="X", by=None, at=AT)


@pytest.mark.parametrize("full_name", ["", "  ", "…", "a\nb\x07", "x" * 101, "a\u202eb"])
def test_a_bad_full_name(full_name: str) -> None:
    with pytest.raises(BadFullName):
        create_user(username="hoa", full_name=full_name, by=None, at=AT)


def test_a_user_name_is_given_once_in_any_case(cast: People) -> None:
    before = Entry.objects.count()
    with pytest.raises(UsernameTaken, match="lan"):
        create_user(username="LAN", full_name="Lan Khác", by=None, at=AT)
    assert Entry.objects.count() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="Lan", full_name="Lan Khác")


def test_a_new_password_replaces_the_old_one(cast: People) -> None:
    first = set_password(user=cast.lan, by=cast.binh, at=AT)
    second = set_password(user=cast.lan, by=cast.binh, at=AT, password="một câu rất dài và lạ")
    cast.lan.refresh_from_db()
    assert cast.lan.check_password(second)
    assert not cast.lan.check_password(first)
    assert [entry.fact for entry in facts_of(f"user:{cast.lan.pk}")][-2:] == ["user.password_set"] * 2


@pytest.mark.parametrize("password", ["", "123", "password12"])
def test_a_weak_password_is_refused(cast: People, password: str) -> None:
    with pytest.raises(WeakPassword):
        set_password(user=cast.lan, by=None, at=AT, password=password)


def test_an_unknown_or_inactive_person_is_one_sentence(cast: People) -> None:
    User.objects.filter(pk=cast.lan.pk).update(is_active=False)
    for username in ("lan", "nobody", "", "a\x00"):
        with pytest.raises(UserNotFound):
            user_named(username)


def test_an_administrator_gives_roles_within_the_own_area_only(cast: People) -> None:
    assign_role(user=cast.lan, role=Role.DUTY, place=cast.places.villages[0], by=cast.binh, at=AT)
    assert areas_of(cast.lan, Role.DUTY, AT) == [cast.places.villages[0].area]
    for by, place in ((cast.binh, cast.places.other_commune), (cast.lan, cast.places.commune)):
        with pytest.raises(MayNotAssign):
            assign_role(user=cast.lan, role=Role.TRAINER, place=place, by=by, at=AT)
    assert not RoleAssignment.objects.filter(role=Role.TRAINER).exists()


def test_the_same_role_twice_at_one_place_and_day_is_refused(cast: People) -> None:
    with pytest.raises(RoleOverlaps, match="Lan"):
        assign_role(user=cast.lan, role=Role.WRITER, place=cast.places.commune, by=None, at=AT)
    with pytest.raises(BadPeriod):
        assign_role(
            user=cast.lan,
            role=Role.DUTY,
            place=cast.places.commune,
            by=None,
            at=AT,
            valid_to=date(2020, 1, 1),
        )


def test_a_role_ends_and_may_be_given_again(cast: People) -> None:
    row = RoleAssignment.objects.get(user=cast.tuan, role=Role.DUTY)
    with pytest.raises(BadPeriod):
        end_role(assignment=row, last_day=date(2026, 2, 28), by=cast.binh, at=AT)
    with pytest.raises(MayNotAssign):
        end_role(assignment=row, last_day=date(2026, 3, 9), by=cast.tuan, at=AT)
    end_role(assignment=row, last_day=date(2026, 3, 2), by=cast.binh, at=AT)
    assign_role(
        user=cast.tuan,
        role=Role.DUTY,
        place=cast.places.province,
        by=None,
        at=AT,
        valid_from=date(2026, 3, 3),
    )
    assert has_role(cast.tuan, Role.DUTY, cast.places.province.area, AT)
    facts = [entry.fact for entry in facts_of(f"user:{cast.tuan.pk}")]
    assert facts[-2:] == ["role.ended", "role.assigned"]


def test_a_role_given_by_mistake_ends_at_once_and_leaves_its_two_lines(cast: People) -> None:
    row = assign_role(user=cast.lan, role=Role.DUTY, place=cast.places.ward, by=cast.binh, at=AT)
    end_role(assignment=row, last_day=date(2026, 3, 1), by=cast.binh, at=AT)
    assert not has_role(cast.lan, Role.DUTY, cast.places.ward.area, AT)
    facts = [entry.fact for entry in facts_of(f"user:{cast.lan.pk}")]
    assert facts[-2:] == ["role.assigned", "role.dropped"]


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "king"},
        {"area": "vn.x"},
        {"area": "an"},
        {"valid_to": date(2020, 1, 1)},
        {"role": Role.WRITER},
    ],
)
def test_the_database_refuses_a_wrong_assignment(cast: People, changes: dict[str, object]) -> None:
    place = cast.places.commune
    fields: dict[str, object] = {
        "user": cast.lan,
        "role": Role.DUTY,
        "place": place,
        "area": place.area,
        "valid_from": date(2026, 1, 1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(**(fields | changes))


def test_the_first_administrator_is_made_once() -> None:
    places = small_map()
    made = make_first_administrator(username="qt", full_name="Quản Trị", place=places.province, at=AT)
    assert has_role(made.user, Role.ADMINISTRATOR, places.commune.area, AT)
    assert not has_role(made.user, Role.WRITER, places.commune.area, AT)
    with pytest.raises(AdministratorExists):
        make_first_administrator(username="qt2", full_name="Quản Trị", place=places.province, at=AT)


def test_the_demo_people_are_made_once_and_renewed_on_request() -> None:
    places = small_map()
    made = make_demo_people(by=None, at=AT)
    both = {places.commune.area, places.ward.area}
    assert [(row.username, row.role, set(row.areas)) for row in made] == [
        ("lan", Role.WRITER, both),
        ("minh", Role.APPROVER, both),
        ("tuan", Role.DUTY, {places.province.area}),
        ("binh", Role.ADMINISTRATOR, {places.province.area}),
    ]
    assert all(user_named(row.username).check_password(row.password) for row in made)
    assert len({row.password for row in made}) == 4
    assert make_demo_people(by=None, at=AT) == []
    again = make_demo_people(by=None, at=AT, renew=True)
    assert [row.username for row in again] == ["lan", "minh", "tuan", "binh"]
    assert not {row.password for row in made} & {row.password for row in again}


def test_an_account_made_by_mistake_is_removed_as_long_as_nobody_came_in() -> None:
    cast = people()
    remove_user(user=cast.minh, by=cast.binh, at=AT)
    assert not User.objects.filter(username="minh").exists()
    facts = Entry.objects.filter(subject=f"user:{cast.minh.pk}").values_list("fact", flat=True)
    assert [*facts][-3:] == ["role.dropped", "role.dropped", "user.removed"]
    set_password(user=cast.lan, by=None, at=AT)
    with pytest.raises(AccountUsed):
        remove_user(user=cast.lan, by=cast.binh, at=AT)
    with pytest.raises(MayNotManage):
        remove_user(user=cast.hue, by=cast.binh, at=AT)


def test_the_demo_people_need_the_map() -> None:
    with pytest.raises(PlaceNotFound):
        make_demo_people(by=None, at=AT)
    assert not User.objects.exists()
