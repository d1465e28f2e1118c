"""A confirmed change of the map takes along what hangs on areas, all of it or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from nguon.accounts.models import RoleAssignment
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.broadcasts.actions import schedule
from nguon.bulletins import actions as bulletins
from nguon.bulletins import queries
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.states import State
from nguon.bulletins.tests import cast
from nguon.bulletins.tests.cast import LATER, Newsroom, draft, newsroom
from nguon.devices.models import Device, DeviceGroup
from nguon.journal.queries import facts_of
from nguon.organisations import errors
from nguon.organisations.actions import (
    NewPlace,
    Part,
    Plan,
    Preview,
    confirm_change,
    draft_change,
    preview_change,
    register_follower,
)
from nguon.organisations.actions import followers as register
from nguon.organisations.models import Place, PlaceChange
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
NEXT = AT + timedelta(days=1)  # the change is confirmed the day after everything was given


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def merge(room: Newsroom) -> Plan:
    places = room.people.places
    new = NewPlace("Phường", "Lục Vũ", "09999")
    return Plan(ChangeKind.MERGE, DAY, places=(places.commune.pk, places.ward.pk), new=new)


def split(room: Newsroom, **more: object) -> Plan:
    places = room.people.places
    villages = places.villages
    away = Part(new=NewPlace("Xã", "Lục Bắc"), share=Decimal("0.3"), children=(villages[0].pk,))
    stays = Part(place=places.commune.pk, share=Decimal("0.7"))
    return Plan(ChangeKind.SPLIT, DAY, places=(places.commune.pk,), parts=(stays, replace(away, **more)))  # type: ignore[arg-type]


def confirmed(plan: Plan, room: Newsroom, at: datetime = NEXT) -> str:
    """This function will carry a change out and return the area that it made."""
    change = draft_change(plan=plan, by=room.people.binh, at=at)
    effect = confirm_change(change_id=change.pk, by=room.people.binh, at=at)
    return effect.begins[0].area


def previewed(plan: Plan, room: Newsroom) -> Preview:
    return preview_change(change=draft_change(plan=plan, by=room.people.binh, at=NEXT), at=NEXT)


def counts(seen: Preview) -> dict[str, int]:
    return {kind: count for kind, _label, count in seen.follows}


def group(room: Newsroom, name: str, place: Place, *devices: Device) -> DeviceGroup:
    made = DeviceGroup.objects.create(name=name, place=place, area=place.area)
    made.devices.set(devices)
    return made


def approved(room: Newsroom, *targets: str) -> Revision:
    return cast.approved(room, *targets, starts_at=LATER + timedelta(days=3))


def test_roles_end_and_begin_at_the_new_place(room: Newsroom) -> None:
    old, lan = room.commune, room.people.lan
    assert counts(previewed(merge(room), room))["role"] == 4
    new = confirmed(merge(room), room)
    assert has_role(lan, Role.WRITER, new, NEXT)
    assert not has_role(lan, Role.WRITER, old, NEXT)
    assert has_role(lan, Role.WRITER, old, AT)  # what was true the day before stays true
    assert not has_role(lan, Role.WRITER, new, AT)
    now = RoleAssignment.objects.filter(user=lan, valid_to__isnull=True)
    assert [row.area for row in now] == [new]  # two roles of one kind became one
    assert "role.followed" in {entry.fact for entry in facts_of(f"user:{lan.pk}")}


def test_a_delegation_stays_one_and_ends_when_it_would_have(room: Newsroom) -> None:
    places, lan, minh = room.people.places, room.people.lan, room.people.minh
    last = DAY + timedelta(days=5)
    for place in (places.commune, places.ward):
        RoleAssignment.objects.create(
            user=minh,
            role=Role.WRITER,
            place=place,
            area=place.area,
            valid_from=AT.date(),
            valid_to=last,
            on_behalf_of=lan,
        )
    new = confirmed(merge(room), room)
    (row,) = RoleAssignment.objects.filter(user=minh, role=Role.WRITER, area=new)
    assert (row.on_behalf_of, row.valid_to) == (lan, last)
    assert not has_role(minh, Role.WRITER, new, NEXT + timedelta(days=6))


def test_loudspeakers_and_groups_go_along(room: Newsroom) -> None:
    places, first = room.people.places, room.fleet.first.device
    group(room, "Chợ", places.commune, first)
    group(room, "Chợ", places.ward, room.fleet.ward.device)
    seen = counts(previewed(merge(room), room))
    assert (seen["device"], seen["group"]) == (3, 2)
    new = confirmed(merge(room), room)
    moved = Device.objects.get(pk=first.pk)
    assert moved.area == f"{new}.{first.place_id}" == moved.place.area
    assert {row.area for row in DeviceGroup.objects.all()} == {new}
    assert sorted(DeviceGroup.objects.values_list("name", flat=True)) == ["Chợ", "Chợ (Phường Vũ Ninh)"]


def test_a_draft_gets_its_new_places_and_what_waits_opens_again(room: Newsroom) -> None:
    kept = draft(room, room.commune, room.ward)
    waiting = draft(room, room.commune)
    bulletins.submit(revision_id=waiting.pk, by=room.people.lan, at=AT)
    assert counts(previewed(merge(room), room))["bulletin"] == 2
    new = confirmed(merge(room), room)
    assert queries.target_strings(kept) == [new]
    bulletin = Bulletin.objects.get(pk=waiting.bulletin_id)
    again = queries.latest_revision(bulletin)
    assert (bulletin.state, again.number, queries.target_strings(again)) == (State.DRAFT, 2, [new])
    assert again.rendering_id == waiting.rendering_id
    assert queries.target_strings(waiting) == [room.commune]  # what was submitted is never changed
    assert bulletins.problems(again, room.people.lan, NEXT) == []


def test_what_is_approved_and_not_over_waits_for_a_new_approval(room: Newsroom) -> None:
    old, device = approved(room, room.commune), approved(room, f"d/{room.fleet.first.device.pk}")
    schedule(revision=old, at=AT)
    seen = counts(previewed(merge(room), room))
    assert (seen["approved"], seen["airing"]) == (2, 1)
    new = confirmed(merge(room), room)
    assert {row.state for row in Bulletin.objects.filter(pk__in=[old.bulletin_id, device.bulletin_id])} == {
        State.WITHDRAWN
    }
    drafts = Revision.objects.filter(bulletin__state=State.DRAFT).order_by("pk")
    assert [queries.target_strings(row) for row in drafts] == [[new], [f"d/{room.fleet.first.device.pk}"]]
    assert {row.author for row in drafts} == {room.people.lan}
    assert facts_of(f"bulletin:{old.bulletin_id}")[-1].fact == "bulletin.withdrawn"


def test_a_move_takes_everything_to_the_other_province(room: Newsroom) -> None:
    places = room.people.places
    plan = Plan(ChangeKind.MOVE, DAY, places=(places.commune.pk,), parent=places.other_province.pk)
    change = draft_change(plan=plan, by=room.people.binh, at=NEXT)
    confirm_change(change_id=change.pk, by=room.people.binh, at=NEXT)
    area = f"{places.other_province.area}.{places.commune.pk}"
    assert has_role(room.people.lan, Role.WRITER, area, NEXT)
    assert not has_role(room.people.binh, Role.ADMINISTRATOR, area, NEXT)
    assert Device.objects.get(pk=room.fleet.first.device.pk).area.startswith(f"{area}.")


def test_a_division_by_villages_with_the_rest_at_the_bigger_part_told_by_name(room: Newsroom) -> None:
    places = room.people.places
    Device.objects.filter(pk=room.fleet.second.device.pk).update(place=places.commune, area=room.commune)
    both = group(room, "Chung", places.commune, room.fleet.first.device, room.fleet.second.device)
    wide = draft(room, room.commune)
    seen = previewed(split(room), room)
    assert {(one.kind, one.label, one.area) for one in seen.undecided} >= {
        ("device", "Loa thôn 2", room.commune),
        ("role", "Người soạn: Nguyễn Thị Lan", room.commune),
        ("group", "Chung", room.commune),
    }
    new = confirmed(split(room), room)
    assert Device.objects.get(pk=room.fleet.first.device.pk).area.startswith(f"{new}.")
    assert Device.objects.get(pk=room.fleet.second.device.pk).area == room.commune
    assert has_role(room.people.lan, Role.WRITER, room.commune, NEXT)
    assert [device.name for device in both.devices.all()] == ["Loa thôn 2"]
    assert facts_of(f"group:{both.pk}")[-1].fact == "group.shrunk"
    assert queries.target_strings(wide) == sorted([room.commune, new])


def test_a_division_with_a_choice_for_each(room: Newsroom) -> None:
    places, lan = room.people.places, room.people.lan
    Device.objects.filter(pk=room.fleet.second.device.pk).update(place=places.commune, area=room.commune)
    role = RoleAssignment.objects.get(user=lan, area=room.commune)
    chosen = (f"device:{room.fleet.second.device.pk}", f"role:{role.pk}")
    seen = previewed(split(room, followers=chosen), room)
    assert not {one.key for one in seen.undecided} & set(chosen)
    new = confirmed(split(room, followers=chosen), room)
    assert Device.objects.get(pk=room.fleet.second.device.pk).area == new
    assert has_role(lan, Role.WRITER, new, NEXT)
    assert not has_role(lan, Role.WRITER, room.commune, NEXT)
    assert has_role(room.people.minh, Role.APPROVER, room.commune, NEXT)


def test_the_bigger_part_may_be_the_new_one(room: Newsroom) -> None:
    places = room.people.places
    parts = (
        Part(place=places.commune.pk, share=Decimal("0.2")),
        Part(new=NewPlace("Xã", "Lục To"), share=Decimal("0.8")),
    )
    new = confirmed(Plan(ChangeKind.SPLIT, DAY, places=(places.commune.pk,), parts=parts), room)
    assert has_role(room.people.lan, Role.WRITER, new, NEXT)
    assert Device.objects.get(pk=room.fleet.first.device.pk).area.startswith(f"{new}.")


def test_a_place_does_not_end_while_something_hangs_on_it(room: Newsroom) -> None:
    change = draft_change(
        plan=Plan(ChangeKind.END, DAY, places=(room.people.places.commune.pk,)), by=None, at=NEXT
    )
    for action in (
        lambda: preview_change(change=change, at=NEXT),
        lambda: confirm_change(change_id=change.pk, by=None, at=NEXT),
    ):
        with pytest.raises(errors.LeftBehind):
            action()


def test_a_preview_leaves_everything_where_it_is(room: Newsroom) -> None:
    approved(room, room.commune)
    tables = (RoleAssignment, Device, DeviceGroup, Bulletin, Revision, Place)
    before = [list(table._default_manager.order_by("pk").values_list()) for table in tables]
    previewed(merge(room), room)
    assert [list(table._default_manager.order_by("pk").values_list()) for table in tables] == before


def test_a_follower_that_fails_stops_the_whole_change(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, raising: Callable[..., object]
) -> None:
    change = draft_change(plan=merge(room), by=None, at=NEXT)
    before = list(Device.objects.order_by("pk").values_list("pk", "area"))
    monkeypatch.setattr(register, "_REGISTERED", dict(register._REGISTERED))
    register_follower(raising)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        confirm_change(change_id=change.pk, by=None, at=NEXT)
    assert list(Device.objects.order_by("pk").values_list("pk", "area")) == before
    assert PlaceChange.objects.get(pk=change.pk).state == "draft"


@pytest.fixture
def raising() -> object:
    """This function will give a follower that comes last and fails."""

    class Failing:
        kind = label = "failing"

        def count(self, *_areas: object) -> int:
            return 0

        def follow(self, *_moves: object, **_who: object) -> int:
            raise RuntimeError("broken")

    return Failing()
