"""Two signatures of two people over the same hash; with the second one the signers are asked at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.actions import Touched, check_touch
from nguon.accounts.models import User
from nguon.accounts.queries import acting_for
from nguon.accounts.states import Role
from nguon.alerts import errors, queries
from nguon.alerts.actions.ending import cut_short, end_row
from nguon.alerts.actions.settling import challenge_of, content_of, demo
from nguon.alerts.actions.sounding import sound
from nguon.alerts.models import Alert, Signature
from nguon.alerts.rules import is_on_duty, may_sign, signatures_needed, waits_for_confirmation
from nguon.alerts.states import GATHERING_SECONDS, Ending, Kind, State, Turn
from nguon.bulletins.actions import Hand
from nguon.deliveries.actions import drop, tell
from nguon.deliveries.states import TaskKind
from nguon.journal.actions import record
from nguon.kernel.text import fold, tidy
from nguon.organisations import queries as places
from nguon_protocol.content import alert_hash

GLASS_PAUSE = timedelta(minutes=10)


def sign(
    *, alert_id: UUID, content_sha256: str, typed: str, by: User, at: datetime, hand: Hand | None = None
) -> Alert:
    """This function will put a person's signature under an alert, exactly as that person saw it; with the
    last one that is needed it sounds. `typed` is the name of its place, to be sure of it. A second person's
    signature under what one officer has let sound alone has it sound whole.

    Without a `hand` nothing is signed but in a demo. Signing again what one has signed changes nothing.
    Raises AlertUnknown, NotReady, AlreadyOver, SamePerson, NotOnDuty, NobodyOnDuty, ContentChanged, TooLate,
    AreaGrew (the alert is over then), WrongName, OneAtATime, TouchNeeded, KeyUnknown or TouchFailed.
    """
    try:
        return _sign(alert_id, content_sha256, typed, by, at, hand)
    except errors.AreaGrew as grew:
        with transaction.atomic():
            row = Alert.objects.select_for_update().get(pk=alert_id)
            if row.state in {State.READY, State.WAITING}:
                end_row(row, Ending.GREW, by, at)
        raise grew


@transaction.atomic
def _sign(
    alert_id: UUID, content_sha256: str, typed: str, by: User, at: datetime, hand: Hand | None
) -> Alert:
    alert = Alert.objects.select_for_update(of=("self",)).select_related("media", "replay").get(pk=alert_id)
    areas = queries.areas_of(alert)
    before = list(alert.signatures.order_by("part").select_related("by"))
    if alert.state == State.SOUNDING and any(one.by_id == by.pk for one in before):
        return alert
    _check_state(alert, before, by)
    _check_right(alert, areas, before, by, at)
    _check_content(alert, content_sha256)
    check_name(areas, typed)
    _check_time(alert, before, by, at)
    touched = _touched(alert, by, hand)
    Signature.objects.create(
        alert=alert,
        part=len(before) + 1,
        by=by,
        at=at,
        content_sha256=alert.content_sha256,
        **vars(touched),
    )
    _tell(alert, areas, len(before) + 1, by, at)
    if alert.state == State.SOUNDING:
        _confirm(alert, at)
    elif len(before) + 1 < signatures_needed(alert.kind):
        alert.state = State.WAITING
        alert.save(update_fields=["state"])
    else:
        _start(alert, areas, at)
    tell("alert", alert=alert.pk)
    return alert


def _check_state(alert: Alert, before: list[Signature], by: User) -> None:
    if alert.state == State.PREPARING:
        raise errors.NotReady
    open_ = alert.state in {State.READY, State.WAITING} or waits_for_confirmation(alert, len(before))
    if not open_:
        raise errors.AlreadyOver
    if any(one.by_id == by.pk for one in before):
        raise errors.SamePerson


def _check_right(alert: Alert, areas: list[str], before: list[Signature], by: User, at: datetime) -> None:
    if not may_sign(by, areas, at):
        raise errors.NotOnDuty(place=_names(areas)[0])
    people = [one.by for one in before] + [by]
    if len(people) >= signatures_needed(alert.kind) and not any(is_on_duty(one, areas, at) for one in people):
        raise errors.NobodyOnDuty


def _check_content(alert: Alert, seen: str) -> None:
    if seen != alert.content_sha256 or alert_hash(content_of(alert)) != alert.content_sha256:
        raise errors.ContentChanged
    now = queries.counted(queries.targets_of(alert))
    if now > alert.loudspeakers:
        raise errors.AreaGrew(before=alert.loudspeakers, after=now)


def check_name(areas: list[str], typed: str) -> None:
    """This function will raise WrongName unless the name of the first place was typed, marks and case
    aside: whoever types it has read it."""
    name = _names(areas)[0]
    own = name.partition(",")[0]
    if fold(tidy(typed)) not in {fold(tidy(one)) for one in (name, own)}:
        raise errors.WrongName(name=own)


def _check_time(alert: Alert, before: list[Signature], by: User, at: datetime) -> None:
    if before and at - before[0].at > timedelta(seconds=GATHERING_SECONDS):
        raise errors.TooLate
    if alert.kind == Kind.GLASS and not before:
        lately = Signature.objects.filter(by=by, alert__kind=Kind.GLASS, at__gt=at - GLASS_PAUSE)
        if lately.exclude(alert=alert).exists():
            raise errors.OneAtATime


def _touched(alert: Alert, by: User, hand: Hand | None) -> Touched:
    if hand is not None:
        return check_touch(user=by, response=hand.response, challenge=challenge_of(alert), site=hand.site)
    if not demo():
        raise errors.TouchNeeded
    return Touched()


def _start(alert: Alert, areas: list[str], at: datetime) -> None:
    """What runs there already gives way as the table says; then the first sounding is asked for."""
    for running, what in queries.turns_of(alert, areas):
        if what == Turn.REPLACES:
            end_row(running, Ending.REPLACED, None, at, replaced_by=alert)
        elif what == Turn.BREAKS_IN:
            cut_short(running, at)
    alert.state, alert.signed_at = State.SOUNDING, at
    alert.save(update_fields=["state", "signed_at"])
    sound(alert=alert, number=0, at=at)


def _confirm(alert: Alert, at: datetime) -> None:
    """A second officer stands by what one has let sound alone: now it sounds whole, with the siren."""
    for step in alert.steps.all():
        drop(TaskKind.URGENT, step.pk, at)
    cut_short(alert, at)
    sound(alert=alert, number=1, at=at)


def _tell(alert: Alert, areas: list[str], part: int, by: User, at: datetime) -> None:
    data: dict[str, object] = {
        "alert": alert.pk,
        "part": part,
        "kind": alert.kind,
        "title": alert.title,
        "content": alert.content_sha256,
        "areas": areas,
        "loudspeakers": alert.loudspeakers,
    }
    if away := acting_for(by, Role.DUTY, areas[0], at):
        data["on_behalf_of"] = away.pk
    record(fact="alert.signed", subject=f"alert:{alert.pk}", by=by, at=at, data=data)


def _names(areas: list[str]) -> list[str]:
    labels = places.labels(areas)
    return [labels.get(one, one) for one in areas]
