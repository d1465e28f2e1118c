"""Tiếp sóng: stations, and when they are sent on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.accounts.actions import site
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.bulletins.actions import Hand
from nguon.console import speaking, stations
from nguon.console.forms_stations import BookingForm, SourceForm
from nguon.console.views.base import is_demo, page, person, reads_of
from nguon.console.views.duty import communes_of
from nguon.console.views.keys import said_by
from nguon.kernel import clock
from nguon.kernel.errors import DomainError
from nguon.organisations import queries as places
from nguon.relays import actions, queries
from nguon.relays.models import Booking
from nguon.relays.states import State

SHOWN = 60
OFFERED_DAYS = timedelta(days=30)


def _writing(request: HttpRequest) -> list[str]:
    return rights(person(request), clock.now()).areas_of(Role.WRITER)


@require_http_methods(["GET", "POST"])
def sources(request: HttpRequest) -> HttpResponse:
    """This function will show the stations and bookings of one's areas, and enter a station."""
    user, at, own = person(request), clock.now(), reads_of(request)
    writing = _writing(request)
    labels = places.labels(writing)
    form = SourceForm(list(labels.items()), request.POST or None)
    fault = ""
    if request.method == "POST":
        if not writing:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = actions.add_source(**form.cleaned_data, by=user, at=at)
                messages.success(request, _("Đã thêm nguồn “{name}”; hãy nghe thử.").format(name=made.name))
                return redirect("console:stations")
            except DomainError as error:
                fault = str(error)
    rows = queries.bookings_in(own).prefetch_related("targets")
    current = rows.filter(state__in=[State.WAITING, State.APPROVED])[:SHOWN]
    context = {
        "sources": stations.source_lines(queries.sources_for(own)[:SHOWN], writing),
        "bookings": stations.booking_lines(current, at),
        "past": stations.booking_lines(rows.filter(state__in=[State.RETURNED, State.ENDED])[:10], at),
        "waiting": stations.booking_lines(queries.waiting_for(user, at), at),
        "form": form if writing else None,
        "fault": fault,
    }
    return page(request, "console/stations.html", "stations", context, status=409 if fault else 200)


@require_POST
def attempt(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """This function will listen to a station for five seconds and say what was heard."""
    try:
        found = actions.try_source(source_id=source_id, by=person(request), at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:stations")
    tone, words = stations.tried_words(found.tried)
    say = messages.success if tone == "live" else messages.warning if tone == "warn" else messages.error
    say(request, f"{found.name}: {words}")
    return redirect("console:stations")


@require_POST
def end_source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """This function will have a station used no more."""
    try:
        ended = actions.end_source(source_id=source_id, by=person(request), at=clock.now())
        messages.success(request, _("Đã ngừng dùng nguồn “{name}”.").format(name=ended.name))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("console:stations")


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """This function will ask which station is sent on, when and where, for the second person to decide."""
    user, at, writing = person(request), clock.now(), _writing(request)
    if not writing:
        raise PermissionDenied
    choices = [*communes_of(writing, speaking.MOST_CHOICES), *speaking.groups(writing)]
    today = clock.local(at).date()
    first = {"begins": "05:30", "ends": "06:00", "first_day": today, "last_day": today + OFFERED_DAYS,
             "weekdays": range(1, 8), "source": request.GET.get("nguon", "")}  # fmt: skip
    sources_ = stations.source_lines(queries.sources_for(writing), writing)
    offered = (sources_, choices, queries.bulletins_for(writing))
    form = BookingForm(*offered, request.POST or None, initial=first)
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.book(fields=form.given(), by=user, at=at)
            messages.success(request, _("Đã gửi duyệt lịch tiếp sóng."))
            return redirect("console:station_booking", made.pk)
        except DomainError as error:
            fault = str(error)
    context = {"form": form, "choices": choices, "days": stations.DAYS, "fault": fault, "given": _given(form)}
    bad = request.method == "POST"
    return page(request, "console/station_book.html", "stations", context, status=409 if bad else 200)


def _given(form: BookingForm) -> dict[str, set[str]]:
    return {name: {str(one) for one in form[name].value() or ()} for name in ("targets", "weekdays")}


@require_GET
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """This function will show one booking: what is asked, who decided, what was sent on which day."""
    return _show(request, booking_id)


@require_POST
def approve(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """This function will approve exactly what the person saw."""
    found = _visible(request, booking_id)
    try:
        actions.approve(
            booking_id=found.pk,
            content_sha256=request.POST.get("content", ""),
            by=person(request),
            at=clock.now(),
            hand=None if is_demo() else Hand(said_by(request), site()),
        )
    except DomainError as error:
        return _show(request, booking_id, str(error))
    messages.success(request, _("Đã duyệt; đến giờ, loa tự tiếp sóng {name}.").format(name=found.source.name))
    return redirect("console:station_booking", booking_id)


@require_POST
def send_back(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """This function will return a booking to who made it, with the reason."""
    found = _visible(request, booking_id)
    try:
        reason = request.POST.get("reason", "")[:2000]
        actions.send_back(booking_id=found.pk, reason=reason, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, booking_id, str(error))
    messages.success(request, _("Đã trả lại lịch tiếp sóng kèm lý do."))
    return redirect("console:stations")


@require_POST
def end(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """This function will end a booking for good."""
    found = _visible(request, booking_id)
    try:
        actions.end(booking_id=found.pk, by=person(request), at=clock.now())
    except DomainError as error:
        return _show(request, booking_id, str(error))
    messages.success(request, _("Đã ngừng lịch tiếp sóng; loa trở lại lịch phát."))
    return redirect("console:station_booking", booking_id)


def _visible(request: HttpRequest, booking_id: UUID) -> Booking:
    found = queries.visible(booking_id, person(request), clock.now())
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, booking_id: UUID, fault: str = "") -> HttpResponse:
    found, user = _visible(request, booking_id), person(request)
    view = stations.view_of(found, user, clock.now())
    context: dict[str, Any] = {
        "id": found.pk,
        "view": view,
        "fault": fault,
        "touch": stations.to_approve(found, user) if view.may_decide and not is_demo() else None,
    }
    status = 409 if fault else 200
    return page(request, "console/station_booking.html", "stations", context, status=status)
