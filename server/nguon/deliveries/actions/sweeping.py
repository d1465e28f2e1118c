"""What happens when nothing happens: silence is noticed, plans are renewed, far airings come near."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from nguon.broadcasts import actions as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.queries import targets_of
from nguon.broadcasts.states import AiringState
from nguon.deliveries.actions.following import NEAR, expect
from nguon.deliveries.actions.signing import renew_plans
from nguon.deliveries.actions.telling import tell
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.devices import actions as devices
from nguon.devices.states import ONLINE_SECONDS

PATIENCE = timedelta(seconds=90)
"""How long after its end (or its start, when nothing was heard) an airing without a word counts as
unreachable.
"""
LATE_MS = 600_000
"""A planned item may wait so long for another one to end (`late` of its plan item)."""


def sweep(*, at: datetime) -> int:
    """This function will notice what did not happen by `at`; returns how many deliveries changed."""
    lost = devices.note_lost(before=at - timedelta(seconds=ONLINE_SECONDS))
    silent = _note_silence(at)
    if lost or silent:
        tell("sweep", lost=lost, silent=silent)
    return silent


def look_ahead(*, at: datetime) -> None:
    """This function will top up repeated bulletins, lay down deliveries that came near, and renew day-old
    plans.
    """
    broadcasts.extend(at=at)
    bare = Airing.objects.filter(
        ~Exists(Delivery.objects.filter(airing=OuterRef("pk"))),
        state=AiringState.PLANNED,
        at__gt=at,
        at__lte=at + NEAR,
    )
    for airing in bare.select_related("revision")[:500]:
        expect([airing], targets_of(airing), at)
    renew_plans(at=at)


@transaction.atomic
def _note_silence(at: datetime) -> int:
    never = Q(state=DeliveryState.WAITING, airing__immediate=True, airing__at__lt=at - PATIENCE)
    late = timedelta(milliseconds=LATE_MS)
    planned = Q(
        state__in=[DeliveryState.WAITING, DeliveryState.DELIVERED],
        airing__ends_at__lt=at - PATIENCE - late,
    )
    online = Q(device__online=True)
    # Known to be away: no need to wait out the lateness that only a present loudspeaker can use.
    away = ~online & Q(
        state__in=[DeliveryState.WAITING, DeliveryState.DELIVERED], airing__ends_at__lt=at - PATIENCE
    )
    stuck = Q(
        state=DeliveryState.PLAYING, changed_at__lt=at - PATIENCE, airing__ends_at__lt=at - PATIENCE - late
    )
    gone = ~online & Q(state=DeliveryState.PLAYING, airing__ends_at__lt=at - PATIENCE)
    rows = Delivery.objects.filter(never | planned | away | stuck | gone).filter(
        airing__at__gt=at - timedelta(days=3)
    )
    in_hand = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
    keys = list(in_hand.values_list("pk", flat=True)[:5000])
    return Delivery.objects.filter(pk__in=keys).update(state=DeliveryState.UNREACHABLE, changed_at=at)
