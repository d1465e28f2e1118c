"""Reads of releases; the first argument is the scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from nguon.areas.paths import lineage
from nguon.deliveries.models import Document
from nguon.devices.models import Device
from nguon.releases import store, waves
from nguon.releases.models import Release, Turn
from nguon.releases.states import BAD, OFFERED, OPEN, WAVES, ReleaseState, TurnState
from nguon.releases.waves import Counts


@dataclass(frozen=True)
class Wave:
    """One wave of a release as the page shows it."""

    number: int
    per_cent: int
    begun: bool
    now: bool
    all: int
    good: int
    bad: int
    open: int
    away: int


def releases_in(areas: Collection[str]) -> QuerySet[Release]:
    """This function will return the releases of some areas and of those around them, the newest first."""
    around = {outer for area in areas for outer in lineage(area)}
    rows = Release.objects.filter(Q(area__within=areas) | Q(area__in=around))
    return rows.select_related("by").order_by("-at", "-pk")


def waves_of(release: Release) -> list[Wave]:
    """This function will count each wave's turns."""
    mine = Turn.objects.filter(release=release).order_by().values_list("wave")
    counted = mine.annotate(
        all=Count("pk"),
        good=Count("pk", filter=Q(state=TurnState.UPDATED)),
        bad=Count("pk", filter=Q(state__in=BAD)),
        open=Count("pk", filter=Q(state__in=OPEN, counted=True)),
        away=Count("pk", filter=Q(state__in=OPEN, counted=False)),
    )
    found: dict[int, tuple[int, ...]] = {wave: tuple(counts) for wave, *counts in counted}
    return [
        Wave(
            number,
            per_cent,
            release.wave >= number,
            release.wave == number and release.state in {ReleaseState.ROLLING, ReleaseState.HALTED},
            *found.get(number, (0, 0, 0, 0, 0)),
        )
        for number, per_cent in enumerate(WAVES, 1)
    ]


def counts_of(release: Release) -> Counts:
    """This function will count the loudspeakers of a release that its judgement rests on."""
    found = (
        Turn.objects.filter(release=release, excused=False)
        .exclude(state__in=OPEN, counted=False)
        .aggregate(
            good=Count("pk", filter=Q(state=TurnState.UPDATED)),
            bad=Count("pk", filter=Q(state__in=BAD)),
            open=Count("pk", filter=Q(state__in=OPEN)),
        )
    )
    return Counts(**found)


def troubled(release: Release, limit: int = 50) -> list[Turn]:
    """This function will return the turns of a release that went wrong, the newest first."""
    rows = Turn.objects.filter(release=release, state__in=[*BAD, TurnState.LATER])
    return list(rows.select_related("device__place__parent").order_by("-changed_at", "pk")[:limit])


def fleet_of(release: Release) -> QuerySet[Device]:
    """This function will return the loudspeakers in use that a release is for."""
    return Device.objects.filter(area__within=[release.area], model=release.model, revoked_at__isnull=True)


def is_filled(release: Release) -> bool:
    """This function will say whether a release's wave has as many loudspeakers in use as it wants."""
    fleet = fleet_of(release)
    had = release.turns.filter(device__in=fleet.order_by()).count()
    return waves.is_filled(release.wave, fleet.count(), had)


def document_for(device: Device, sha256: str) -> Document | None:
    """This function will return a signed release whose turn has come for this loudspeaker, or None."""
    turns = Turn.objects.filter(device=device, release__document=sha256, release__state__in=OFFERED)
    return Document.objects.filter(pk=sha256, type="release").first() if turns.exists() else None


def bundle(sha256: str) -> Path | None:
    """This function will return where the bundle of a release that is being offered lies, or None."""
    known = Release.objects.filter(bundle=sha256, state__in=OFFERED).exists()
    return store.path_of(sha256) if known else None


def under_way(areas: Collection[str]) -> list[Release]:
    """This function will return the releases of some areas that roll or halted."""
    return list(releases_in(areas).filter(state__in=[ReleaseState.ROLLING, ReleaseState.HALTED]))


def release_of(areas: Collection[str], release_id: UUID) -> Release | None:
    """This function will return one release that may be seen in some areas, or None."""
    return releases_in(areas).filter(pk=release_id).first()


def overdue(at: datetime) -> QuerySet[Release]:
    """This function will return what the clock has to look at: releases that wait for the signer, roll, or go
    on taking in loudspeakers that join late."""
    return Release.objects.filter(state__in=[ReleaseState.WAITING, *OFFERED], at__lte=at).order_by("at", "pk")
