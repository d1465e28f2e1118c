"""Reads about loudspeakers; the first argument is the scope."""

import base64
import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from nguon.areas.fields import label
from nguon.areas.paths import lineage
from nguon.devices.models import Claim, Device, DeviceGroup, Fitting, Photo, Registered
from nguon.devices.states import ONLINE_SECONDS, TURN
from nguon.kernel.clock import local
from nguon.kernel.text import fold

COUNTED = 10_000


def in_area(areas: Collection[str]) -> QuerySet[Device]:
    """This function will return the loudspeakers in use in any of the areas (each with all below it)."""
    return Device.objects.filter(area__within=areas, revoked_at__isnull=True).select_related("place")


def listed(
    areas: Collection[str],
    text: str = "",
    *,
    lost_at: datetime | None = None,
    revoked: bool = False,
    after: Device | None = None,
) -> QuerySet[Device]:
    """This function will return the loudspeakers of some areas in Vietnamese order, from the one `after`.

    Every word of `text` must begin a word of the own name or of a place around it, marks and case aside.
    `lost_at` keeps those that are silent at that instant; `revoked` lists those out of use instead.
    """
    rows = Device.objects.filter(area__within=areas, revoked_at__isnull=not revoked)
    for word in fold(text).split()[:10]:
        rows = rows.filter(search__contains=f" {word}")
    if lost_at is not None:
        heard = lost_at - timedelta(seconds=ONLINE_SECONDS)
        rows = rows.exclude(online=True, last_seen_at__gte=heard)
    if after is not None:
        key = bytes(after.sort_key)
        rows = rows.filter(Q(sort_key__gt=key) | Q(pk__gt=after.pk), sort_key__gte=key)
    return rows.order_by("sort_key", "id").select_related("place__parent")


def of_targets(targets: Iterable[str]) -> QuerySet[Device]:
    """This function will return the loudspeakers in use that any of the LSP-1 target strings names, each
    once.
    """
    where = Q(pk__in=[])
    for target in targets:
        if target.startswith("d/"):
            where |= Q(pk=target[2:])
        elif target.startswith("g/"):
            where |= Q(
                pk__in=DeviceGroup.devices.through.objects.filter(devicegroup_id=target[2:]).values("device")
            )
        else:
            where |= Q(area__within=[target])
    return Device.objects.filter(where, revoked_at__isnull=True).select_related("place")


def of_each(targets: Collection[str]) -> dict[str, list[UUID]]:
    """This function will return the ids of the loudspeakers in use that each LSP-1 target string names, in
    three queries however many targets they are."""
    areas = {target for target in targets if "/" not in target}
    single = {target[2:] for target in targets if target.startswith("d/")}
    groups = {UUID(target[2:]) for target in targets if target.startswith("g/")}
    found: dict[str, list[UUID]] = {target: [] for target in targets}
    rows = Device.objects.filter(revoked_at__isnull=True).order_by()
    if areas:
        for key, area in rows.filter(area__within=areas).values_list("pk", "area"):
            for outer in areas.intersection(lineage(area)):
                found[outer].append(key)
    if groups:
        members = DeviceGroup.devices.through.objects.filter(devicegroup__in=groups)
        for group, key in members.filter(device__revoked_at__isnull=True).values_list(
            "devicegroup", "device"
        ):
            found[f"g/{group}"].append(key)
    if single:
        for key in rows.filter(pk__in=single).values_list("pk", flat=True):
            found[f"d/{key}"].append(key)
    return found


def area_of_target(target: str) -> str:
    """This function will return the area that an LSP-1 target lies in; "" when it is not known."""
    kind, _slash, key = target.partition("/")
    if not key:
        return target
    rows = DeviceGroup.objects.filter(pk=key) if kind == "g" else Device.objects.filter(pk=key)
    return rows.values_list("area", flat=True).first() or ""


