"""Whom a list shows, in which order; how many do what where, and how many were trained."""

from datetime import date

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.kernel.text import sort_key
from nguon.staff.models import Post
from nguon.staff.queries import Asked, counts, staff_in, staff_named, trained_shares
from nguon.staff.states import PostKind, Trained
from nguon.staff.tests.cast import TODAY, Register, register, trained, working

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def there(cast: People) -> Register:
    return register(cast)


def names(areas: list[str], **asked: object) -> list[str]:
    return [row.full_name for row in staff_in(areas, day=TODAY, asked=Asked(**asked))]  # type: ignore[arg-type]


def test_the_order_is_that_of_given_names(cast: People) -> None:
    wanted = ["Trần Văn An", "Lê Thị Ánh", "Bùi Văn Ấn", "Vũ Thị Dung", "Cao Văn Đông", "Lê Văn Đông"]
    for name in reversed(wanted):
        working(name, PostKind.OTHER, cast.places.commune)
    assert names(["vn"]) == wanted
    assert wanted == sorted(wanted, key=lambda name: (sort_key(name.split()[-1]), sort_key(name)))


@pytest.mark.parametrize("words", ["hạnh", "HANH", "nguyen hanh", "Hạnh", "thi hanh"])
def test_people_are_found_with_and_without_tone_marks(there: Register, words: str) -> None:
    assert names(["vn"], words=words) == ["Nguyễn Thị Hạnh"]


def test_a_list_keeps_to_its_areas_and_to_what_is_asked(cast: People, there: Register) -> None:
    province, commune = cast.places.province.area, cast.places.commune.area
    assert names([province]) == ["Nguyễn Thị Hạnh", "Trần Hồng Sơn", "Vi Văn Tú"]
    assert names([province], area=commune) == ["Nguyễn Thị Hạnh", "Vi Văn Tú"]
    assert names([commune], area=cast.places.ward.area) == []
    assert names([province], kind="communicator") == ["Vi Văn Tú"]
    assert names([]) == []
    assert [row.full_name for row in staff_named([province], "vi van tu", day=TODAY)] == ["Vi Văn Tú"]


def test_those_whose_work_is_over_are_shown_apart(cast: People, there: Register) -> None:
    Post.objects.filter(staff=there.son).update(valid_to=date(2026, 1, 31))
    assert "Trần Hồng Sơn" not in names(["vn"])
    assert names(["vn"], past=True) == ["Trần Hồng Sơn"]


def test_by_training(there: Register) -> None:
    trained(there.hanh, date(2026, 1, 20))
    trained(there.tu, date(2025, 12, 31))
    assert names(["vn"], trained=Trained.THIS_YEAR) == ["Nguyễn Thị Hạnh"]
    assert names(["vn"], trained=Trained.NOT_THIS_YEAR) == ["Ngô Văn Láng", "Trần Hồng Sơn", "Vi Văn Tú"]
    assert names(["vn"], trained=Trained.NEVER) == ["Ngô Văn Láng", "Trần Hồng Sơn"]


def test_each_person_is_counted_once_at_each_depth_as_at_a_day(cast: People, there: Register) -> None:
    province = cast.places.province.area
    second = cast.places.villages[1]
    Post.objects.create(
        staff=there.tu, kind=PostKind.COMMUNICATOR, place=second, area=second.area, valid_from=TODAY
    )
    told = {(row.area, row.kind): row.people for row in counts(["vn"], on=TODAY, depth=2)}
    assert told[province, PostKind.COMMUNICATOR] == 1
    assert sum(told.values()) == 4
    assert len(counts([province], on=TODAY)) == 4
    assert counts(["vn"], on=date(2025, 6, 30)) == []


def test_the_share_of_the_trained_counts_courses_of_that_year_until_that_day(
    cast: People, there: Register
) -> None:
    trained(there.hanh, date(2026, 1, 20))
    trained(there.hanh, date(2026, 2, 20))
    trained(there.tu, date(2025, 12, 31))
    trained(there.son, date(2026, 3, 3))
    (province, other) = sorted(trained_shares(["vn"], on=TODAY, depth=2), key=lambda row: -row.people)
    assert (province.people, province.trained, round(province.share or 0, 3)) == (3, 1, 0.333)
    assert (other.people, other.trained) == (1, 0)
    (before,) = trained_shares([cast.places.province.area], on=date(2025, 12, 31), depth=2)
    assert (before.people, before.trained) == (3, 1)
