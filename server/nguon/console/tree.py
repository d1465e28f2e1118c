"""The tree of places from which a writer chooses where a bulletin plays."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins.models import Revision
from nguon.console import wording
from nguon.console.presenters import Branch, Chosen
from nguon.devices import queries as devices
from nguon.devices.models import Device, DeviceGroup
from nguon.kernel.text import fold
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.rules import covers, is_commune_or_narrower, lineage, outermost
from nguon.organisations.states import Kind

FOUND = 20
_NAMES_READ = 300


def roots(user: User, at: datetime, chosen: Collection[str] = ()) -> tuple[Branch, ...]:
    """This function will return where a writer's tree begins; a short tree shows its first branches open."""
    found = places.roots(areas_of(user, Role.WRITER, at), at=at)
    counts = _counts([row.area for row in found])
    return tuple(
        _place(row, at, chosen, counts, children=_inside(row, at, chosen) if len(found) <= 2 else ())
        for row in found
    )


def own_place(user: User, at: datetime) -> tuple[Chosen, ...]:
    """This function will return the one commune (or narrower place) that a person writes for: it is chosen
    already in a new bulletin; nothing for who writes for several places or a wider one."""
    areas = areas_of(user, Role.WRITER, at)
    if len(areas) != 1 or not is_commune_or_narrower(areas[0]):
        return ()
    own, _comma, around = places.place(areas[0], at=at).label.partition(", ")
    return (Chosen(areas[0], own, around, devices.of_targets(areas).count()),)


def inside(user: User, area: str, at: datetime) -> tuple[Branch, ...]:
    """This function will return what lies directly within an area of this writer's."""
    if not any(covers(own, area) or covers(area, own) for own in areas_of(user, Role.WRITER, at)):
        return ()
    return _inside(places.place(area, at=at), at, ())


def search(user: User, text: str, at: datetime) -> tuple[Branch, ...]:
    """This function will return the places, groups and loudspeakers whose names hold all the words."""
    areas = areas_of(user, Role.WRITER, at)
    rows = [row for area in areas for row in places.search(area, text, at=at, limit=FOUND)]
    counts = _counts([row.area for row in rows[:FOUND]])
    branches = [_place(row, at, (), counts, around=True) for row in rows[:FOUND]]
    groups = [_group(row, around=True) for row in devices.groups_in(areas) if _named(row.name, text)]
    found = devices.listed(areas, text)[:_NAMES_READ] if text else ()
    speakers = [_device(row, around=True) for row in found if _named(row.name, text)]
    return (*groups[:FOUND], *branches, *speakers[:FOUND])


def _named(name: str, text: str) -> bool:
    folded = f" {fold(name)}"
    words = fold(text).split()
    return bool(words) and all(f" {word}" in folded for word in words)


def _inside(row: Place, at: datetime, chosen: Collection[str]) -> tuple[Branch, ...]:
    counts = _counts([row.area])
    below = [_place(child, at, chosen, counts) for child in places.children(row.area, at=at)]
    if not is_commune_or_narrower(row.area):
        return tuple(below)
    own = devices.in_area([row.area]).filter(area=row.area).order_by("name")
    groups = devices.groups_in([row.area]) if row.kind == Kind.COMMUNE else []
    speakers = [_device(device, chosen=chosen) for device in own]
    return (*(_group(group, chosen=chosen) for group in groups), *below, *speakers)


def _counts(areas: Collection[str]) -> dict[str, int]:
    """How many loudspeakers are in each of the areas and in the places right below them, by one question."""
    found: dict[str, int] = {}
    labels = 2 + max((area.count(".") for area in areas), default=0)
    for own, count in devices.counts_by_area(outermost(list(areas)), labels).items():
        for area in lineage(own):
            found[area] = found.get(area, 0) + count
    return found


def _place(
    row: Place,
    at: datetime,
    chosen: Collection[str],
    counts: Mapping[str, int],
    *,
    around: bool = False,
    children: Sequence[Branch] = (),
) -> Branch:
    own, _comma, near = row.label.partition(", ")
    count = counts.get(row.area, 0)
    return Branch(
        target=row.area,
        label=own,
        around=near if around else "",
        count=count,
        open_url=reverse("console:children", args=[row.area]) if count or row.kind != Kind.VILLAGE else "",
        chosen=row.area in chosen,
        children=tuple(children),
        selectable=True,
    )


def _group(row: DeviceGroup, *, around: bool = False, chosen: Collection[str] = ()) -> Branch:
    target = f"g/{row.pk}"
    return Branch(
        target,
        row.name,
        row.place.label if around else "",
        getattr(row, "size", 0),
        "layers",
        chosen=target in chosen,
    )


def _device(row: Device, *, around: bool = False, chosen: Collection[str] = ()) -> Branch:
    target = f"d/{row.pk}"
    return Branch(target, row.name, row.place.label if around else "", 1, "speaker", chosen=target in chosen)


def chosen_of(revision: Revision) -> tuple[Chosen, ...]:
    """This function will show the targets of a revision, each with its number of loudspeakers."""
    rows = revision.targets.select_related("place__parent", "group__place__parent", "device__place__parent")
    return tuple(
        wording.chosen(row, devices.of_targets([row.target]).count()) for row in rows.order_by("area", "pk")
    )
