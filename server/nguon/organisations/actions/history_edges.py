"""The changes and edges of 1/7/2025: one change for the provinces, one for the districts, one a province."""

from collections import Counter
from datetime import date, datetime, timedelta

from nguon.journal.actions import Actor
from nguon.organisations.actions.copying import copy_in
from nguon.organisations.actions.sources_legacy import LegacyLink, LegacySource
from nguon.organisations.models import Place, PlaceChange, PlaceEdge
from nguon.organisations.states import ChangeKind, ChangeState, Kind

PROVINCES_ACT = "Nghị quyết 202/2025/QH15"
PROVINCES_ON = date(2025, 6, 12)
DISTRICTS_ACT = "Luật Tổ chức chính quyền địa phương 2025 (72/2025/QH15)"
DISTRICTS_ON = date(2025, 6, 16)
COMMUNES_ACT = "Nghị quyết của Ủy ban Thường vụ Quốc hội về các xã của {province}"
COMMUNES_ON = date(2025, 6, 16)


def keep_edges(
    source: LegacySource,
    links: list[LegacyLink],
    known: dict[str, Place],
    after: dict[str, Place],
    same: dict[str, Place],
    *,
    by: Actor | None,
    at: datetime,
) -> int:
    """This function will save the edges that are missing, with their changes; returns how many it saved."""
    day = source.valid_to + timedelta(days=1)
    changes = _changes(source, day, after, by, at)
    there = set(
        PlaceEdge.objects.filter(change__in=changes.values()).values_list("change", "origin", "successor")
    )
    feeding = Counter(link.successor for link in links)
    linked = {link.origin for link in links}
    edges = []
    for link in links:
        if link.origin not in known:
            continue
        origin, successor = known[link.origin], after[link.successor]
        edges.append(
            PlaceEdge(
                change=changes[_key(day, successor)],
                kind=_kind(link, feeding[link.successor], link.origin in same),
                origin=origin,
                successor=successor,
                whole=link.whole,
                share=1 if link.whole else None,
                back_share=1 if feeding[link.successor] == 1 else None,
                doubtful=link.doubtful,
            )
        )
    edges += [
        PlaceEdge(change=changes[f"{day}:districts"], kind=ChangeKind.END, origin=place, whole=True)
        for code, place in known.items()
        if place.kind == Kind.DISTRICT and code not in linked
    ]
    new = [edge for edge in edges if (edge.change_id, edge.origin_id, edge.successor_id) not in there]
    copy_in(PlaceEdge, new)
    return len(new)


def _kind(link: LegacyLink, feeding: int, same: bool) -> str:
    if same:
        return ChangeKind.MOVE.value
    return ChangeKind.MERGE.value if link.whole else ChangeKind.SPLIT.value


def _key(day: date, successor: Place) -> str:
    return f"{day}:{'provinces' if successor.kind == Kind.PROVINCE else successor.parent_id}"


def _changes(
    source: LegacySource, day: date, after: dict[str, Place], by: Actor | None, at: datetime
) -> dict[str, PlaceChange]:
    """The changes of the import by key, those that are missing made now."""
    known = {change.key or "": change for change in PlaceChange.objects.filter(key__startswith=f"{day}:")}
    acts = {
        f"{day}:provinces": (ChangeKind.MERGE, PROVINCES_ACT, PROVINCES_ON),
        f"{day}:districts": (ChangeKind.END, DISTRICTS_ACT, DISTRICTS_ON),
    }
    for place in after.values():
        if place.kind == Kind.PROVINCE:
            province = f"{place.designation.lower()} {place.name}"
            acts[f"{day}:{place.pk}"] = ChangeKind.MERGE, COMMUNES_ACT.format(province=province), COMMUNES_ON
    who = f"user:{by.pk}" if by else "system"
    made = [
        PlaceChange(
            kind=kind.value,
            state=ChangeState.CONFIRMED.value,
            day=day,
            act=act,
            act_on=act_on,
            source=source.name,
            key=key,
            made_by=who,
            made_at=at,
            settled_by=who,
            settled_at=at,
        )
        for key, (kind, act, act_on) in acts.items()
        if key not in known
    ]
    copy_in(PlaceChange, made)
    return known | {change.key or "": change for change in made}
