"""Fault tickets: opened, given to somebody, moved by the table, written on, closed with what was done."""

from datetime import date, datetime, timedelta

from django.db import transaction

from nguon.accounts.models import User
from nguon.devices.models import Device
from nguon.devices.rules import can_keep_devices
from nguon.health.errors import (
    AlreadyATicket,
    NoSuchMove,
    NotATechnician,
    NotYourDevice,
    SayWhatWasDone,
    TitleMissing,
)
from nguon.health.models import Alarm, Ticket, TicketEntry
from nguon.health.rules import can_answer
from nguon.health.states import TICKET_MOVES, TO_MEND, USUAL_DAYS, TicketState
from nguon.journal.actions import record
from nguon.kernel.clock import local

MOST_COST = 10**12


@transaction.atomic
def open_ticket(
    *,
    device: Device,
    title: str,
    by: User,
    at: datetime,
    text: str = "",
    due_date: date | None = None,
    assignee: User | None = None,
    alarm: Alarm | None = None,
) -> Ticket:
    """This function will open a ticket for a fault, by hand or from an alarm; three days to mend it when no
    day is given.

    Raises NotYourDevice, TitleMissing, NotATechnician, or AlreadyATicket for a second one of an alarm.
    """
    if not can_answer(by, device.area, at):
        raise NotYourDevice(place=device.place)
    if not title.strip():
        raise TitleMissing
    _may_mend(assignee, device.area, at)
    if alarm is not None:
        Alarm.objects.select_for_update().get(pk=alarm.pk)
        if Ticket.objects.filter(alarm=alarm, state__in=TO_MEND).exists():
            raise AlreadyATicket
    made = Ticket.objects.create(
        device=device,
        alarm=alarm,
        title=title.strip()[:160],
        assignee=assignee,
        due_date=due_date or local(at).date() + timedelta(days=USUAL_DAYS),
        opened_by=by,
        opened_at=at,
    )
    TicketEntry.objects.create(ticket=made, at=at, by=by, state=TicketState.OPEN, text=text.strip()[:2000])
    _record("ticket.opened", made, by, at)
    return made


@transaction.atomic
def assign(*, ticket: Ticket, assignee: User | None, due_date: date, by: User, at: datetime) -> Ticket:
    """This function will give a ticket to somebody, or a new deadline. Raises NotYourDevice, NotATechnician
    or NoSuchMove when it is over."""
    row = _in_hand(ticket, by, at)
    if row.state not in TO_MEND:
        raise NoSuchMove(state=_label(row.state), to=_label(TicketState.TAKEN))
    _may_mend(assignee, row.device.area, at)
    if (row.assignee, row.due_date) != (assignee, due_date):
        row.assignee, row.due_date = assignee, due_date
        row.save(update_fields=["assignee", "due_date"])
        words = f"{assignee or '–'} · {due_date:%d/%m/%Y}"
        TicketEntry.objects.create(ticket=row, at=at, by=by, text=words)
        _record("ticket.assigned", row, by, at)
    return row


@transaction.atomic
def move(*, ticket: Ticket, to: TicketState, text: str, by: User, at: datetime) -> Ticket:
    """This function will move a ticket by the table; closing it needs a word of what was done.

    Raises NotYourDevice, NoSuchMove or SayWhatWasDone.
    """
    row = _in_hand(ticket, by, at)
    if to not in TICKET_MOVES[TicketState(row.state)]:
        raise NoSuchMove(state=_label(row.state), to=_label(to))
    said = text.strip()[:2000]
    if to == TicketState.DONE and not said:
        raise SayWhatWasDone
    row.state = to
    row.closed_at = at if to not in TO_MEND else None
    row.done = said if to == TicketState.DONE else ""
    if to == TicketState.TAKEN and row.assignee is None and can_keep_devices(by, row.device.area, at):
        row.assignee = by
    row.save(update_fields=["state", "closed_at", "done", "assignee"])
    TicketEntry.objects.create(ticket=row, at=at, by=by, state=to, text=said)
    _record("ticket.moved", row, by, at)
    return row


@transaction.atomic
def note(
    *,
    ticket: Ticket,
    by: User,
    at: datetime,
    text: str = "",
    part: str = "",
    quantity: int = 0,
    cost: int = 0,
) -> TicketEntry:
    """This function will add a line to a ticket's history: words, or a spare part with its number and cost in
    đồng. Raises NotYourDevice or TitleMissing when there is neither."""
    row = _in_hand(ticket, by, at)
    words, named = text.strip()[:2000], part.strip()[:120]
    if not words and not named:
        raise TitleMissing
    made = TicketEntry.objects.create(
        ticket=row,
        at=at,
        by=by,
        text=words,
        part=named,
        quantity=max(1, min(quantity, 100_000)) if named else 0,
        cost=max(0, min(cost, MOST_COST)),
    )
    _record("ticket.noted", row, by, at)
    return made


def _in_hand(ticket: Ticket, by: User, at: datetime) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("device__place", "assignee")
    row = rows.get(pk=ticket.pk)
    if not can_answer(by, row.device.area, at):
        raise NotYourDevice(place=row.device.place)
    return row


def _may_mend(person: User | None, area: str, at: datetime) -> None:
    if person is not None and not can_keep_devices(person, area, at):
        raise NotATechnician(person=person)


def _label(state: str) -> str:
    return str(TicketState(state).label)


def _record(fact: str, ticket: Ticket, by: User, at: datetime) -> None:
    data = {
        "area": ticket.device.area, "name": ticket.device.name, "title": ticket.title, "state": ticket.state,
        "assignee": ticket.assignee_id, "due": ticket.due_date.isoformat(),
    }  # fmt: skip
    record(fact=fact, subject=f"ticket:{ticket.pk}", by=by, at=at, data=data)
