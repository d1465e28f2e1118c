"""The people of the tests, on the small map of the places' tests.

lan    writer         both communes of Bắc Ninh
minh   approver       both communes of Bắc Ninh
tuan   duty, operator Bắc Ninh
hue    writer         the commune of Huế
binh   administrator  Bắc Ninh
"""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from nguon.accounts.actions import assign_role
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT, SmallMap, small_map
from tests.kept_rows import kept

PASSWORD = "tome-kanu-bigo-hapi-47"


@dataclass(frozen=True)
class People:
    """The people of the tests and their map."""

    places: SmallMap
    lan: User
    minh: User
    tuan: User
    hue: User
    binh: User


def person(username: str, full_name: str, *grants: tuple[Role, Place], password: str | None = None) -> User:
    """This function will make a person with roles; without a password there is no hashing."""
    made = User.objects.create(
        username=username, full_name=full_name, password=make_password(password), date_joined=AT
    )
    for role, place in grants:
        assign_role(user=made, role=role, place=place, by=None, at=AT)
    return made


@kept
def people() -> People:
    """This function will make the small map and everybody on it."""
    places = small_map()
    both = (places.commune, places.ward)
    return People(
        places=places,
        lan=person("lan", "Nguyễn Thị Lan", *((Role.WRITER, place) for place in both)),
        minh=person("minh", "Trần Quang Minh", *((Role.APPROVER, place) for place in both)),
        tuan=person("tuan", "Lê Anh Tuấn", (Role.DUTY, places.province), (Role.OPERATOR, places.province)),
        hue=person("hue", "Hồ Thị Huệ", (Role.WRITER, places.other_commune)),
        binh=person("binh", "Đặng Văn Bình", (Role.ADMINISTRATOR, places.province)),
    )
