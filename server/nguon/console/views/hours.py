"""Khung giờ phát: how much may be broadcast in an area and on which days not, whose word it is, and what a
new word would touch before it is given."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.models import User
from nguon.broadcasts import actions, errors
from nguon.broadcasts.actions import Hours
from nguon.broadcasts.models import HourRule
from nguon.broadcasts.queries import hours as queries
from nguon.broadcasts.rules import layout
from nguon.broadcasts.rules.hours import LONGEST_MINUTES, MOST_SESSIONS, hours_make_sense, may_set_hours
from nguon.broadcasts.states import DayKind
from nguon.console import hours, picking
from nguon.console.views.base import areas_of, number, page, person
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """This function will show what holds in one area, its own and what comes from around it."""
    return _show(request, _place(request, request.GET.get("noi", "")))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """This function will do what one form of the page asks for, or tell what it would do."""
    place, post = _place(request, request.POST.get("noi", "")), request.POST
    doing = _ACTS.get(post.get("act", ""))
    if place is None or doing is None:
        raise Http404
    user, at = person(request), clock.now()
    try:
        if "xem-truoc" in post:
            return _show(request, place, **_preview(post, place, at))
        text = doing(post, place, user, at)
    except DomainError as error:
        return _show(request, place, fault=str(error))
    messages.success(request, text)
    return redirect(f"{reverse('console:hours')}?{urlencode({'noi': place.area})}")


def _set(post: QueryDict, place: Place, user: User, at: datetime) -> str:
    actions.set_hours(area=place.area, given=_hours(post), by=user, at=at)
    return _("Đã đặt khung giờ phát của {place}.").format(place=place)


def _end(post: QueryDict, place: Place, user: User, at: datetime) -> str:
    actions.end_hours(rule_id=number(post.get("dong")), by=user, at=at)
    return _("Đã bỏ khung giờ riêng; từ nay theo nơi ở trên.")


def _off(post: QueryDict, place: Place, user: User, at: datetime) -> str:
    row = actions.add_day_off(area=place.area, given=_day(post), name=post.get("ten", ""), by=user, at=at)
    return _("Đã ghi ngày nghỉ “{name}”; chương trình trong địa bàn được xếp lại.").format(name=row.name)


def _off_end(post: QueryDict, place: Place, user: User, at: datetime) -> str:
    row = actions.end_day_off(day_off_id=number(post.get("dong")), by=user, at=at)
    return _("Đã bỏ ngày nghỉ “{name}”; chương trình trong địa bàn được xếp lại.").format(name=row.name)


_ACTS: dict[str, Callable[[QueryDict, Place, User, datetime], str]] = {
    "khung": _set,
    "bo-khung": _end,
    "nghi": _off,
    "bo-nghi": _off_end,
}


def _preview(post: QueryDict, place: Place, at: datetime) -> dict[str, Any]:
    """What would happen, with the form as it was typed."""
    if post.get("act") == "nghi":
        silences = queries.silenced_by(place.area, _day(post), at)
        typed = {
            "ten": post.get("ten", ""), "lich": post.get("lich", ""), "ngay": post.get("ngay", ""),
            "day_of_month": post.get("ngay-thang", ""), "thang": post.get("thang", ""),
            "days": post.get("so-ngay", ""), "before": post.get("truoc", ""),
        }  # fmt: skip
        return {"off_typed": typed, "would": hours.of_silences(silences, place)}
    given = _hours(post)
    if not hours_make_sense(given.minutes, given.sessions, given.weekdays):
        raise errors.HoursWrong(limit=LONGEST_MINUTES, sessions=MOST_SESSIONS)
    begin, end = given.quiet or (None, None)
    rule = HourRule(
        area=place.area, designation=given.designation, minutes=given.minutes, sessions=given.sessions,
        weekdays=given.weekdays, quiet_from=begin, quiet_to=end,
    )  # fmt: skip
    return {"typed": given, "would": hours.of_touches(queries.touched_by_hours(place.area, rule))}


def _hours(post: QueryDict) -> Hours:
    begin, end = _time(post.get("yen-tu")), _time(post.get("yen-den"))
    if (begin is None) != (end is None):
        raise errors.QuietWrong
    return Hours(
        minutes=number(post.get("phut"), most=10_000),
        sessions=number(post.get("phien"), most=10_000) or None,
        weekdays="".join(sorted(set(post.getlist("thu")) & set("0123456"))),
        designation=post.get("loai", "")[:30],
        quiet=(begin, end) if begin and end else None,
        source=post.get("can-cu", ""),
    )


def _day(post: QueryDict) -> layout.Off:
    """The day of the form: one day by its date, a yearly one by day and month."""
    kind = post.get("lich", "")
    days, before = number(post.get("so-ngay"), 1, most=1000), number(post.get("truoc"), most=1000)
    if kind == DayKind.ONCE:
        try:
            day = date.fromisoformat(post.get("ngay", ""))
        except ValueError:
            raise errors.DayOffWrong from None
        return layout.Off(kind, day.year, day.month, day.day, days, before)
    month, day_ = number(post.get("thang"), most=99), number(post.get("ngay-thang"), most=99)
    return layout.Off(kind, None, month, day_, days, before)


def _time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None


def _place(request: HttpRequest, area: str) -> Place | None:
    own = areas_of(request)
    area = area or (own[0] if own else "")
    if not any(covers(outer, area) for outer in own):
        return None
    return Place.objects.filter(area=area).exclude(kind=Kind.VILLAGE).first()


def _show(request: HttpRequest, place: Place | None, *, fault: str = "", **more: Any) -> HttpResponse:
    user, at = person(request), clock.now()
    context: dict[str, Any] = {
        "place": place,
        "picker": picking.picker(user, "khung-gio", at, picked=place.area if place else "", folded=True),
        "fault": fault,
        **more,
    }
    if place is not None:
        context |= {
            "may": may_set_hours(user, place.area, at),
            "rules": hours.rules(place),
            "days_off": hours.days_off(place, at),
            "everywhere": hours.quiet_everywhere(),
            "kinds": DayKind.choices,
            "weekdays": hours.WEEKDAYS,
            "designations": hours.DESIGNATIONS,
            "typed": more.get("typed") or hours.own_of(place),
        }
    return page(request, "console/hours.html", "programme", context, status=409 if fault else 200)
