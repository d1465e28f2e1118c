"""Making places: ids first, since the area of a place ends with its own id."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction

from nguon.journal.actions import Actor, record
from nguon.kernel.text import fold, sort_key, tidy
from nguon.organisations.actions.copying import copy_in
from nguon.organisations.errors import BadPlaceName, WrongParent
from nguon.organisations.models import Place, PlaceVersion
from nguon.organisations.states import COUNTRY_AREA, PARENTS, Kind

MAX_NAME = 100
COUNTRY_NAME = "Việt Nam"
COUNTRY_SINCE = date(1945, 9, 2)
_IMPORT_LOCK = 0x4E47504C


def lock_places() -> None:
    """This function will make whoever else changes places wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def reserve_ids(count: int) -> list[int]:
    """This function will take `count` ids of places; those never used are lost, not given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Place._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def search_text(name: str, designation: str, above: Place | None) -> str:
    """This function will return what the search of a place looks through: " ten | loai ten | cap tren | "."""
    own = f" {fold(name)} | {fold(f'{designation} {name}')} | "
    if "'" in name:  # Ea H'Leo is typed as "ea hleo" and as "ea h leo"
        own += fold(name.replace("'", " ")) + " | "
    if above is None or above.kind == Kind.COUNTRY:
        return own
    return own + above.search.split(" | ", 1)[1]


def build(
    *, pk: int, kind: Kind, parent: Place | None, designation: str, name: str, valid_from: date
) -> Place:
    """This function will return a place that is not saved yet, with everything derived filled in."""
    return Place(
        id=pk,
        kind=kind.value,
        parent=parent,
        area=f"{parent.area}.{pk}" if parent else COUNTRY_AREA,
        name=name,
        designation=designation,
        search=search_text(name, designation, parent),
        sort_key=sort_key(name),
        valid_from=valid_from,
    )


def keep_new(places: Collection[Place]) -> None:
    """This function will save new places, and the first version of each."""
    copy_in(Place, places)
    copy_in(PlaceVersion, [version_of(place) for place in places])


def version_of(place: Place, valid_from: date | None = None, valid_to: date | None = None) -> PlaceVersion:
    """This function will return a version, not saved yet, with what the columns of a place say."""
    return PlaceVersion(
        place=place,
        kind=place.kind,
        parent_id=place.parent_id,
        area=place.area,
        name=place.name,
        designation=place.designation,
        valid_from=valid_from or place.valid_from,
        valid_to=valid_to or place.valid_to,
    )


def country() -> Place:
    """This function will return the country, made now if the table is empty."""
    found = Place.objects.filter(area=COUNTRY_AREA).first()
    if found:
        return found
    (pk,) = reserve_ids(1)
    made = build(
        pk=pk, kind=Kind.COUNTRY, parent=None, designation="", name=COUNTRY_NAME, valid_from=COUNTRY_SINCE
    )
    keep_new([made])
    return made


def checked_name(name: str) -> str:
    """This function will return the name without stray spaces in NFC, or raise BadPlaceName."""
    clean = tidy(name)
    if not fold(clean) or len(clean) > MAX_NAME or not clean.isprintable():
        raise BadPlaceName
    return clean


@transaction.atomic
def add_place(
    *,
    parent: Place,
    kind: Kind,
    designation: str,
    name: str,
    valid_from: date,
    by: Actor | None,
    at: datetime,
) -> Place:
    """This function will add one place within `parent`, or raise WrongParent or BadPlaceName."""
    if Kind(parent.kind) not in PARENTS[kind]:
        raise WrongParent(kind=kind.label, parent=parent)
    clean = checked_name(name)
    (pk,) = reserve_ids(1)
    place = build(
        pk=pk, kind=kind, parent=parent, designation=tidy(designation), name=clean, valid_from=valid_from
    )
    keep_new([place])
    record(
        fact="place.added",
        subject=f"place:{place.pk}",
        by=by,
        at=at,
        data={"area": place.area, "name": str(place)},
    )
    return place
