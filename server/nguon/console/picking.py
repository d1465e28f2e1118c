"""The tree from which one place is picked: where a loudspeaker stands, where a person works, whose journal is
read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.bulletins.queries import SEEING
from nguon.console.presenters import Branch
from nguon.control.rules import CONTROLLERS
from nguon.devices.rules import KEEPERS
from nguon.health.rules import ANSWERERS
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.queries.today import TreePlace
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind
from nguon.staff.rules import KEEPS_STAFF, SEES_STAFF
from nguon.stations.rules import KEEPERS as STATION_KEEPERS

FOUND = 20
OPEN = 60
JOURNAL_READERS = (Role.AUDITOR, Role.ADMINISTRATOR)
STOPPERS = (Role.DUTY, Role.APPROVER)


@dataclass(frozen=True)
class Purpose:
    """What a place is picked for: the form's field, who may, and which kinds of places count."""

    slug: str
    name: str
    roles: tuple[Role, ...]
    kinds: frozenset[Kind]


PURPOSES = {
    one.slug: one
    for one in (
        Purpose("dat-loa", "place", KEEPERS, frozenset({Kind.COMMUNE, Kind.VILLAGE})),
        Purpose("dai", "noi", STATION_KEEPERS, frozenset({Kind.COMMUNE})),
        Purpose("dieu-khien", "noi", CONTROLLERS, frozenset({Kind.COMMUNE})),
        Purpose("bao-tri", "noi", ANSWERERS, frozenset({Kind.PROVINCE, Kind.COMMUNE, Kind.VILLAGE})),
        Purpose("am-hoc", "xa", tuple(Role), frozenset({Kind.COMMUNE})),
        Purpose("nhom", "place", KEEPERS, frozenset({Kind.COMMUNE})),
        Purpose("dung", "dia-ban", STOPPERS, frozenset({Kind.PROVINCE, Kind.COMMUNE})),
        Purpose("vai-tro", "place", (Role.ADMINISTRATOR,), frozenset(Kind)),
        Purpose("xem", "dia-ban", tuple(Role), frozenset({Kind.PROVINCE, Kind.COMMUNE})),
        Purpose("chuong-trinh", "xa", tuple(Role), frozenset({Kind.COMMUNE})),
        Purpose("nhan-su", "noi", SEES_STAFF, frozenset(Kind)),
        Purpose("cho-lam", "place", KEEPS_STAFF, frozenset(Kind)),
        Purpose("noi", "noi", (Role.DUTY,), frozenset({Kind.COMMUNE, Kind.VILLAGE})),
        Purpose("tim-ban-tin", "dia-ban", SEEING, frozenset(Kind)),
        Purpose("khung-gio", "noi", tuple(Role), frozenset({Kind.COUNTRY, Kind.PROVINCE, Kind.COMMUNE})),
        Purpose("ke-hoach", "dia-ban", SEEING, frozenset(Kind)),
        Purpose("nhat-ky", "dia-ban", JOURNAL_READERS, frozenset(Kind)),
    )
}


@dataclass(frozen=True)
class Picker:
    """What the template draws: a search, the tree below it, and what is picked already."""

    name: str
    search_url: str
    branches: tuple[Branch, ...]
    picked: str = ""
    picked_label: str = ""


def areas_for(user: User, purpose: Purpose, at: datetime) -> list[str]:
    """This function will return the outermost areas in which a person may pick for this purpose."""
    own = rights(user, at)
    found = {area for role in purpose.roles for area in own.areas_of(role)}
    return sorted(area for area in found if not any(covers(other, area) for other in found - {area}))


def picker(user: User, slug: str, at: datetime, *, picked: str = "", folded: bool = False) -> Picker:
    """This function will make the picker of a purpose; `picked` is chosen if the person may choose it.
    `folded`: even a short tree waits until it is opened, for a page that has much else.
    """
    purpose = PURPOSES[slug]
    areas = areas_for(user, purpose, at)
    label = ""
    if picked and any(covers(area, picked) for area in areas):
        label = places.labels([picked]).get(picked, "")
    found = roots(areas, purpose, at, picked, folded=folded)
    return Picker(purpose.name, reverse("console:pick", args=[slug]), found, picked if label else "", label)


def roots(
    areas: Collection[str], purpose: Purpose, at: datetime, picked: str = "", *, folded: bool = False
) -> tuple[Branch, ...]:
    """This function will return where the tree begins; a short one shows its first branches open."""
    found = places.roots(list(areas), at=at)
    return tuple(
        _branch(
            row,
            purpose,
            picked,
            children=_first(row.area, purpose, at, picked) if len(found) <= 2 and not folded else (),
        )
        for row in found
    )


def _first(area: str, purpose: Purpose, at: datetime, picked: str) -> tuple[Branch, ...]:
    """What is open at first: a province of 170 communes waits until somebody opens it or searches."""
    found = _inside(area, purpose, at, picked)
    return found if len(found) <= OPEN else ()


def inside(areas: Collection[str], purpose: Purpose, area: str, at: datetime) -> tuple[Branch, ...]:
    """This function will return what lies directly within an area of the person's own areas."""
    if not any(covers(own, area) for own in areas):
        return ()
    return _inside(area, purpose, at, "")


def search(areas: Collection[str], purpose: Purpose, text: str, at: datetime) -> tuple[Branch, ...]:
    """This function will return the places that were looked for, the best first."""
    rows = [
        row for area in areas for row in places.search(area, text, at=at, kinds=purpose.kinds, limit=FOUND)
    ]
    return tuple(_branch(row, purpose, "", around=True) for row in rows[:FOUND])


def _inside(area: str, purpose: Purpose, at: datetime, picked: str) -> tuple[Branch, ...]:
    return tuple(_branch(row, purpose, picked) for row in places.children(area, at=at))


def _branch(
    row: Place | TreePlace,
    purpose: Purpose,
    picked: str,
    *,
    around: bool = False,
    children: tuple[Branch, ...] = (),
) -> Branch:
    own, _comma, near = row.label.partition(", ")
    opens = getattr(row, "has_children", False) and row.kind != Kind.VILLAGE
    deeper = opens and not _last(row, purpose)
    return Branch(
        target=row.area,
        label=own,
        around=near if around else "",
        open_url=reverse("console:pick_inside", args=[purpose.slug, row.area]) if deeper else "",
        chosen=row.area == picked,
        children=children,
        selectable=row.kind in purpose.kinds,
    )


def _last(row: Place, purpose: Purpose) -> bool:
    """Below a commune there are villages alone: nothing to open where none may be picked."""
    return row.kind == Kind.COMMUNE and Kind.VILLAGE not in purpose.kinds
