"""When the map changes the posts go with their places; what was until yesterday stays."""

from datetime import date, timedelta

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.organisations.actions import Moves
from nguon.organisations.tests.cast import AT
from nguon.staff.following import Posts
from nguon.staff.models import Post
from nguon.staff.queries import counts
from nguon.staff.states import PostKind
from nguon.staff.tests.cast import SINCE, TODAY, Register, register

pytestmark = pytest.mark.django_db
EVE = TODAY - timedelta(days=1)


@pytest.fixture
def cast() -> People:
    return people()


@pytest.fixture
def there(cast: People) -> Register:
    return register(cast)


def merged(cast: People) -> Moves:
    """The commune goes into the ward; its first village keeps to it there."""
    commune, ward = cast.places.commune.area, cast.places.ward.area
    village = cast.places.villages[0].area
    return Moves(TODAY, to={commune: ward, village: f"{ward}.{village.rpartition('.')[2]}"})


def test_a_post_ends_at_the_old_place_and_begins_at_the_new_one(cast: People, there: Register) -> None:
    follower, moves = Posts(), merged(cast)
    assert follower.count(moves.touched, AT) == 2
    assert [item.label for item in follower.items(cast.places.commune.area, AT)] == [
        "Công chức: Nguyễn Thị Hạnh"
    ]
    assert follower.follow(moves, by=None, at=AT) == 2
    old, new = there.hanh.posts.order_by("valid_from")
    assert (old.area, old.valid_to) == (cast.places.commune.area, EVE)
    assert (new.area, new.valid_from, new.valid_to, new.before) == (cast.places.ward.area, TODAY, None, old)
    assert {row.area for row in counts(["vn"], on=EVE)} >= {cast.places.commune.area}
    assert cast.places.commune.area not in {row.area for row in counts(["vn"], on=TODAY)}


def test_the_same_work_at_both_places_becomes_one_period(cast: People, there: Register) -> None:
    ward = cast.places.ward
    Post.objects.create(
        staff=there.hanh, kind=PostKind.CIVIL_SERVANT, place=ward, area=ward.area,
        valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
    )  # fmt: skip
    Posts().follow(merged(cast), by=None, at=AT)
    there_now = there.hanh.posts.get(place=ward)
    assert (there_now.valid_from, there_now.valid_to) == (date(2026, 1, 1), None)


def test_what_is_over_stays_and_what_is_to_come_moves_whole(cast: People, there: Register) -> None:
    Post.objects.filter(staff=there.hanh).update(valid_to=EVE)
    Post.objects.filter(staff=there.tu).update(valid_from=TODAY + timedelta(days=9))
    Posts().follow(merged(cast), by=None, at=AT)
    assert there.hanh.posts.get().area == cast.places.commune.area
    moved = there.tu.posts.get()
    assert (moved.valid_from, moved.area.startswith(cast.places.ward.area)) == (TODAY + timedelta(9), True)
    assert SINCE not in {moved.valid_from}
