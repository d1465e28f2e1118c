"""Reads about boxes of other makers; the first argument is the scope."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from nguon.bridges.models import ForeignBox, Waiver
from nguon.devices.models import Device
from nguon.devices.states import DeviceClass
from nguon.organisations.rules import lineage

COMMUNE_DOTS = 2
"""An area with so many dots is a commune, or lies within one."""


def boxes_in(areas: Collection[str]) -> QuerySet[ForeignBox]:
    """This function will return the boxes in use of the areas, those with something wrong first."""
    rows = ForeignBox.objects.filter(device__area__within=areas, device__revoked_at__isnull=True)
    return rows.select_related("device__place__parent", "set_by").order_by(
        "-broken", "device__sort_key", "device_id"
    )


def box_of(device: Device) -> ForeignBox | None:
    """This function will return the box that a device drives; None when the device is no bridge."""
    return ForeignBox.objects.select_related("device__place", "set_by").filter(pk=device.pk).first()


def settings_of(box: ForeignBox) -> dict[str, Any] | None:
    """This function will return what a bridge is to be told of its box, the password sealed; None when nobody
    has said anything yet.
    """
    if not box.adapter:
        return None
    names = ("adapter", "address", "box", "username", "sealed", "options")
    return {"device": str(box.pk), **{name: getattr(box, name) for name in names}}


def waivers_in(areas: Collection[str]) -> QuerySet[Waiver]:
    """This function will return the waivers of the areas, those in force first, then the newest."""
    rows = Waiver.objects.filter(area__within=areas).select_related("place", "made_by", "ended_by")
    return rows.order_by("ended_at", "-made_at")


def is_waived(area: str) -> bool:
    """This function will say whether a waiver is in force for a place: its province's, or one around that."""
    return Waiver.objects.filter(area__in=lineage(area), ended_at__isnull=True).exists()


def faults_of(device_ids: Collection[UUID]) -> dict[UUID, str]:
    """This function will return what is wrong with the boxes behind some bridges, by code; it asks nothing
    where there are none."""
    if not device_ids:
        return {}
    return dict(ForeignBox.objects.filter(pk__in=device_ids).values_list("pk", "code"))


def unverified_among(device_ids: Iterable[UUID]) -> set[UUID]:
    """This function will return those loudspeakers of which nothing is proven (class L)."""
    rows = Device.objects.filter(pk__in=list(device_ids), device_class=DeviceClass.L)
    return set(rows.values_list("pk", flat=True))


def cannot_alert(device_ids: Iterable[UUID], targets: Collection[str]) -> set[UUID]:
    """This function will return those boxes of other makers that no alert to these areas makes sound: no box
    is set or it is broken, or the alert is wider than a commune and their province has no waiver (their
    bridge refuses it, docs/adr/031)."""
    rows = Device.objects.filter(pk__in=list(device_ids), device_class=DeviceClass.L)
    areas = dict(rows.values_list("pk", "area"))
    ready = set(
        ForeignBox.objects.filter(pk__in=areas, broken=False).exclude(adapter="").values_list("pk", flat=True)
    )
    around = {outer for area in areas.values() for outer in lineage(area)}
    waived = set(Waiver.objects.filter(area__in=around, ended_at__isnull=True).values_list("area", flat=True))
    narrow = {target for target in targets if target.count(".") >= COMMUNE_DOTS}
    return {pk for pk, area in areas.items() if pk not in ready or not (narrow | waived) & set(lineage(area))}
