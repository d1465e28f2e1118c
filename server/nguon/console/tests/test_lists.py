"""Lists: found however it is typed, in Vietnamese order, small, and cheap on the whole map too."""

import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from nguon.accounts.actions import assign_role
from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.bulletins.tests.cast import Newsroom
from nguon.console.tests.conftest import As
from nguon.devices.models import Device, Registered
from nguon.devices.queries import listed
from nguon.devices.tests.cast import loudspeaker
from nguon.kernel.clock import local
from nguon.kernel.text import sort_key
from nguon.organisations.models import Agency, Facility, Place, TableFile
from nguon.organisations.states import AgencyKind, FacilityKind, FileKind
from nguon.organisations.tests.cast import AT
from nguon.staff.models import Post, Staff, Training
from nguon.staff.states import PostKind

LARGEST, MOST_ROWS = 60_000, 700
STREAMS = {"duty_events"}


def names(client: Client, **asked: str) -> list[str]:
    return [row.name for row in client.get(reverse("console:devices"), asked).context["devices"]]


@pytest.mark.parametrize(
    "typed",
    [
        "Đình Đông",
        "đình đông",
        "DINH DONG",
        "dinh dong",
        "đinh dông",
        unicodedata.normalize("NFD", "Đình Đông"),
    ],
)
def test_found_with_and_without_tone_marks(room: Newsroom, signed_in: As, typed: str) -> None:
    loudspeaker("Loa đình Đông", room.people.places.villages[0])
    loudspeaker("Loa chợ Tây", room.people.places.villages[0])
    assert names(signed_in(room.people.tuan), q=typed) == ["Loa đình Đông"]


def test_found_by_the_place_also_after_its_name_changed(room: Newsroom, signed_in: As) -> None:
    client, village = signed_in(room.people.tuan), room.fleet.first.device.place
    assert names(client, q=f"luc nam {village.name}") == ["Loa thôn 1"]
    Place.objects.filter(pk=village.pk).update(search=" ten moi | thon ten moi | ")
    assert names(client, q="tên mới") == ["Loa thôn 1"]
    Device.objects.filter(pk=room.fleet.second.device.pk).update(place=village)
    assert names(client, q="tên mới") == ["Loa thôn 1", "Loa thôn 2"]
    device = Device.objects.get(pk=room.fleet.first.device.pk)
    device.name = "Loa Ấp"
    device.save(update_fields=["name"])
    assert names(client, q="ap moi") == ["Loa Ấp"]


def test_sorted_as_a_dictionary_does(room: Newsroom, signed_in: As) -> None:
    Device.objects.all().delete()
    wanted = ["Loa An Sơn", "Loa Anh", "Loa Ấp 1", "Loa Dũng", "Loa Đông", "Loa thôn 2", "Loa thôn 10"]
    for name in reversed(wanted):
        loudspeaker(name, room.people.places.commune)
    assert names(signed_in(room.people.tuan)) == wanted == sorted(wanted, key=sort_key)


def test_pages_follow_a_cursor_and_show_each_loudspeaker_once(room: Newsroom, signed_in: As) -> None:
    for number in range(150):
        loudspeaker("Loa trùng tên" if number % 3 else f"Loa {number}", room.people.places.ward)
    client, address, seen = signed_in(room.people.tuan), reverse("console:devices"), []
    for _turn in range(3):
        answer = client.get(address)
        assert len(answer.content) < LARGEST
        seen += [row.id for row in answer.context["devices"]]
        last = answer.context["next_page"]
        address = f"{reverse('console:devices')}?sau={last}"
    assert seen == list(listed([room.people.places.province.area]).values_list("pk", flat=True))


def test_nobody_pages_into_a_foreign_area(room: Newsroom, signed_in: As) -> None:
    client = signed_in(room.people.hue)
    assert names(client, sau=str(room.fleet.first.device.pk), q="loa") == []


