"""Nhóm loa: listed, made, changed and ended."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nguon.broadcasts.actions import restagger
from nguon.bulletins.queries import planned_for_group
from nguon.console import picking
from nguon.console.views.base import areas_of, page, person
from nguon.devices import actions
from nguon.devices import queries as fleet
from nguon.devices.models import Device, DeviceGroup
from nguon.devices.rules import can_keep_devices
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places

LISTED = 100
OFFERED = 200  # loudspeakers that a form offers at once: its page stays under 60 KB
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def groups(request: HttpRequest) -> HttpResponse:
    """This function will list the groups, and make a new one."""
    given, fault = request.POST if request.method == "POST" else request.GET, ""
    own = picking.picker(person(request), "nhom", clock.now(), picked=given.get("place", ""))
    inside, more_inside = _of_commune(own.picked)
    if request.method == "POST":
        try:
            made = actions.make_group(
                name=given.get("name", ""),
                place=places.place(own.picked, at=clock.now()),
                devices=_ticked(request, own.picked),
                by=person(request),
                at=clock.now(),
            )
            messages.success(request, _("Đã lập nhóm “{name}”.").format(name=made.name))
            return redirect("console:groups")
        except DomainError as error:
            fault = str(error)
    words = request.GET.get("q", "")[:100].strip()
    found = list(fleet.groups_in(areas_of(request), words)[: LISTED + 1])
    context = {
        "groups": found[:LISTED],
        "more": len(found) > LISTED,
        "q": words,
        "picker": own,
        "inside": inside,
        "more_inside": more_inside,
        "name": given.get("name", ""),
        "chosen": set(request.POST.getlist("devices")),
        "fault": fault,
    }
    return page(request, "console/groups.html", "devices", context, status=409 if fault else 200)


def group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """This function will show one group and change its name and members."""
    row, fault = _one(request, group_id), ""
    words = request.GET.get("loa", "")[:100].strip()
    inside, more_inside = _for(row, words)
    if request.method == "POST":
        try:
            actions.change_group(
                group=row,
                name=request.POST.get("name", ""),
                devices=[*_not_shown(request, row), *_ticked(request, row.area)],
                by=person(request),
                at=clock.now(),
            )
            restagger(place=row.place, by=person(request), at=clock.now())
            messages.success(request, _("Đã lưu nhóm “{name}”.").format(name=request.POST["name"].strip()))
            return redirect("console:group", row.pk)
        except DomainError as error:
            fault = str(error)
    members = {str(pk) for pk in row.devices.values_list("pk", flat=True)}
    context = {
        "group": row,
        "inside": inside,
        "more_inside": more_inside,
        "words": words,
        "name": request.POST.get("name", row.name),
        "chosen": set(request.POST.getlist("devices")) if request.method == "POST" else members,
        "members": len(members),
        "planned": planned_for_group(row),
        "may_keep": can_keep_devices(person(request), row.area, clock.now()),
        "fault": fault,
    }
    return page(request, "console/group.html", "devices", context, status=409 if fault else 200)


@require_POST
def end(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """This function will end a group and say so on the list."""
    row = _one(request, group_id)
    try:
        actions.end_group(group=row, by=person(request), at=clock.now())
        restagger(place=row.place, by=person(request), at=clock.now())
        messages.success(request, _("Đã bỏ nhóm “{name}”.").format(name=row.name))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:group", row.pk)
    return redirect("console:groups")


def _one(request: HttpRequest, group_id: UUID) -> DeviceGroup:
    row = fleet.groups_in(areas_of(request)).filter(pk=group_id).first()
    if row is None:
        raise Http404
    return row


def _of_commune(area: str) -> tuple[list[Device], bool]:
    """The loudspeakers that a form offers, and whether there are more than it offers."""
    found = list(fleet.listed([area])[: OFFERED + 1]) if area else []
    return found[:OFFERED], len(found) > OFFERED


def _for(group: DeviceGroup, words: str) -> tuple[list[Device], bool]:
    """The same of a group that there is: its members come first."""
    found = fleet.listed([group.area], words)
    rows = [
        *found.filter(groups=group)[: OFFERED + 1],
        *found.exclude(groups=group)[: OFFERED + 1],
    ]
    return rows[:OFFERED], len(rows) > OFFERED


def _ticked(request: HttpRequest, area: str) -> list[Device]:
    wanted = {text for text in request.POST.getlist("devices") if _UUID.fullmatch(text)}
    return list(fleet.listed([area]).filter(pk__in=wanted)) if area else []


def _not_shown(request: HttpRequest, group: DeviceGroup) -> list[Device]:
    """The members that the form did not offer: nobody took their tick away, so they stay."""
    shown = set(request.POST.get("shown", "").split())
    return [row for row in group.devices.select_related("place") if str(row.pk) not in shown]
