"""Phiếu sự cố, and the page of one loudspeaker's health and repairs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nguon.console import health as shapes
from nguon.console.forms_health import GivenForm, NoteForm, TicketForm
from nguon.console.views.base import areas_of, page, person
from nguon.console.views.health import chosen_area
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.health import actions, queries
from nguon.health.models import Ticket
from nguon.health.rules import can_answer
from nguon.health.states import TICKET_MOVES, TO_MEND, USUAL_DAYS, AlarmKind, TicketState
from nguon.kernel import clock
from nguon.kernel.errors import DomainError

SHOWN = 100
OVERDUE, ALL = "qua-han", "tat-ca"
DAYS = timedelta(days=7)
SAMPLES = 120


@require_GET
def tickets(request: HttpRequest) -> HttpResponse:
    """This function will list the fault tickets of the person's areas."""
    show, (areas, chosen) = request.GET.get("xem", ""), chosen_area(request)
    at = clock.now()
    today = clock.local(at).date()
    rows = queries.tickets(areas, open_only=show != ALL, overdue_on=today if show == OVERDUE else None)
    found = list(rows[: SHOWN + 1])
    context = {
        "tickets": shapes.ticket_lines(found[:SHOWN], at),
        "more": len(found) > SHOWN,
        "show": show,
        "area": chosen,
        "filters": [("", _("Chưa xong")), (OVERDUE, _("Quá hạn")), (ALL, _("Tất cả"))],
    }
    return page(request, "console/tickets.html", "devices", context)


def _one(request: HttpRequest, ticket_id: UUID) -> Ticket:
    row = queries.tickets(areas_of(request), open_only=False).filter(pk=ticket_id).first()
    if row is None:
        raise Http404
    return row


@require_GET
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """This function will show one ticket with its history and what may be done next."""
    row, at = _one(request, ticket_id), clock.now()
    entries = list(row.entries.select_related("by").order_by("at", "pk"))
    may = can_answer(person(request), row.device.area, at)
    people = queries.menders(row.device.area, at)
    given = {"assignee": str(row.assignee_id or ""), "due_date": row.due_date}
    moves = TICKET_MOVES[TicketState(row.state)]
    context = {
        "ticket": row,
        "line": shapes.ticket_lines([row], at)[0],
        "entries": [shapes.entry_line(one) for one in entries],
        "cost": shapes.money(sum(one.cost for one in entries)),
        "given": GivenForm(people, initial=given) if may and row.state in TO_MEND else None,
        "note": NoteForm() if may else None,
        "moves": [
            (one.value, one.label, one == TicketState.DONE) for one in TicketState if may and one in moves
        ],
        "alarm": AlarmKind(row.alarm.kind).label if row.alarm else "",
    }
    return page(request, "console/ticket.html", "devices", context)


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> None:
    try:
        act()
        messages.success(request, said)
    except DomainError as error:
        messages.error(request, str(error))


def _wrong(request: HttpRequest, form: Form) -> None:
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


@require_POST
def move(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """This function will move a ticket."""
    row, to = _one(request, ticket_id), request.POST.get("to", "")
    if to not in TicketState.values:
        raise Http404
    given: dict[str, Any] = {"to": TicketState(to), "text": request.POST.get("text", "")}
    _done(
        request,
        lambda: actions.move(ticket=row, by=person(request), at=clock.now(), **given),
        _("Đã chuyển phiếu sang “{state}”.").format(state=TicketState(to).label),
    )
    return redirect("console:ticket", row.pk)


@require_POST
def assign(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """This function will give a ticket to somebody, with a deadline."""
    row, at = _one(request, ticket_id), clock.now()
    form = GivenForm(queries.menders(row.device.area, at), request.POST)
    if not form.is_valid():
        _wrong(request, form)
        return redirect("console:ticket", row.pk)
    due = form.cleaned_data["due_date"]
    _done(
        request,
        lambda: actions.assign(ticket=row, assignee=form.person, due_date=due, by=person(request), at=at),
        _("Đã giao phiếu."),
    )
    return redirect("console:ticket", row.pk)


@require_POST
def note(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """This function will add a line to a ticket's history."""
    row, form = _one(request, ticket_id), NoteForm(request.POST)
    if not form.is_valid():
        _wrong(request, form)
        return redirect("console:ticket", row.pk)
    told = {name: value for name, value in form.cleaned_data.items() if value}
    _done(
        request,
        lambda: actions.note(ticket=row, by=person(request), at=clock.now(), **told),
        _("Đã ghi vào phiếu."),
    )
    return redirect("console:ticket", row.pk)


@require_POST
def from_alarm(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """This function will open a ticket for an alarm, to be done in three days."""
    alarm = queries.open_alarms(areas_of(request)).filter(pk=alarm_id).first()
    if alarm is None:
        raise Http404
    title = str(AlarmKind(alarm.kind).label)
    try:
        made = actions.open_ticket(
            device=alarm.device, alarm=alarm, title=title, by=person(request), at=clock.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("console:alarms")
    return redirect("console:ticket", made.pk)


@require_http_methods(["GET", "POST"])
def device_health(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """This function will show how one loudspeaker is and was, its alarms and repairs, and open a ticket."""
    at = clock.now()
    device = (
        Device.objects.filter(area__within=areas_of(request), pk=device_id)
        .select_related("place__parent")
        .first()
    )
    if device is None:
        raise Http404
    may = can_answer(person(request), device.area, at)
    today = clock.local(at).date()
    first = {"due_date": today + timedelta(days=USUAL_DAYS)}
    form = TicketForm(queries.menders(device.area, at), request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("title", "text", "due_date")}
        try:
            made = actions.open_ticket(device=device, assignee=form.person, by=person(request), at=at, **told)
            return redirect("console:ticket", made.pk)
        except DomainError as error:
            messages.error(request, str(error))
    context = {
        "device": device,
        "online": fleet.is_online(device, at),
        "facts": shapes.facts(device, queries.states_of([device.pk]).get(device.pk)),
        "alarms": shapes.alarm_lines(queries.alarms_of(device)),
        "tickets": shapes.ticket_lines(queries.tickets_of(device), at),
        "samples": [shapes.sample_line(row) for row in queries.history(device, at - DAYS, SAMPLES)],
        "form": form if may and device.revoked_at is None else None,
    }
    return page(request, "console/device_health.html", "devices", context)
