"""Fault tickets: opened once an alarm, moved by the table, closed with a word, told to who mends."""

from datetime import date, timedelta

import pytest

from nguon.bulletins.tests.cast import Newsroom, newsroom
from nguon.health import actions, queries
from nguon.health.errors import AlreadyATicket, NoSuchMove, NotATechnician, NotYourDevice, SayWhatWasDone
from nguon.health.models import Alarm, Ticket
from nguon.health.states import TICKET_MOVES, AlarmKind, TicketState
from nguon.kernel.errors import DomainError
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def opened(room: Newsroom) -> Ticket:
    device, tuan = room.fleet.first.device, room.people.tuan
    return actions.open_ticket(device=device, title="Loa rè", assignee=None, by=tuan, at=AT)


def test_a_repair_from_alarm_to_done_with_its_cost(room: Newsroom) -> None:
    tuan, device = room.people.tuan, room.fleet.first.device
    alarm = Alarm.objects.create(device=device, kind=AlarmKind.SILENT, raised_at=AT)
    ticket = actions.open_ticket(device=device, alarm=alarm, title="Không tiếng", by=tuan, at=AT)
    assert ticket.due_date == date(2026, 3, 5)
    with pytest.raises(AlreadyATicket):
        actions.open_ticket(device=device, alarm=alarm, title="Lại", by=tuan, at=AT)
    actions.note(ticket=ticket, by=tuan, at=AT, part="Cầu chì", quantity=2, cost=30_000)
    actions.note(ticket=ticket, by=tuan, at=AT, part="Công thợ", cost=200_000)
    with pytest.raises(SayWhatWasDone):
        actions.move(ticket=ticket, to=TicketState.DONE, text="  ", by=tuan, at=AT)
    actions.move(ticket=ticket, to=TicketState.DONE, text="Thay cầu chì", by=tuan, at=AT)
    (row,) = queries.tickets_of(device)
    assert (row.state, row.done, row.cost) == (TicketState.DONE, "Thay cầu chì", 230_000)  # type: ignore[attr-defined]
    assert not queries.tickets([room.commune]).exists()
    assert queries.tickets([room.commune], open_only=False).exists()


def test_only_the_moves_of_the_table(room: Newsroom) -> None:
    for start in TicketState:
        for to in TicketState:
            ticket = opened(room)
            closed = AT if start in (TicketState.DONE, TicketState.CANCELLED) else None
            Ticket.objects.filter(pk=ticket.pk).update(state=start, closed_at=closed, done="x")
            try:
                actions.move(ticket=ticket, to=to, text="x", by=room.people.tuan, at=AT)
                moved = True
            except NoSuchMove:
                moved = False
            assert moved == (to in TICKET_MOVES[start]), (start, to)


def test_who_keeps_no_loudspeaker_there_neither_mends_nor_writes(room: Newsroom) -> None:
    lan, tuan = room.people.lan, room.people.tuan
    ticket = opened(room)
    refused: list[tuple[type[DomainError], object]] = [
        (NotYourDevice, lambda: actions.note(ticket=ticket, text="x", by=lan, at=AT)),
        (
            NotATechnician,
            lambda: actions.assign(ticket=ticket, assignee=lan, due_date=AT.date(), by=tuan, at=AT),
        ),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()  # type: ignore[operator]


def test_what_is_late_is_found(room: Newsroom) -> None:
    opened(room)
    day = AT.date()
    assert not queries.tickets([room.commune], overdue_on=day + timedelta(days=3)).exists()
    assert queries.tickets([room.commune], overdue_on=day + timedelta(days=5)).exists()
