"""Carrying out a change of the map: new columns, new versions, codes and arrows, all from one day on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from nguon.kernel.text import sort_key, tidy
from nguon.organisations.actions.copying import copy_in
from nguon.organisations.actions.descents import LAND, extend_descents, of_land
from nguon.organisations.actions.places import (
    build,
    checked_name,
    keep_new,
    reserve_ids,
    search_text,
    version_of,
)
from nguon.organisations.actions.plans import Checked, NewPlace, bigger_part
from nguon.organisations.errors import OverlappingDates
from nguon.organisations.models import Place, PlaceChange, PlaceCode, PlaceEdge, PlaceVersion
from nguon.organisations.rules import Link, with_shares
from nguon.organisations.states import SYSTEM_OFFICIAL, ChangeKind, Kind

_COLUMNS = ["parent", "area", "name", "designation", "search", "sort_key"]


@dataclass(slots=True)
class Effect:
    """What a change does. `moves`: the area of a place -> what covers it from then on (places that lie
    elsewhere now, and places that ended); whatever hangs on an area follows it.  `ended`: the areas of what
    ended.  `parts` and `chosen`: see Moves.  `renamed`: how a place was called, and how it is called then."""

    moves: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    begins: list[Place] = field(default_factory=list)
    ends: list[Place] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    changes: list[tuple[str, Place]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)


class Editor:
    """One change on its way into the tables."""

    def __init__(self, change: PlaceChange, found: Checked) -> None:
        """This function will keep what to do; `apply` does it."""
        self.change = change
        self.found = found
        self.plan = found.plan
        self.day: date = found.plan.day
        self.eve = self.day - timedelta(days=1)
        self.effect = Effect()
        self._edges: list[PlaceEdge] = []

    def apply(self) -> Effect:
        """This function will do it all, inside the caller's transaction."""
        {
            ChangeKind.MERGE: self._merge,
            ChangeKind.SPLIT: self._split,
            ChangeKind.RENAME: self._rename,
            ChangeKind.RETYPE: self._retype,
            ChangeKind.RECODE: self._recode,
            ChangeKind.MOVE: self._move,
            ChangeKind.NEW: self._new,
            ChangeKind.END: self._end,
        }[self.plan.kind]()
        copy_in(PlaceEdge, self._edges)
        links = of_land(
            [
                Link(
                    edge.origin_id,
                    edge.successor_id,
                    None if edge.share is None else float(edge.share),
                    doubtful=edge.doubtful,
                )
                for edge in self._edges
                if edge.kind in LAND and edge.successor_id is not None
            ]
        )
        if links:
            extend_descents(self.day, links)
            self.effect.links = with_shares(links)
        return self.effect

    def _merge(self) -> None:
        target, going = self.found.into, [p for p in self.found.places if p != self.found.into]
        inside = self._children(going)
        areas = [place.area for place in going]
        if target is None:
            self._finish(going)
            assert self.plan.new is not None and self.found.parent is not None  # noqa: PT018, S101 - checked
            target = self._begin(self.plan.new, Kind(going[0].kind), self.found.parent)
        else:
            self._finish(going)
            self._edge(target, target, ChangeKind.MERGE)
        for place, area in zip(going, areas, strict=True):
            self._edge(place, target, ChangeKind.MERGE)
            self.effect.moves[area] = target.area
        self._rehome(inside, target)

    def _split(self) -> None:
        (origin,) = self.found.places
        goes_on = any(place == origin for _part, place in self.found.parts)
        before = origin.area
        inside = {child.pk: child for child in self._children([origin])}
        if not goes_on:
            self._finish([origin])
        places = []
        for part, place in self.found.parts:
            if place is None:
                assert part.new is not None and self.found.parent is not None  # noqa: PT018, S101 - checked
                place = self._begin(part.new, Kind(origin.kind), self.found.parent)
            elif place != origin:
                self._edge(place, place, ChangeKind.SPLIT)
            places.append(place)
            self._edge(origin, place, ChangeKind.SPLIT, whole=False, share=part.share)
        bigger = places[bigger_part(self.plan.parts, origin.pk)]
        for part, place in zip(self.plan.parts, places, strict=True):
            mine = [inside.pop(pk) for pk in part.children if pk in inside]
            self._rehome([child for child in mine if place != origin], place)
            self.effect.chosen.update(dict.fromkeys(part.followers, place.area))
        self.effect.parts[before] = tuple(place.area for place in places)
        if bigger != origin:
            self.effect.moves[before] = bigger.area
            self._rehome(list(inside.values()), bigger)

    def _rename(self) -> None:
        self._same_land(name=checked_name(self.plan.name))

    def _retype(self) -> None:
        self._same_land(designation=tidy(self.plan.designation))

    def _same_land(self, **told: str) -> None:
        for place in self.found.places:
            before = place.label
            for column, text in told.items():
                setattr(place, column, text)
            self.effect.renamed.append((before, str(place)))
        self._rewrite(self.found.places)
        for place in self.found.places:
            self._edge(place, place, self.plan.kind)

    def _recode(self) -> None:
        (place,) = self.found.places
        self._end_codes([place])
        self._code(place, tidy(self.plan.code))
        self.effect.renamed.append((place.label, tidy(self.plan.code)))
        self._edge(place, place, ChangeKind.RECODE)

    def _move(self) -> None:
        assert self.found.parent is not None  # noqa: S101 - checked
        self._rehome(self.found.places, self.found.parent)
        for place in self.found.places:
            self._edge(place, place, ChangeKind.MOVE)

    def _new(self) -> None:
        assert self.plan.new is not None and self.found.parent is not None  # noqa: PT018, S101 - checked
        self._begin(self.plan.new, Kind(self.plan.tier), self.found.parent)

    def _end(self) -> None:
        inside = [*self.found.places]
        while level := self._children(inside):  # what lies within ends too
            self._finish(level)
            self._edges += [self._arrow(place, None, ChangeKind.END) for place in level]
            inside = level
        self._finish(self.found.places)
        self._edges += [self._arrow(place, None, ChangeKind.END) for place in self.found.places]

    def _children(self, places: Iterable[Place]) -> list[Place]:
        rows = Place.objects.filter(parent__in=[place.pk for place in places], valid_to__isnull=True)
        return list(rows.in_order())

    def _begin(self, new: NewPlace, kind: Kind, parent: Place) -> Place:
        (pk,) = reserve_ids(1)
        place = build(
            pk=pk,
            kind=kind,
            parent=parent,
            designation=tidy(new.designation),
            name=checked_name(new.name),
            valid_from=self.day,
        )
        keep_new([place])
        if new.code:
            self._code(place, tidy(new.code))
        self.effect.begins.append(place)
        return place

    def _code(self, place: Place, code: str) -> None:
        PlaceCode.objects.create(place=place, system=SYSTEM_OFFICIAL, code=code, valid_from=self.day)

    def _end_codes(self, places: list[Place]) -> None:
        codes = PlaceCode.objects.filter(place__in=places, valid_to__isnull=True)
        codes.filter(valid_from__gte=self.day).delete()
        codes.update(valid_to=self.eve)

    def _finish(self, places: list[Place]) -> None:
        """Places end with the eve.  What another change of this very day made of them never was: their last
        version is that of the eve, and so are their columns; what hangs on them hangs on the path of now."""
        if any(place.valid_from >= self.day for place in places):
            raise OverlappingDates(day=f"{self.day:%d/%m/%Y}")
        self.effect.ended += [place.area for place in places]
        versions = PlaceVersion.objects.filter(place__in=places)
        changed = set(versions.filter(valid_from=self.day).values_list("place", flat=True))
        versions.filter(valid_from=self.day).delete()
        versions.filter(valid_to__isnull=True).update(valid_to=self.eve)
        last = {row.place_id: row for row in versions.filter(valid_to=self.eve).select_related("parent")}
        for place in places:
            place.valid_to = self.eve
            if place.pk in changed:
                was = last[place.pk]
                place.parent, place.area = was.parent, was.area
                place.name, place.designation = was.name, was.designation
                place.search = search_text(place.name, place.designation, place.parent)
                place.sort_key = sort_key(place.name)
        Place.objects.bulk_update(places, ["valid_to", *_COLUMNS])
        self._end_codes(places)
        self.effect.ends += places

    def _rehome(self, places: list[Place], parent: Place) -> None:
        """Places come to lie in another one, with everything inside them."""
        for place in places:
            place.parent = parent
        self._rewrite(places)

    def _rewrite(self, places: list[Place]) -> None:
        """Derive area, search text and order anew, from these places down, and keep versions of it."""
        level = places
        while level:
            for place in level:
                before = place.area
                above = place.parent
                if above is not None:
                    place.area = f"{above.area}.{place.pk}"
                place.search = search_text(place.name, place.designation, above)
                place.sort_key = sort_key(place.name)
                self.effect.changes.append((before, place))
                if place.area != before:
                    self.effect.moves[before] = place.area
            Place.objects.bulk_update(level, _COLUMNS, batch_size=1000)
            self._new_versions(level)
            known = {place.pk: place for place in level}
            level = self._children(level)
            for place in level:
                place.parent = known[place.parent_id or 0]

    def _new_versions(self, places: list[Place]) -> None:
        now = PlaceVersion.objects.filter(place__in=places, valid_to__isnull=True)
        current = {version.place_id: version for version in now}
        ending, fresh, again = [], [], []
        for place in places:
            old, new = current[place.pk], version_of(place, valid_from=self.day)
            if _told(old) == _told(new):
                continue
            if old.valid_from == self.day:  # changed twice on one day: the last word counts
                new.pk = old.pk
                again.append(new)
            else:
                old.valid_to = self.eve
                ending.append(old)
                fresh.append(new)
        PlaceVersion.objects.bulk_update(ending, ["valid_to"], batch_size=1000)
        PlaceVersion.objects.bulk_update(again, ["parent", "area", "name", "designation"], batch_size=1000)
        copy_in(PlaceVersion, fresh)

    def _edge(
        self,
        origin: Place,
        successor: Place,
        kind: ChangeKind,
        *,
        whole: bool = True,
        share: object = None,
    ) -> None:
        arrow = self._arrow(origin, successor, kind)
        arrow.whole = whole
        arrow.share = 1 if whole else share  # type: ignore[assignment]
        self._edges.append(arrow)

    def _arrow(self, origin: Place, successor: Place | None, kind: ChangeKind) -> PlaceEdge:
        return PlaceEdge(change=self.change, kind=kind.value, origin=origin, successor=successor, whole=True)


def _told(version: PlaceVersion) -> tuple[object, ...]:
    return version.name, version.designation, version.kind, version.parent_id, version.area
