"""Who may do what with alarms and fault tickets; with the rest of the table, whole."""

from typing import Any

from nguon.health.models import Alarm, Ticket
from nguon.health.states import AlarmKind
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ALL, TODAY, R, Row, Scene, page
from tests.repository.authorisation_supply import TABLE as OTHERS

ANSWERING = frozenset({R.OPERATOR, R.TECHNICIAN, R.ADMINISTRATOR, R.DUTY})


def alarmed(scene: Scene) -> dict[str, Any]:
    """A loudspeaker of the commune without mains."""
    device = scene.room.fleet.first.device
    made, _new = Alarm.objects.get_or_create(
        device=device, kind=AlarmKind.MAINS, cleared_at=None, defaults={"raised_at": AT}
    )
    return {"alarm_id": made.pk}


def ticketed(scene: Scene) -> dict[str, Any]:
    """A fault of a loudspeaker of the commune."""
    device = scene.room.fleet.first.device
    made = Ticket.objects.first()
    if made is None:
        by = scene.room.people.binh
        made = Ticket.objects.create(device=device, title="Hỏng", due_date=TODAY, opened_by=by, opened_at=AT)
    return {"ticket_id": made.pk}


def speaker(scene: Scene) -> dict[str, Any]:
    return {"device_id": scene.room.fleet.first.device.pk}


TABLE = [
    *OTHERS,
    page("console:health"),
    page("console:alarms"),
    page("console:wall"),
    page("console:wall_now"),
    page("console:reach"),
    page("console:map"),
    page("console:map_data"),
    Row("console:alarm_see", ANSWERING, names=alarmed, posts=lambda scene: {}),
    Row("console:ticket_from_alarm", ANSWERING, names=alarmed, posts=lambda scene: {}),
    page("console:tickets"),
    Row("console:ticket", ALL, names=ticketed),
    Row("console:ticket_move", ANSWERING, names=ticketed, posts=lambda scene: {"to": "taken"}),
    Row(
        "console:ticket_assign",
        ANSWERING,
        names=ticketed,
        posts=lambda scene: {"assignee": "", "due_date": "2030-01-01"},
    ),
    Row("console:ticket_note", ANSWERING, names=ticketed, posts=lambda scene: {"text": "x"}),
    Row("console:device_health", ALL, names=speaker),
    Row(
        "console:device_health",
        ANSWERING,
        names=speaker,
        posts=lambda scene: {"title": "Loa rè", "due_date": "2030-01-01"},
    ),
]
