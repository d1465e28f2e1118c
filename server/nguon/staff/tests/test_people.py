"""People and their posts: added, changed, ended, handed over; who may; what the journal tells."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import People, people, person
from nguon.journal.models import Entry
from nguon.organisations.actions import BodyFields, add_body, end_body, succeed
from nguon.organisations.errors import LeftBehind
from nguon.organisations.models import Agency
from nguon.organisations.states import AgencyKind
from nguon.organisations.tests.cast import AT
from nguon.staff import actions, errors, rules
from nguon.staff.models import Post, Staff, Training
from nguon.staff.states import PostKind
from nguon.staff.tests.cast import SINCE, TODAY, Register, register, working

pytestmark = pytest.mark.django_db
NEW = actions.StaffFields("Lò Thị  Mây", "1990", "Nữ", "+84 912.345.678", "may@luc-nam.gov.vn", "may90")


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def there(cast: People) -> Register:
    return register(cast)


def work(cast: People, **more: object) -> actions.PostFields:
    given = actions.PostFields(PostKind.CIVIL_SERVANT, cast.places.commune, SINCE, title="Văn hóa - xã hội")
    return replace(given, **more)  # type: ignore[arg-type]


def test_a_person_is_added_with_a_post_and_the_journal_tells_no_name(cast: People) -> None:
    made = actions.add_staff(given=NEW, post=work(cast), by=cast.binh, at=AT)
    made.refresh_from_db()
    assert (made.full_name, made.birth_year, made.gender, made.phone) == (
        "Lò Thị Mây",
        1990,
        "f",
        "0912345678",
    )
    entry = Entry.objects.get(fact="staff.added")
    assert entry.data["area"] == cast.places.commune.area
    assert not {"Mây", "0912345678", "may"} & set(str(entry.data).replace("'", " ").split())


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"full_name": " "}, errors.BadStaffName),
        ({"full_name": "Mây 2"}, errors.BadStaffName),
        ({"full_name": "x" * 101}, errors.BadStaffName),
        ({"birth_year": "85"}, errors.BadBirthYear),
        ({"birth_year": "2024"}, errors.BadBirthYear),
        ({"birth_year": "١٩٨٥"}, errors.BadBirthYear),
        ({"gender": "Bà"}, errors.BadGender),
        ({"phone": "12345"}, errors.BadPhone),
        ({"phone": "=1+1"}, errors.BadPhone),
        ({"email": "may@"}, errors.BadEmail),
    ],
)
def test_what_is_wrong_is_told(cast: People, wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.add_staff(given=replace(NEW, **wrong), post=work(cast), by=cast.binh, at=AT)
    assert not Staff.objects.exists()


def test_nobody_adds_or_changes_outside_of_the_own_area(cast: People, there: Register) -> None:
    for who, place in ((cast.lan, cast.places.commune), (cast.binh, cast.places.other_commune)):
        with pytest.raises(errors.StaffOutside):
            actions.add_staff(given=NEW, post=work(cast, place=place), by=who, at=AT)
    with pytest.raises(errors.StaffOutside):
        actions.change_staff(staff=there.lang, given=NEW, by=cast.binh, at=AT)
    far = there.lang.posts.get()
    to: Any = {"by": cast.binh, "at": AT}
    acts: list[Callable[[], object]] = [
        partial(actions.end_post, post=far, last_day=TODAY, **to),
        partial(actions.change_post, post=far, given=work(cast), **to),
        partial(actions.add_post, staff=there.lang, given=work(cast), **to),
        partial(actions.hand_over_post, post=there.hanh.posts.get(), to=there.lang, last_day=TODAY, **to),
    ]
    for act in acts:
        with pytest.raises(errors.StaffOutside):
            act()
    assert set(Post.objects.values_list("valid_to", flat=True)) == {None}


def test_somebody_of_that_name_at_that_place_is_asked_about_first(cast: People) -> None:
    given = actions.StaffFields("Lò Thị Mây")
    actions.add_staff(given=given, post=work(cast), by=cast.binh, at=AT)
    with pytest.raises(errors.StaffThere):
        actions.add_staff(given=given, post=work(cast), by=cast.binh, at=AT)
    actions.add_staff(given=given, post=work(cast), by=cast.binh, at=AT, namesake=True)
    told_apart = replace(NEW, birth_year="1970")
    actions.add_staff(given=NEW, post=work(cast, place=cast.places.ward), by=cast.binh, at=AT)
    actions.add_staff(given=told_apart, post=work(cast, place=cast.places.ward), by=cast.binh, at=AT)
    assert Staff.objects.count() == 4


def test_a_change_names_the_fields_and_not_their_values(cast: People, there: Register) -> None:
    given = actions.StaffFields(there.hanh.full_name, phone="0900000009")
    actions.change_staff(staff=there.hanh, given=given, by=cast.binh, at=AT)
    actions.change_staff(staff=there.hanh, given=given, by=cast.binh, at=AT)
    entry = Entry.objects.get(fact="staff.changed")
    assert (entry.data["fields"], "0900000009" in str(entry.data)) == (["phone"], False)


def test_who_left_is_reached_no_more_and_the_journal_tells_no_number(cast: People, there: Register) -> None:
    with pytest.raises(errors.StillWorks):
        actions.erase_contacts(staff=there.hanh, by=cast.binh, at=AT)
    there.hanh.posts.update(valid_to=AT.date() - timedelta(days=1))
    with pytest.raises(errors.StaffOutside):
        actions.erase_contacts(staff=there.hanh, by=cast.lan, at=AT)
    assert actions.erase_contacts(staff=there.hanh, by=cast.binh, at=AT)
    assert not actions.erase_contacts(staff=there.hanh, by=cast.binh, at=AT)
    there.hanh.refresh_from_db()
    assert (there.hanh.phone, there.hanh.full_name, there.hanh.posts.count()) == ("", "Nguyễn Thị Hạnh", 1)
    entry = Entry.objects.get(fact="staff.erased")
    assert entry.data == {"areas": [cast.places.commune.area], "fields": ["phone"]}


def test_somebody_entered_by_mistake_is_taken_out_whole(cast: People, there: Register) -> None:
    pk = there.hanh.pk
    for staff, by in ((there.lang, cast.binh), (there.hanh, cast.lan)):
        with pytest.raises(errors.StaffOutside):
            actions.remove_staff(staff=staff, by=by, at=AT)
    actions.remove_staff(staff=there.hanh, by=cast.binh, at=AT)
    assert not Staff.objects.filter(pk=pk).exists()
    entry = Entry.objects.get(fact="staff.removed")
    assert (entry.subject, "Hạnh" in str(entry.data)) == (f"staff:{pk}", False)
    post = there.tu.posts.get()
    actions.hand_over_post(post=post, to=there.son, last_day=AT.date(), by=cast.binh, at=AT)
    with pytest.raises(errors.StaffHandedOver):
        actions.remove_staff(staff=there.tu, by=cast.binh, at=AT)


def test_an_account_is_one_persons(cast: People, there: Register) -> None:
    actions.change_staff(
        staff=there.hanh, given=actions.StaffFields("Nguyễn Thị Hạnh", user=cast.lan), by=cast.binh, at=AT
    )
    with pytest.raises(errors.AccountTaken):
        actions.change_staff(
            staff=there.son, given=actions.StaffFields("Trần Hồng Sơn", user=cast.lan), by=cast.binh, at=AT
        )


def test_the_same_work_twice_at_one_time_is_refused(cast: People, there: Register) -> None:
    with pytest.raises(errors.PostOverlaps):
        actions.add_post(staff=there.hanh, given=work(cast), by=cast.binh, at=AT)
    actions.add_post(staff=there.hanh, given=work(cast, kind=PostKind.COMMUNICATOR), by=cast.binh, at=AT)
    first = there.hanh.posts.get(kind=PostKind.CIVIL_SERVANT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(
            staff=there.hanh, kind=first.kind, place=first.place, area=first.area, valid_from=TODAY
        )


def test_a_hand_over_gives_the_work_to_the_successor_from_the_next_day(cast: People, there: Register) -> None:
    post = there.hanh.posts.get()
    actions.change_post(post=post, given=work(cast, valid_from=SINCE), by=cast.binh, at=AT)
    with pytest.raises(errors.SameStaff):
        actions.hand_over_post(post=post, to=there.hanh, last_day=TODAY, by=cast.binh, at=AT)
    with pytest.raises(errors.PostOver):
        actions.hand_over_post(
            post=post, to=there.son, last_day=SINCE - timedelta(days=1), by=cast.binh, at=AT
        )
    made = actions.hand_over_post(post=post, to=there.son, last_day=TODAY, by=cast.binh, at=AT)
    post.refresh_from_db()
    assert post.valid_to == TODAY
    assert (made.valid_from, made.title, made.before) == (TODAY + timedelta(days=1), "Văn hóa - xã hội", post)
    assert Entry.objects.get(fact="post.handed_over").data["successor"] == there.son.pk


def test_contacts_are_read_where_the_person_works_and_above_and_no_longer_where_it_did(
    cast: People, there: Register
) -> None:
    both = (cast.places.commune, cast.places.ward)
    office, ward = (person(f"qt{n}", "Quản Trị", (Role.ADMINISTRATOR, place)) for n, place in enumerate(both))
    assert rules.can_read_contacts(office, there.hanh, AT)
    assert rules.can_read_contacts(cast.binh, there.tu, AT)
    assert not rules.can_read_contacts(office, there.son, AT)
    assert not rules.can_read_contacts(cast.binh, there.lang, AT)
    assert not rules.can_read_contacts(cast.lan, there.hanh, AT)  # a writer
    moved = there.hanh.posts.get()
    actions.end_post(post=moved, last_day=date(2026, 3, 1), by=cast.binh, at=AT)
    assert rules.can_read_contacts(office, there.hanh, AT)  # nobody else has her
    actions.add_post(staff=there.hanh, given=work(cast, place=cast.places.ward), by=cast.binh, at=AT)
    assert not rules.can_read_contacts(office, there.hanh, AT)
    assert rules.can_read_contacts(ward, there.hanh, AT)


def test_a_course_is_written_down_once_by_who_trains(cast: People, there: Register) -> None:
    trainer = person("dt", "Đào Tạo", (Role.TRAINER, cast.places.province))
    given = actions.TrainingFields("Đọc  bản tin", date(2026, 2, 1), date(2026, 2, 3), "Sở", "Giỏi")
    made = actions.add_training(staff=there.tu, given=given, by=trainer, at=AT)
    assert made.course == "Đọc bản tin"
    with pytest.raises(errors.TrainingThere):
        actions.add_training(staff=there.tu, given=given, by=trainer, at=AT)
    for wrong in (
        replace(given, course=""),
        replace(given, last_day=date(2026, 1, 1)),
        replace(given, last_day=date(2026, 3, 3)),
    ):
        with pytest.raises((errors.BadCourse, errors.BadCourseDays)):
            actions.add_training(staff=there.tu, given=wrong, by=trainer, at=AT)
    for who, whom in ((cast.lan, there.tu), (trainer, there.lang)):
        with pytest.raises(errors.StaffOutside):
            actions.add_training(staff=whom, given=given, by=who, at=AT)
    with pytest.raises(errors.StaffOutside):
        actions.remove_training(training=made, by=cast.lan, at=AT)
    actions.remove_training(training=made, by=trainer, at=AT)
    assert not Training.objects.exists()


def office(cast: People, name: str, by: User) -> Agency:
    given = BodyFields(AgencyKind.OWNER.value, name, cast.places.commune, SINCE, code=name)
    made = add_body(model=Agency, given=given, by=by, at=AT)
    assert isinstance(made, Agency)
    return made


def test_whoever_takes_over_from_an_agency_has_its_people(cast: People) -> None:
    old, new = (office(cast, name, cast.binh) for name in ("Cũ", "Mới"))
    staff = working("Lò Văn Hặc", PostKind.PUBLIC_EMPLOYEE, cast.places.ward)
    with pytest.raises(errors.BodyElsewhere):
        actions.add_post(
            staff=staff, given=work(cast, place=cast.places.ward, agency=old), by=cast.binh, at=AT
        )
    post = actions.add_post(staff=staff, given=work(cast, agency=old), by=cast.binh, at=AT)
    with pytest.raises(LeftBehind):
        end_body(body=old, last_day=TODAY, by=cast.binh, at=AT)
    succeed(origins=[old], given=new, act="QĐ 1", day=TODAY, by=cast.binh, at=AT)
    post.refresh_from_db()
    assert post.agency == new
