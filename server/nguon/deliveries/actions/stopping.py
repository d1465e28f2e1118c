"""The red button: silence in an area, at once."""

from datetime import datetime

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.queries import acting_for
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.deliveries import errors
from nguon.deliveries.actions.following import ask
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Stop
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.organisations.models import Place


@transaction.atomic
def order_stop(*, place: Place, reason: str, by: User, at: datetime) -> Stop:
    """This function will order every loudspeaker of a place to fall silent now (LSP-1 rule 8).

    One signed order goes to each commune (or the one village) that has loudspeakers there.
    Raises NotOnDuty or NothingToStop.
    """
    if not (has_role(by, Role.DUTY, place.area, at) or has_role(by, Role.APPROVER, place.area, at)):
        raise errors.NotOnDuty(place=str(place))
    areas = devices.in_area([place.area]).order_by().values_list("area", flat=True).distinct()
    depth = max(3, place.area.count(".") + 1)
    targets = sorted({".".join(area.split(".")[:depth]) for area in areas})
    if not targets:
        raise errors.NothingToStop(place=str(place))
    stop = Stop.objects.create(place=place, area=place.area, by=by, at=at, reason=reason.strip()[:300])
    ask(TaskKind.STOP, targets, stop.pk, at)
    data = {"stop": stop.pk, "area": place.area, "targets": targets, "reason": stop.reason}
    role = Role.DUTY if has_role(by, Role.DUTY, place.area, at) else Role.APPROVER
    if away := acting_for(by, role, place.area, at):
        data["on_behalf_of"] = away.pk
    record(fact="stop.ordered", subject=f"place:{place.pk}", by=by, at=at, data=data)
    tell("stop", area=place.area)
    return stop