def counted(areas: Collection[str]) -> tuple[int, bool]:
    """This function will return how many loudspeakers are in use in the areas, and whether there are more:
    beyond 10,000 none is counted, as the count of a whole country takes longer than its page.
    """
    rows = Device.objects.filter(area__within=areas, revoked_at__isnull=True).order_by()
    count = rows.values("pk")[: COUNTED + 1].count()
    return min(count, COUNTED), count > COUNTED


def counts_by_area(areas: Collection[str], labels: int) -> dict[str, int]:
    """This function will count the loudspeakers in use within the areas given by the first so many labels of
    their own place's area: 3 are a commune."""
    parts = [label("area", number) for number in range(1, labels + 1)]
    rows = Device.objects.filter(area__within=areas, revoked_at__isnull=True).order_by()
    counted = rows.values_list(*parts).annotate(n=Count("pk"))
    return {".".join(filter(None, path)): count for *path, count in counted}


def groups_in(areas: Collection[str], text: str = "") -> QuerySet[DeviceGroup]:
    """This function will return the groups that people made in the communes of any of the areas, with their
    size; with `text` those with all its words in their name, tone marks aside.
    """
    where = Q(area__within=areas)
    for word in fold(text).split()[:10]:
        where &= Q(search__contains=f" {word}")
    return (
        DeviceGroup.objects.filter(where, ended_at__isnull=True, single=False)
        .select_related("place__parent")
        .annotate(size=Count("devices", filter=Q(devices__revoked_at__isnull=True)))
        .order_by("sort_key", "id")
    )


def turn_groups(areas: Collection[str]) -> QuerySet[DeviceGroup]:
    """This function will return the groups of the turns (so le) of communes, those in use."""
    begins, _number, ends = TURN.partition("{n}")
    rows = DeviceGroup.objects.filter(area__in=areas, ended_at__isnull=True, single=False)
    return rows.filter(name__startswith=begins, name__endswith=ends)


def turns_in(areas: Collection[str]) -> dict[str, dict[int, UUID]]:
    """This function will return the groups of the turns (from 0) of communes, by area, in three queries.

    A commune in which a loudspeaker in use has no turn, or two, has none here: all of it begins together, so
    that nobody is left out or hears a thing twice.
    """
    begins, _number, ends = TURN.partition("{n}")
    known = {row.pk: row for row in turn_groups(areas)}
    members = DeviceGroup.devices.through.objects.filter(
        devicegroup__in=known, device__revoked_at__isnull=True
    )
    inside: dict[UUID, set[UUID]] = {}
    for group, device in members.values_list("devicegroup", "device"):
        inside.setdefault(group, set()).add(device)
    found: dict[str, dict[int, UUID]] = {}
    placed: Counter[str] = Counter()
    for key, devices in inside.items():
        number = known[key].name.removeprefix(begins).removesuffix(ends)
        if number.isdecimal() and int(number) > 0:
            found.setdefault(known[key].area, {})[int(number) - 1] = key
            placed[known[key].area] += len(devices)
    count = counts_by_area(list(found), 3) if found else {}
    everybody = {area: set().union(*(inside[key] for key in turns.values())) for area, turns in found.items()}
    return {
        area: dict(sorted(turns.items()))
        for area, turns in found.items()
        if set(turns) != {0} and placed[area] == len(everybody[area]) == count.get(area)
    }


def groups_named(ids: Collection[str]) -> list[DeviceGroup]:
    """This function will return the groups of these ids that exist."""
    return list(DeviceGroup.objects.filter(pk__in=ids))


def revoked_in(areas: Collection[str]) -> QuerySet[Device]:
    """This function will return the loudspeakers taken out of use in any of the areas, the latest first."""
    rows = Device.objects.filter(area__within=areas, revoked_at__isnull=False).select_related("place")
    return rows.order_by("-revoked_at")


def to_cut_off(limit: int = 100) -> list[Device]:
    """This function will return revoked loudspeakers of which the broker does not know yet, oldest first."""
    rows = Device.objects.filter(revoked_at__isnull=False, cut_off_at__isnull=True)
    return list(rows.order_by("revoked_at")[:limit])


