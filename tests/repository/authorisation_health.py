"""Who may do what with alarms and fault tickets; with the rest of the table, whole."""

from typing import Any

from nguon.health.models import Alarm
from nguon.health.states import AlarmKind
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import R, Row, Scene, page
from tests.repository.authorisation_supply import TABLE as OTHERS

ANSWERING = frozenset({R.OPERATOR, R.TECHNICIAN, R.ADMINISTRATOR, R.DUTY})


def alarmed(scene: Scene) -> dict[str, Any]:
    """A loudspeaker of the commune without mains."""
    device = scene.room.fleet.first.device
    made, _new = Alarm.objects.get_or_create(
        device=device, kind=AlarmKind.MAINS, cleared_at=None, defaults={"raised_at": AT}
    )
    return {"alarm_id": made.pk}


TABLE = [
    *OTHERS,
    page("console:health"),
    page("console:alarms"),
    Row("console:alarm_see", ANSWERING, names=alarmed, posts=lambda scene: {}),
]
