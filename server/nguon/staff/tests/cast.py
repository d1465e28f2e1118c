"""People of the register, on the small map: one in the commune, one in a village, one in the ward, one far.

hanh  công chức                 Xã Lục Nam
tu    tuyên truyền viên cơ sở   the first village of Lục Nam
son   viên chức                 Phường Vũ Ninh
lang  công chức                 Xã A Lưới 1, in another province
"""

from dataclasses import dataclass
from datetime import date

from nguon.accounts.tests.cast import People
from nguon.organisations.models import Place
from nguon.staff.models import Post, Staff, Training
from nguon.staff.states import PostKind

SINCE = date(2025, 7, 1)
TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Register:
    """The people of the tests who are in the register."""

    hanh: Staff
    tu: Staff
    son: Staff
    lang: Staff


def working(name: str, kind: PostKind, place: Place, **more: object) -> Staff:
    """This function will make a person with a post since the day of the new map."""
    staff = Staff(full_name=name, **more)
    staff.save()
    Post.objects.create(staff=staff, kind=kind, place=place, area=place.area, valid_from=SINCE)
    return staff


def trained(staff: Staff, day: date, course: str = "Nghiệp vụ truyền thanh") -> Training:
    """This function will write down a course of one day."""
    return Training.objects.create(staff=staff, course=course, first_day=day, last_day=day)


def register(people: People) -> Register:
    """This function will make the four people."""
    places = people.places
    return Register(
        working("Nguyễn Thị Hạnh", PostKind.CIVIL_SERVANT, places.commune, phone="0912345678"),
        working("Vi Văn Tú", PostKind.COMMUNICATOR, places.villages[0]),
        working("Trần Hồng Sơn", PostKind.PUBLIC_EMPLOYEE, places.ward),
        working("Ngô Văn Láng", PostKind.CIVIL_SERVANT, places.other_commune, phone="0988000111"),
    )