def without_arguments(patterns: Iterable[object]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and "<" not in str(pattern.pattern) and pattern.name:
            yield pattern.name


def pages() -> list[str]:
    """Every page of the console that has an address of its own: a new one is tried without being named."""
    every = [found for found in get_resolver().url_patterns if isinstance(found, URLResolver)]
    console = next(found for found in every if found.namespace == "console")
    return sorted(set(without_arguments(console.url_patterns)) - STREAMS)


class Read:
    """How many questions the database was asked, and how many rows it gave."""

    def __init__(self) -> None:
        self.questions = self.rows = 0

    def __call__(self, execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, given, many, context)
        self.questions, self.rows = self.questions + 1, self.rows + max(0, context["cursor"].rowcount)
        return answer


def cost(client: Client) -> dict[str, tuple[int, int, int]]:
    """Questions, rows and bytes of every page that this person may GET."""
    found = {}
    for name in pages():
        read = Read()
        with connection.execute_wrapper(read), warnings.catch_warnings(action="ignore"):
            answer = client.get(reverse(f"console:{name}"))
        if answer.status_code == 200 and not answer.streaming:
            found[name] = (read.questions, read.rows, len(answer.content))
    return found


def whole_country() -> None:
    """34 provinces with 3,321 communes and a loudspeaker in each commune."""
    country = Place.objects.get(area="vn")

    def place(pk: int, kind: str, above: Place, name: str) -> Place:
        return Place(
            pk=pk, kind=kind, parent=above, area=f"{above.area}.{pk}", name=name, designation="Xã",
            search=f" {name} | ", sort_key=sort_key(name), valid_from=country.valid_from,
        )  # fmt: skip

    provinces = [place(90_000 + n, "province", country, f"Tỉnh {n}") for n in range(34)]
    communes = [place(100_000 + n, "commune", provinces[n % 34], f"Số {n}") for n in range(3_321)]
    Place.objects.bulk_create([*provinces, *communes])
    Device.objects.bulk_create(
        Device(name=f"Loa {n}", place=at, area=at.area, public_key=f"{n:064x}", alg="ed25519", enrolled_at=AT)
        for n, at in enumerate(communes)
    )
    day = country.valid_from
    held = [
        {"name": f"Nơi {n}", "search": f" noi {n} ", "sort_key": sort_key(f"Nơi {n}"), "place": at,
         "area": at.area, "valid_from": day}
        for n, at in enumerate(communes)
    ]  # fmt: skip
    Agency.objects.bulk_create(Agency(kind=AgencyKind.OWNER, **row) for row in held)
    Facility.objects.bulk_create(Facility(kind=FacilityKind.STATION, **row) for row in held)
    Registered.objects.bulk_create(
        Registered(serial=f"S{n}", name=f"Loa {n}", place=at, area=at.area, made_at=AT)
        for n, at in enumerate(communes)
    )
    working(communes)


def working(communes: list[Place]) -> None:
    """Somebody of the staff in each commune, every second one trained."""
    people = [
        Staff(full_name=f"Nguyễn Thị Phương Thảo {n}", phone="0912345678") for n in range(len(communes))
    ]
    for row in people:
        row.derive()
    Staff.objects.bulk_create(people)
    Post.objects.bulk_create(
        Post(staff=row, kind=PostKind.CIVIL_SERVANT, place=at, area=at.area, valid_from=at.valid_from)
        for row, at in zip(people, communes, strict=True)
    )
    day = local(AT).date()
    Training.objects.bulk_create(
        Training(staff=row, course="Nghiệp vụ", first_day=day, last_day=day) for row in people[::2]
    )


def files(user: User) -> None:
    """Three hundred files that a person has brought."""
    TableFile.objects.bulk_create(
        TableFile(id=UUID(int=n + 1), kind=FileKind.VILLAGES, name=f"thon-{n}.csv", by_id=user.pk, made_at=AT)
        for n in range(300)
    )


def test_every_page_is_as_cheap_with_3321_communes_as_with_two(room: Newsroom, signed_in: As) -> None:
    user: User = room.people.binh
    for role in Role:
        assign_role(user=user, role=role, place=Place.objects.get(area="vn"), by=None, at=AT)
    client = signed_in(user)
    cost(client)  # what is cached for good is in place
    small = cost(client)
    whole_country()
    files(user)
    big = cost(client)
    assert set(big) == set(small)
    named = {"home", "compose", "devices", "journal", "territory", "groups", "enrol", "people"}
    assert named | {"bodies", "files", "changes", "staff", "staff_add", "register"} <= set(small)
    assert {name: (small[name][0], n) for name, (n, *_) in big.items() if n > small[name][0] + 5} == {}
    assert {name: size for name, (*_, size) in big.items() if size > LARGEST} == {}
    assert {name: rows for name, (_n, rows, _size) in big.items() if rows > MOST_ROWS} == {}
