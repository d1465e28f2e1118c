"""Điều khiển, diễn tập im lặng, âm học: what loudspeakers are told, whether they work, who hears what."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.console import picking, wording
from nguon.console.views.base import areas_of, number, page, person
from nguon.control import actions, queries, rules
from nguon.control.errors import BadCalm, BadVolume
from nguon.control.states import CalmKind, CommandKind
from nguon.devices import queries as fleet
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind

SHOWN = 30
MOST_MET = 60
PURPOSE = "dieu-khien"


def control(request: HttpRequest) -> HttpResponse:
    """This function will show what the loudspeakers of a target were told, and tell them anew."""
    target = _target(request)
    if request.method == "POST":
        return _told(request, reverse("console:control") + "?" + urlencode({"noi": target}), _order)
    at, user = clock.now(), person(request)
    area = fleet.area_of_target(target) if target else ""
    device = fleet.known(target[2:]) if target.startswith("d/") else None
    context: dict[str, Any] = {
        "target": target,
        "label": _label(target, area),
        "picker": picking.picker(user, PURPOSE, at, picked=area, folded=bool(target)),
        "one": device,
        "setting": queries.setting_of(device) if device else None,
        "logs": queries.logs_of(device) if device else (),
        "may": bool(area) and rules.can_control(user, area, at),
        "groups": fleet.groups_in([area]) if area.count(".") == 2 else (),
        "commands": queries.commands_in([area])[:SHOWN] if area else (),
        "quiet": fleet.quiet_at(at),
    }
    return page(request, "console/control.html", "devices", context)


def _order(request: HttpRequest) -> str:
    at, user, target = clock.now(), person(request), request.POST.get("noi", "")
    reason, act = request.POST.get("reason", "")[:300], request.POST.get("act", "")
    if act in ("volume", "mute"):
        text = "0" if act == "mute" else request.POST.get("volume", "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 3:
            raise BadVolume(text=text[:20])
        hours = actions.read_hours(request.POST.get("hours", "")[:600]) if act == "volume" else []
        count = actions.set_volume(
            target=target, volume=int(text), hours=hours, reason=reason, by=user, at=at
        )
        return _("Đã gửi lệnh âm lượng đến {count} cụm loa.").format(count=count)
    kinds = {"restart": CommandKind.RESTART, "say": CommandKind.SAY, "logs": CommandKind.LOGS}
    if act not in kinds:
        raise Http404
    count = actions.order(kind=kinds[act], target=target, reason=reason, by=user, at=at)
    return _("Đã gửi lệnh đến {count} cụm loa.").format(count=count)


@require_GET
def drills(request: HttpRequest) -> HttpResponse:
    """This function will report the silent drills of one night, commune by commune."""
    areas, at = areas_of(request), clock.now()
    night = _day(request.GET.get("dem", "")) or queries.last_night(areas)
    rows = list(queries.drills_in(areas, night)) if night else []
    labels = places.labels([row.area for row in rows])
    one = next((row for row in rows if str(row.pk) == request.GET.get("xem", "")), None)
    answers = one.answers.exclude(outcome="proved").select_related("device__place") if one else ()
    context = {
        "night": night,
        "rows": [(row, labels.get(row.area, row.area)) for row in rows],
        "one": one,
        "one_label": labels.get(one.area, "") if one else "",
        "answers": [(row, wording.reason(row.reason)) for row in answers],
        "proved": sum(row.proved for row in rows),
        "mended": sum(row.mended for row in rows),
        "meant": sum(row.proved + row.failed + row.silent for row in rows),
        "picker": picking.picker(person(request), PURPOSE, at, folded=True),
        "may": bool(picking.areas_for(person(request), picking.PURPOSES[PURPOSE], at)),
    }
    return page(request, "console/drills.html", "devices", context)


@require_POST
def drill(request: HttpRequest) -> HttpResponse:
    """This function will begin the silent drill of a commune now."""

    def begin(request: HttpRequest) -> str:
        place = _commune(request.POST.get("noi", ""))
        actions.drill_now(place=place, by=person(request), at=clock.now())
        return _("Đang diễn tập im lặng ở {place}. Kết quả có sau 20 phút.").format(place=place)

    return _told(request, reverse("console:silent_drills"), begin)


@require_GET
def acoustics(request: HttpRequest) -> HttpResponse:
    """This function will show whose sounds meet in a commune, and what must not be disturbed there."""
    at, user, area = clock.now(), person(request), request.GET.get("xa", "")
    place = _commune(area) if area else None
    if place is not None and not any(covers(own, place.area) for own in areas_of(request)):
        raise PermissionDenied
    poles = queries.poles_in([place.area]) if place else []
    met = rules.meetings(poles)
    turns = rules.turns(poles, met, queries.held_beyond(place.area, poles) if place else None)
    zones = [zone for zone in rules.zones(poles, met) if len(zone) > 1]
    context = {
        "place": place,
        "picker": picking.picker(user, "am-hoc", at, picked=area, folded=bool(place)),
        "pole_count": len(poles),
        "met": met[:MOST_MET],
        "beyond": _beyond(place, poles)[:MOST_MET],
        "more": max(0, len(met) - MOST_MET),
        "zones": [[(pole, turns[pole.key] + 1) for pole in zone] for zone in zones],
        "turns": max(turns.values(), default=0) + 1 if met or any(turns.values()) else 0,
        "calms": queries.calms_in([place.area]) if place else (),
        "kinds": CalmKind.choices,
        "usual": rules.USUAL_RANGE_M,
        "may": place is not None and rules.can_control(user, place.area, at),
    }
    return page(request, "console/acoustics.html", "devices", context)


def _beyond(place: Place | None, poles: list[rules.Pole]) -> list[rules.Meeting]:
    """Which own poles are heard where poles of other communes are heard too, the nearest first."""
    others = queries.poles_beyond(place.area) if place else []
    own = {pole.key for pole in poles}
    return [
        one if one.one.key in own else rules.Meeting(one.other, one.one, one.metres)
        for one in rules.meetings([*poles, *others])
        if (one.one.key in own) != (one.other.key in own)
    ]


@require_POST
def calm_add(request: HttpRequest) -> HttpResponse:
    """This function will add a school or a hospital."""
    return _told(request, _acoustics_of(request.POST.get("xa", "")), _add_calm)


def _add_calm(request: HttpRequest) -> str:
    given = {name: value[0].strip() for name, value in request.POST.lists()}
    try:
        position = float(given["vi_do"].replace(",", ".")), float(given["kinh_do"].replace(",", "."))
        kind = CalmKind(given["kind"])
    except (KeyError, ValueError) as error:
        raise BadCalm from error
    made = actions.add_calm(
        name=given.get("name", ""),
        kind=kind,
        place=_commune(given.get("xa", "")),
        position=position,
        radius_m=number(given.get("radius"), 0),
        volume=number(given.get("volume"), 101),
        hours=(given.get("starts", ""), given.get("ends", "")),
        by=person(request),
        at=clock.now(),
    )
    return _("Đã thêm {name}. Loa ở gần được báo giữ giới hạn này ngay.").format(name=made.name)


@require_POST
def calm_remove(request: HttpRequest, calm_id: UUID) -> HttpResponse:
    """This function will remove a school or a hospital."""
    row = queries.calms_in(areas_of(request)).filter(pk=calm_id).first()
    if row is None:
        raise Http404

    def remove(request: HttpRequest) -> str:
        actions.remove_calm(calm=row, by=person(request), at=clock.now())
        return _("Đã bỏ {name}.").format(name=row.name)

    return _told(request, _acoustics_of(row.area), remove)


@require_POST
def take_turns(request: HttpRequest) -> HttpResponse:
    """This function will make groups of the loudspeakers of a commune of which no two are heard at one place,
    so that a programme can go to one after the other.
    """
    return _told(request, _acoustics_of(request.POST.get("xa", "")), _make_turns)


def _make_turns(request: HttpRequest) -> str:
    place = _commune(request.POST.get("xa", ""))
    made = actions.take_turns(place=place, by=person(request), at=clock.now())
    return _(
        "Đã lập {count} nhóm so le. Phiên đánh dấu “Phát so le” trong Lịch phát đi lần lượt qua đó."
    ).format(count=made)


def _told(request: HttpRequest, address: str, act: Callable[[HttpRequest], str]) -> HttpResponse:
    try:
        messages.success(request, act(request))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(address)


def _target(request: HttpRequest) -> str:
    """What is to be told: an area, a group or a loudspeaker that the person may see."""
    text = request.POST.get("noi", "") or request.GET.get("noi", "")
    if not text:
        return ""
    kind, _slash, key = text.partition("/")
    try:
        area = fleet.area_of_target(f"{kind}/{UUID(key)}") if _slash else text
    except ValueError:
        area = ""
    if not area or not any(covers(own, area) for own in areas_of(request)):
        raise Http404
    return text


def _label(target: str, area: str) -> str:
    if target.startswith("d/"):
        device = fleet.known(target[2:])
        return f"{device.name}, {device.place.label}" if device else ""
    if target.startswith("g/"):
        return ", ".join(group.name for group in fleet.groups_named([target[2:]]))
    return places.labels([area]).get(area, "") if area else ""


def _commune(area: str) -> Place:
    row = Place.objects.filter(area=area, kind=Kind.COMMUNE.value).select_related("parent").first()
    if row is None:
        raise Http404
    return row


def _acoustics_of(area: str) -> str:
    return reverse("console:acoustics") + "?" + urlencode({"xa": ".".join(area.split(".")[:3])})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