def known(device_id: UUID | str) -> Device | None:
    """This function will return a loudspeaker by its id, in use or revoked, or None."""
    return Device.objects.select_related("place").filter(pk=device_id).first()


def group_ids_of(device: Device) -> list[str]:
    """This function will return the ids of a loudspeaker's groups, as text, sorted."""
    return sorted(str(pk) for pk in device.groups.values_list("pk", flat=True))


def targets_of_device(device: Device) -> list[str]:
    """This function will return every LSP-1 target that names this loudspeaker.

    They are the areas from the province down, the groups, and the loudspeaker itself.
    """
    labels = device.area.split(".")
    areas = [".".join(labels[:n]) for n in range(2, len(labels) + 1)]
    return [*areas, *(f"g/{g}" for g in group_ids_of(device)), f"d/{device.pk}"]


def registered_in(areas: Collection[str], text: str = "", *, waiting: bool = False) -> QuerySet[Registered]:
    """This function will return the lines of the register in the areas, in Vietnamese order; with `waiting`
    those whose box has not joined.  Every word of `text` must begin a word of the name, or be in the serial.
    """
    rows = Registered.objects.filter(area__within=areas)
    for word in text.split()[:10]:
        rows = rows.filter(Q(search__contains=f" {fold(word)}") | Q(serial__icontains=word))
    if waiting:
        rows = rows.filter(device__isnull=True)
    return rows.select_related("place__parent", "device", "owner").order_by("sort_key", "id")


def pole(areas: Collection[str], line_id: UUID | str) -> Registered | None:
    """This function will return one pole of the areas with its box, or None."""
    rows = Registered.objects.filter(area__within=areas, pk=line_id)
    return rows.select_related("place__parent", "device", "owner").first()


def fittings_of(line: Registered) -> QuerySet[Fitting]:
    """This function will return which boxes hung on a pole, the newest first."""
    return line.fittings.select_related("device").order_by("-since", "-pk")


def photo(areas: Collection[str], photo_id: UUID) -> Photo | None:
    """This function will return a picture of a pole in the areas, or None."""
    return Photo.objects.filter(line__area__within=areas, pk=photo_id).select_related("line__place").first()


def waiting_claims(at: datetime) -> QuerySet[Claim]:
    """This function will return the boxes whose claim code is still good, newest first."""
    return Claim.objects.filter(used_at__isnull=True, expires_at__gt=at).order_by("-made_at")


def is_online(device: Device, at: datetime) -> bool:
    """This function will say whether a loudspeaker has spoken to us within the last 90 seconds."""
    return (
        device.online
        and device.last_seen_at is not None
        and at - device.last_seen_at <= timedelta(seconds=ONLINE_SECONDS)
    )


def quiet_hours() -> list[tuple[str, str]]:
    """This function will return the quiet hours that every loudspeaker keeps, as (from, to) in HH:MM.

    Source: the `root` document of LSP-1, written by the signer's key ceremony.
    """
    path = Path(settings.NGUON_DATA) / "signer" / "public" / "root.json"
    try:
        return _quiet_of(path, path.stat().st_mtime_ns)
    except OSError:
        return []


def quiet_at(at: datetime) -> str:
    """This function will return the quiet hours ("21:00-05:00") that an instant lies in; "" for none."""
    clock = f"{local(at):%H:%M}"
    for begin, end in quiet_hours():
        if begin <= clock < end if begin <= end else clock >= begin or clock < end:
            return f"{begin}-{end}"
    return ""


def authority() -> str:
    """This function will return the certificate (PEM) of the installation's own authority; "" without one."""
    try:
        return Path(settings.NGUON_TLS_CA).read_text() if settings.NGUON_TLS_CA else ""
    except OSError:
        return ""


@lru_cache(maxsize=4)
def _quiet_of(path: Path, _changed: int) -> list[tuple[str, str]]:
    envelope: dict[str, Any] = json.loads(path.read_text())
    body = json.loads(base64.b64decode(envelope["payload"]))
    return [(str(a), str(b)) for a, b in body["policy"].get("quiet", [])]
