"""The second person's word on a booking: the station, the hours and the places are signed for together."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from nguon.accounts.actions import Touched, check_touch
from nguon.accounts.models import User
from nguon.accounts.queries import acting_for
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.bulletins.actions import Hand
from nguon.journal.actions import record
from nguon.organisations import queries as places
from nguon.relays import errors, queries
from nguon.relays.models import Approval, Booking
from nguon.relays.rules import may_move
from nguon.relays.states import State
from nguon_protocol.approvals import approval_challenge


def challenge_of(booking: Booking) -> bytes:
    """This function will return what the approver's security key is to sign."""
    return approval_challenge(str(booking.pk), booking.content_sha256)


@transaction.atomic
def approve(
    *, booking_id: UUID, content_sha256: str, by: User, at: datetime, hand: Hand | None = None
) -> Approval:
    """This function will approve exactly the booking whose hash this person saw; from then on it is sent on
    by the clock. Approving again what one has approved changes nothing.

    Raises BookingUnknown, OwnBooking, NotAnApprover, NotWaiting, Changed, KeyNeeded, KeyUnknown or
    TouchFailed.
    """
    booking = _waiting(booking_id, by, at)
    if isinstance(booking, Approval):
        return booking
    fresh = queries.content_hash_of(booking, queries.targets_of(booking))
    if not booking.content_sha256 == content_sha256 == fresh:
        raise errors.Changed
    return _decide(booking, True, "", by, at, _touched(booking, by, hand))


@transaction.atomic
def send_back(*, booking_id: UUID, reason: str, by: User, at: datetime) -> Approval:
    """This function will return a booking with the reason. Raises as `approve` does, or ReasonMissing."""
    if not reason.strip():
        raise errors.ReasonMissing
    booking = _waiting(booking_id, by, at, approved=False)
    if isinstance(booking, Approval):
        return booking
    return _decide(booking, False, reason.strip(), by, at, Touched())


def _waiting(booking_id: UUID, by: User, at: datetime, *, approved: bool = True) -> Booking | Approval:
    rows = Booking.objects.select_related("source").select_for_update(of=("self",))
    booking = rows.filter(pk=booking_id).first()
    if booking is None:
        raise errors.BookingUnknown
    if booking.author_id == by.pk:
        raise errors.OwnBooking
    for area in queries.areas_of(booking):
        if not has_role(by, Role.APPROVER, area, at):
            raise errors.NotAnApprover(place=places.labels([area]).get(area, area))
    earlier = Approval.objects.filter(booking=booking, by=by, approved=approved).first()
    if earlier is not None:
        return earlier
    if not may_move(booking, State.APPROVED):
        raise errors.NotWaiting
    return booking


def _touched(booking: Booking, by: User, hand: Hand | None) -> Touched:
    if hand is not None:
        return check_touch(user=by, response=hand.response, challenge=challenge_of(booking), site=hand.site)
    if settings.NGUON_MODE != "demo":
        raise errors.KeyNeeded
    return Touched()


def _decide(
    booking: Booking, approved: bool, reason: str, by: User, at: datetime, touched: Touched
) -> Approval:
    made = Approval.objects.create(
        booking=booking,
        approved=approved,
        by=by,
        author_id=booking.author_id,
        at=at,
        reason=reason,
        content_sha256=booking.content_sha256,
        **vars(touched),
    )
    booking.state = State.APPROVED if approved else State.RETURNED
    booking.save(update_fields=["state"])
    areas = queries.areas_of(booking)
    data: dict[str, object] = {
        "booking": booking.pk,
        "name": booking.source.name,
        "hours": f"{booking.begins:%H:%M}-{booking.ends:%H:%M}",
        "content_sha256": booking.content_sha256,
        "reason": reason,
        "areas": areas,
    }
    if away := acting_for(by, Role.APPROVER, areas[0], at):
        data["on_behalf_of"] = away.pk
    fact = "relay.approved" if approved else "relay.returned"
    record(fact=fact, subject=f"relay:{booking.pk}", by=by, at=at, data=data)
    return made
