"""Choosing who hears it, and opening the microphone."""

from collections.abc import Collection
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
from nguon.deliveries.actions import ask, tell
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.text import clean
from nguon.live import errors, queries
from nguon.live.models import Session, Target
from nguon.live.rules import MOST_COMMUNES, communes, is_wider_than_a_commune, without_inner
from nguon.live.states import LONGEST_MINUTES, Kind, State
from nguon.organisations import queries as places
from nguon_protocol.approvals import live_challenge


@transaction.atomic
def prepare(*, targets: Collection[str], minutes: int, title: str, by: User, at: datetime) -> Session:
    """This function will lay down a session for some LSP-1 targets (areas, `g/<group>`, `d/<loudspeaker>`);
    nothing sounds before it is opened. Raises NoPlace, NotOnDutyHere, TooManyCommunes or NoLoudspeaker."""
    named = [*without_inner([one for one in targets if "/" not in one]), *(t for t in targets if "/" in t)]
    where = {target: devices.area_of_target(target) for target in dict.fromkeys(named)}
    if not where:
        raise errors.NoPlace
    labels = places.labels(list(where.values()))
    for area in where.values():
        if is_wider_than_a_commune(area) or area not in labels:
            raise errors.NoPlace
        if not has_role(by, Role.DUTY, area, at):
            raise errors.NotOnDutyHere(place=labels[area])
    if len(communes(where.values())) > MOST_COMMUNES:
        raise errors.TooManyCommunes(limit=MOST_COMMUNES)
    for target, area in where.items():
        if not devices.of_targets([target]).exists():
            raise errors.NoLoudspeaker(place=labels[area])
    session = Session.objects.create(
        by=by,
        title=clean(title).strip()[:120],
        minutes=max(1, min(minutes, LONGEST_MINUTES)),
        made_at=at,
    )
    Target.objects.bulk_create(Target(session=session, target=t, area=area) for t, area in where.items())
    return session


def challenge_of(session: Session) -> bytes:
    """This function will return what the speaker's security key is to sign."""
    return live_challenge(str(session.pk), session.minutes, queries.targets_of(session))


@transaction.atomic
def open_session(*, session_id: UUID, by: User, at: datetime, hand: Hand | None = None) -> Session:
    """This function will open the microphone: the signer is asked for the order to each target, and the
    person may speak as soon as it has answered. Opening again what is open changes nothing.

    Without a `hand` nothing is opened but in a demo. Raises SessionUnknown, SessionOver, AlreadySpeaking,
    NotOnDutyHere, QuietNow, SomebodySpeaks, TouchNeeded, KeyUnknown or TouchFailed.
    """
    session = Session.objects.select_for_update().filter(pk=session_id, by=by).first()
    if session is None:
        raise errors.SessionUnknown
    if session.state == State.OPEN:
        return session
    if session.state == State.ENDED:
        raise errors.SessionOver
    if Session.objects.filter(by=by, state=State.OPEN, kind=Kind.VOICE).exists():
        raise errors.AlreadySpeaking
    areas = _check_still_allowed(session, by, at)
    _check_nobody_speaks(session)
    touched = _touched(session, by, hand)
    for name, value in vars(touched).items():
        setattr(session, name, value)
    session.state, session.opened_at, session.heard_at = State.OPEN, at, at
    session.save()
    targets = queries.targets_of(session)
    ask(TaskKind.LIVE, targets, session.pk, at)
    data: dict[str, object] = {
        "session": session.pk,
        "title": session.title,
        "minutes": session.minutes,
        "targets": targets,
        "areas": areas,
    }
    if away := acting_for(by, Role.DUTY, areas[0], at):
        data["on_behalf_of"] = away.pk
    record(fact="live.opened", subject=f"live:{session.pk}", by=by, at=at, data=data)
    tell("live", session=session.pk)
    return session


def _check_still_allowed(session: Session, by: User, at: datetime) -> list[str]:
    areas = sorted(set(session.targets.values_list("area", flat=True)))
    for area in areas:
        if not has_role(by, Role.DUTY, area, at):
            raise errors.NotOnDutyHere(place=places.labels([area]).get(area, area))
    if quiet := devices.quiet_at(at):
        raise errors.QuietNow(quiet=quiet)
    return areas


def _check_nobody_speaks(session: Session) -> None:
    """A loudspeaker plays one voice: whoever came second would speak to nobody and be told nothing."""
    mine = set(devices.of_targets(queries.targets_of(session)).values_list("pk", flat=True))
    others = Session.objects.filter(state=State.OPEN, kind=Kind.VOICE).exclude(pk=session.pk)
    for other in others.select_related("by"):
        shared = devices.of_targets(queries.targets_of(other)).filter(pk__in=mine)
        if area := shared.values_list("area", flat=True).first():
            commune = ".".join(area.split(".")[:3])
            raise errors.SomebodySpeaks(
                person=str(other.by), place=places.labels([commune]).get(commune, commune)
            )


def _touched(session: Session, by: User, hand: Hand | None) -> Touched:
    if hand is not None:
        return check_touch(user=by, response=hand.response, challenge=challenge_of(session), site=hand.site)
    if settings.NGUON_MODE != "demo":
        raise errors.TouchNeeded
    return Touched()
