"""Keeping PlaceDescent in step with the edges."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import Max

from nguon.organisations.actions.copying import copy_in
from nguon.organisations.models import Place, PlaceDescent, PlaceEdge
from nguon.organisations.rules import Descent, Link, compose, with_shares
from nguon.organisations.states import ChangeKind, ChangeState

# A place that is renamed, moved or coded anew keeps its land: no new stint, no descent.
LAND = (ChangeKind.MERGE, ChangeKind.SPLIT)


def rebuild_descents() -> int:
    """This function will derive every descent anew from the edges, and return how many there are."""
    state: dict[tuple[int, date, int, date], Descent] = {}
    since = dict(Place.objects.values_list("pk", "valid_from"))
    for day, links in _links():
        origins = {link.origin for link in links}
        before = [row for row in state.values() if row.successor in origins and row.successor_to is None]
        ended, made = compose(day, with_shares(links), before, since)
        for row in (*ended, *made):
            state[row.origin, row.origin_from, row.successor, row.successor_from] = row
    PlaceDescent.objects.all().delete()
    copy_in(PlaceDescent, [_saved(row) for row in state.values()])
    return len(state)


def extend_descents(day: date, links: list[Link]) -> None:
    """This function will add the descents of one more day, which lies after all others of these places."""
    origins = {link.origin for link in links}
    open_rows = PlaceDescent.objects.filter(successor__in=origins, successor_to__isnull=True)
    keys = {(row.origin_id, row.origin_from, row.successor_id, row.successor_from): row for row in open_rows}
    since = dict(Place.objects.filter(pk__in=origins).values_list("pk", "valid_from"))
    ended, made = compose(day, with_shares(links), [_plain(row) for row in keys.values()], since)
    for one in ended:
        keys[one.origin, one.origin_from, one.successor, one.successor_from].successor_to = one.successor_to
    PlaceDescent.objects.bulk_update(keys.values(), ["successor_to"], batch_size=1000)
    copy_in(PlaceDescent, [_saved(row) for row in made])


def last_change_of_land(places: Iterable[int]) -> date | None:
    """This function will return the last day on which one of the places gained or lost land."""
    edges = PlaceEdge.objects.filter(change__state=ChangeState.CONFIRMED.value, kind__in=LAND)
    gained = edges.filter(successor__in=(ids := list(places))).aggregate(day=Max("change__day"))["day"]
    lost = edges.filter(origin__in=ids).aggregate(day=Max("change__day"))["day"]
    return max((day for day in (gained, lost) if day), default=None)


def _links() -> list[tuple[date, list[Link]]]:
    """The arrows of land of every day, oldest first; a place alone with itself is none."""
    edges = PlaceEdge.objects.filter(change__state=ChangeState.CONFIRMED.value, kind__in=LAND)
    edges = edges.filter(successor__isnull=False)
    rows = edges.order_by("change__day").values_list(
        "change__day", "origin", "successor", "share", "back_share", "doubtful"
    )
    days = []
    for day, group in groupby(rows.iterator(), key=lambda row: row[0]):
        links = [
            Link(origin, successor or 0, _number(share), _number(back), doubtful)
            for _day, origin, successor, share, back, doubtful in group
        ]
        days.append((day, of_land(links)))
    return days


def of_land(links: list[Link]) -> list[Link]:
    """This function will leave out the places that nothing left and nothing joined."""
    busy = {end for link in links if link.origin != link.successor for end in (link.origin, link.successor)}
    return [link for link in links if link.origin in busy or link.successor in busy]


def _number(share: object) -> float | None:
    return None if share is None else float(str(share))


def _plain(row: PlaceDescent) -> Descent:
    return Descent(
        row.origin_id,
        row.origin_from,
        row.origin_to,
        row.successor_id,
        row.successor_from,
        row.successor_to,
        row.share,
        row.back_share,
        row.assumed,
        row.back_assumed,
    )


def _saved(row: Descent) -> PlaceDescent:
    return PlaceDescent(
        origin_id=row.origin,
        origin_from=row.origin_from,
        origin_to=row.origin_to,
        successor_id=row.successor,
        successor_from=row.successor_from,
        successor_to=row.successor_to,
        share=row.share,
        back_share=row.back_share,
        assumed=row.assumed,
        back_assumed=row.back_assumed,
    )
