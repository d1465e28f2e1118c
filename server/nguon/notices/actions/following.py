"""Following the journal, reading, choosing, sending e-mail."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from nguon.accounts.models import User
from nguon.adapters.mail import refused_for_good, send
from nguon.bulletins.models import Approval, Revision
from nguon.bulletins.queries import visible
from nguon.bulletins.states import State
from nguon.health import queries as health
from nguon.health.states import URGENT, AlarmKind
from nguon.journal import queries as journal
from nguon.journal.actions import lock_cursor, move_cursor
from nguon.journal.models import Entry
from nguon.notices import queries
from nguon.notices.actions.pushing import defer_pushes
from nguon.notices.models import NoMail, Notice
from nguon.notices.states import PUSHED, TO_ANSWER, TO_DECIDE, WORK, Kind, Mail
from nguon.organisations import queries as places
from nguon.stations import queries as stations
from nguon.supply import queries as supply
from nguon.supply.rules import is_placed_by_default

FOLLOWER = "notices"
TASK = "nguon.notices.tasks.mail"
NEWS = timedelta(days=3)
"""Older facts are history: after an update nobody is told of last year."""
STEP = 50
TO_SIGN = timedelta(minutes=PUSHED[Kind.TO_SIGN])


@transaction.atomic
def follow(*, at: datetime) -> bool:
    """This function will make the notices of the next facts of the journal; False when there was none.

    Notices and cursor move in one transaction, and a notice is once a person and fact: after a crash it is
    done again, and nobody is told twice.
    """
    cursor = lock_cursor(name=FOLLOWER, at=at)
    if cursor is None:
        return False
    facts = journal.facts_after(cursor.sequence, _FOLLOWED.keys(), limit=STEP)
    for fact in facts:
        if fact.at > at - NEWS:
            _FOLLOWED[fact.fact](fact, at)
    if facts:
        move_cursor(cursor=cursor, sequence=facts[-1].sequence, at=at)
    return bool(facts)


@transaction.atomic
def read(*, user: User, notice_id: UUID, at: datetime) -> Notice | None:
    """This function will note that a person has read a notice, and return it; None when it is not theirs."""
    Notice.objects.filter(user=user, pk=notice_id, read_at__isnull=True).update(read_at=at)
    return Notice.objects.filter(user=user, pk=notice_id).first()


@transaction.atomic
def read_all(*, user: User, at: datetime) -> int:
    """This function will note that a person has read everything so far; returns how many were new."""
    return Notice.objects.filter(user=user, read_at__isnull=True, at__lte=at).update(read_at=at)


@transaction.atomic
def choose_mail(*, user: User, wanted: Collection[str]) -> None:
    """This function will keep of which kinds a person wants e-mail; of all others none is sent."""
    NoMail.objects.filter(user=user).delete()
    NoMail.objects.bulk_create(NoMail(user=user, kind=kind) for kind in Kind.values if kind not in wanted)


@transaction.atomic
def mail(*, notice_id: UUID, at: datetime) -> bool:
    """This function will send the e-mail of a notice, unless it was sent, read or settled meanwhile, or its
    person may not read the bulletin any more; returns whether it was sent.

    The row itself is not held meanwhile: a mail server may take its time, and people read their notices.
    Raises OSError (smtplib's are of it) when the server does not take it; then it still waits.
    """
    row = Notice.objects.select_related("user").filter(pk=notice_id).first()
    if row is None or row.mail != Mail.WAITING or not _alone(notice_id):
        return False
    if not _still_wanted(row, at):
        Notice.objects.filter(pk=row.pk).update(mail=Mail.NONE)
        return False
    with translation.override("vi"):
        message = _letter(row)
    try:
        send(message)
    except Exception as error:
        if not refused_for_good(error):
            raise
        give_up_mail(notice_id=notice_id)
        return False
    Notice.objects.filter(pk=row.pk).update(mail=Mail.SENT, mailed_at=at)
    return True


def give_up_mail(*, notice_id: UUID) -> None:
    """This function will note that the e-mail of a notice could not be sent; the notice stays on the page."""
    Notice.objects.filter(pk=notice_id, mail=Mail.WAITING).update(mail=Mail.FAILED)


def _still_wanted(row: Notice, at: datetime) -> bool:
    if row.read_at or row.settled_at or not row.user.is_active or not row.user.email:
        return False
    if NoMail.objects.filter(user=row.user, kind=row.kind).exists():
        return False
    return row.bulletin_id is None or visible(row.user, row.bulletin_id, at) is not None


def _letter(row: Notice) -> EmailMessage:
    said = queries.sentence(row)
    site = settings.NGUON_PUBLIC_URL
    lines = [
        _("Chào {name},").format(name=row.user.full_name),
        said,
        f"{site}{reverse('console:notice', args=[row.pk])}",
        _("Nguồn gửi thư này vì việc hoặc bản tin của bạn. Chọn loại thư muốn nhận ở {url}").format(
            url=f"{site}{reverse('console:notices')}"
        ),
    ]
    return EmailMessage(
        subject=said[:150],
        body="\n\n".join(lines) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.user.email],
        # The same for each attempt: a server or reader that got it twice can tell.
        headers={"Message-ID": f"<{row.pk}@nguon>", "Auto-Submitted": "auto-generated"},
    )


def _alone(notice_id: UUID) -> bool:
    """Whether no other worker is at this letter; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"mail:{notice_id}"])
        return bool(cursor.fetchone()[0])


def tell(
    people: Iterable[User],
    kind: Kind,
    fact: Entry,
    *,
    revision: Revision | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """This function will tell each of these people one thing, that follows from a fact: once, by e-mail too
    where they want it."""
    listed = list(people)
    silent = set(NoMail.objects.filter(user__in=listed, kind=kind).values_list("user", flat=True))
    mailing = queries.mail_is_on()
    rows = [
        Notice(
            user=person,
            kind=kind,
            sequence=fact.sequence,
            at=fact.at,
            bulletin_id=revision.bulletin_id if revision else None,
            revision=revision,
            subject="" if revision else fact.subject,
            data=dict(data or {}),
            mail=Mail.WAITING if mailing and person.email and person.pk not in silent else Mail.NONE,
        )
        for person in listed
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    letters: list[JSONDict] = [{"notice_id": str(row.pk)} for row in rows if row.mail == Mail.WAITING]
    if letters:
        app.configure_task(TASK, queue="mail", allow_unknown=True).batch_defer(*letters)
    defer_pushes(kind, rows)


def _settle(fact: Entry, kinds: Collection[str], at: datetime) -> None:
    """What was told before this fact is no longer to be done by anybody."""
    rows = Notice.objects.filter(bulletin=UUID(fact.subject.partition(":")[2]), kind__in=kinds)
    rows.filter(settled_at__isnull=True, sequence__lt=fact.sequence).update(settled_at=at)


def _revision(fact: Entry) -> Revision | None:
    rows = Revision.objects.select_related("bulletin__place", "author")
    return rows.filter(pk=fact.data.get("revision")).first()


def _by(fact: Entry) -> dict[str, str]:
    found = User.objects.filter(pk=fact.by[5:]).first() if fact.by.startswith("user:") else None
    return {"by": str(found)} if found else {}


def _tell_of(people: Iterable[User], kind: Kind, fact: Entry, revision: Revision) -> None:
    """Nobody is told of what they did themselves."""
    others = [person for person in people if f"user:{person.pk}" != fact.by]
    data = {"title": revision.title, **_by(fact)}
    tell(others, kind, fact, revision=revision, data=data)


def _submitted(fact: Entry, at: datetime) -> None:
    _settle(fact, WORK, at)
    revision = _revision(fact)
    if revision and revision.bulletin.state == State.SUBMITTED:
        _tell_of(queries.deciders(revision, at), Kind.TO_APPROVE, fact, revision)


def _half_approved(fact: Entry, at: datetime) -> None:
    _settle(fact, TO_DECIDE, at)
    if revision := _revision(fact):
        done = Approval.objects.filter(revision=revision).values_list("by", flat=True)
        _tell_of(queries.deciders(revision, at, set(done)), Kind.SECOND, fact, revision)


def _decided(kind: Kind) -> Callable[[Entry, datetime], None]:
    def follow_it(fact: Entry, at: datetime) -> None:
        _settle(fact, TO_DECIDE, at)
        if revision := _revision(fact):
            _tell_of([revision.author], kind, fact, revision)

    return follow_it


def _withdrawn(fact: Entry, at: datetime) -> None:
    _settle(fact, WORK, at)
    if revision := _revision(fact):
        approvers = User.objects.filter(pk__in=Approval.objects.filter(revision=revision).values("by"))
        _tell_of({revision.author, *approvers}, Kind.WITHDRAWN, fact, revision)


def _deadline(kind: Kind) -> Callable[[Entry, datetime], None]:
    def follow_it(fact: Entry, at: datetime) -> None:
        revision = _revision(fact)
        if revision is None or revision.bulletin.state != State.SUBMITTED:
            return
        done = set(Approval.objects.filter(revision=revision).values_list("by", flat=True))
        people = queries.deciders(revision, at, done)
        if kind == Kind.PASSED:
            people.append(revision.author)
        data = {"title": revision.title, "due": fact.data["due"], "then": fact.data["then"]}
        tell(people, kind, fact, revision=revision, data=data)

    return follow_it


def _reopened(fact: Entry, at: datetime) -> None:
    _settle(fact, WORK, at)


def _followed(fact: Entry, at: datetime) -> None:
    _settle(fact, WORK, at)
    if revision := _revision(fact):
        _tell_of([revision.author], Kind.FOLLOWED, fact, revision)


def _approved(fact: Entry, at: datetime) -> None:
    _decided(Kind.APPROVED)(fact, at)
    revision = supply.supplied(at).filter(pk=fact.data.get("revision")).first()
    if revision and not is_placed_by_default(revision):
        areas = supply.communes_of(revision, at).order_by().values_list("area", flat=True)
        _tell_communes(areas, Kind.OFFERED, fact, revision)


def _tell_communes(areas: Iterable[str], kind: Kind, fact: Entry, revision: Revision) -> None:
    others = [one for one in queries.officers(list(areas), fact.at) if f"user:{one.pk}" != fact.by]
    data = {"title": revision.title, "sender": str(revision.bulletin.place)}
    tell(others, kind, fact, revision=revision, data=data | {"other": fact.data.get("met", "")})


def _answered(fact: Entry, at: datetime) -> None:
    area = fact.data["area"]
    there = Notice.objects.filter(revision=fact.data["revision"], user__in=queries.officers([area], at))
    there.filter(kind__in=TO_ANSWER, settled_at__isnull=True).update(settled_at=at)
    if fact.data.get("by_default") and (revision := _revision(fact)):
        _tell_communes([area], Kind.PLACED, fact, revision)


def _order(fact: Entry, at: datetime) -> None:
    revision = supply.supplied().filter(pk=fact.data["revision"]).first()
    if revision:
        _tell_communes([fact.data["area"]], Kind.ORDER, fact, revision)


def _ordered(fact: Entry, at: datetime) -> None:
    people = queries.officers([fact.data["area"]], at)
    there = Notice.objects.filter(revision=fact.data["revision"], kind=Kind.ORDER, user__in=people)
    there.filter(settled_at__isnull=True).update(settled_at=at)


def _reminded(fact: Entry, at: datetime) -> None:
    revision = supply.supplied(at).filter(pk=fact.data["revision"]).first()
    if revision:
        areas = supply.silent(revision, at).order_by().values_list("area", flat=True)
        _tell_communes(areas, Kind.UNUSED, fact, revision)


def _planned(fact: Entry, at: datetime) -> None:
    """An item of the plan stands somewhere else, or somebody else has its step: whose turn it is now."""
    if not fact.data["now"]:
        return
    Notice.objects.filter(subject=fact.subject, settled_at__isnull=True).update(settled_at=at)
    _tell_of_plan(Kind.PLAN_TURN, fact, {fact.data["turn"]})


def _plan_due(kind: Kind) -> Callable[[Entry, datetime], None]:
    def follow_it(fact: Entry, at: datetime) -> None:
        _tell_of_plan(kind, fact, {fact.data["turn"], fact.data.get("planner")})

    return follow_it


def _tell_of_plan(kind: Kind, fact: Entry, people: Collection[int | None]) -> None:
    found = User.objects.filter(pk__in=[key for key in people if key], is_active=True)
    others = [one for one in found if f"user:{one.pk}" != fact.by]
    data = {"title": fact.data["title"], "stage": fact.data["stage"], "day": fact.data["day"]}
    tell(others, kind, fact, data=data | {"reason": fact.data.get("reason", "")})


def _warned(fact: Entry, at: datetime) -> None:
    """Another system's message waits for whoever is on duty nearest to its areas."""
    if fact.data["state"] == "waiting":
        data = {"name": fact.data["name"], "title": fact.data["title"]}
        tell(queries.on_duty(fact.data["areas"], at), Kind.WARNING, fact, data=data)


def _half_signed(fact: Entry, at: datetime) -> None:
    """One has signed; whoever may be the second one is told, and everybody when it is signed or over."""
    _warning_over(fact, at)
    if fact.data["kind"] == "drill" or fact.data["part"] != 1 or at - fact.at > TO_SIGN:
        return
    signed = {int(fact.by[5:])} if fact.by.startswith("user:") else set()
    data = {"title": fact.data["title"], "due": (fact.at + TO_SIGN).isoformat(), **_by(fact)}
    tell(queries.signers(fact.data["areas"], at, signed), Kind.TO_SIGN, fact, data=data)


def _warning_over(fact: Entry, at: datetime) -> None:
    Notice.objects.filter(subject=fact.subject, settled_at__isnull=True).update(settled_at=at)


def _alarmed(fact: Entry, at: datetime) -> None:
    area, kind = fact.data["area"], fact.data["kind"]
    place = places.labels([area]).get(area, "")
    data = {
        "alarm": kind,
        "area": area,
        "place": place,
        "count": fact.data["count"],
        "name": fact.data["name"],
    }
    urgent = kind in URGENT or kind == AlarmKind.LOST
    tell(queries.menders(area, urgent=urgent, at=at), Kind.ALARM, fact, data=data)


def _calmed(fact: Entry, at: datetime) -> None:
    """What is right again need not be read."""
    area, kind = fact.data["area"], fact.data["kind"]
    if not health.open_alarms([area]).filter(kind=kind).exists():
        told = Notice.objects.filter(kind=Kind.ALARM, data__area=area, data__alarm=kind)
        told.filter(settled_at__isnull=True, sequence__lt=fact.sequence).update(settled_at=at)


def _given(fact: Entry, at: datetime) -> None:
    ticket = fact.subject.partition(":")[2]
    due = date.fromisoformat(fact.data["due"])
    data = {
        "ticket": ticket, "title": fact.data["title"], "name": fact.data["name"], "day": f"{due:%d/%m/%Y}",
        **_by(fact),
    }  # fmt: skip
    people = User.objects.filter(pk=fact.data.get("assignee"), is_active=True)
    tell([one for one in people if f"user:{one.pk}" != fact.by], Kind.TICKET, fact, data=data)


def _licence(fact: Entry, at: datetime) -> None:
    """A newer word of the same licence takes the place of the one before."""
    settled = Notice.objects.filter(subject=fact.subject, data__number=fact.data["number"])
    settled.filter(settled_at__isnull=True).update(settled_at=at)
    kind = Kind.LICENCE if fact.data["left"] >= 0 else Kind.LICENCE_OVER
    data = {name: fact.data[name] for name in ("name", "number", "day")}
    tell(queries.station_keepers(fact.data["area"], at), kind, fact, data=data)


def _station_kept(fact: Entry, at: datetime) -> None:
    """What was told of a licence is over when it is renewed, or its station has ended."""
    open_ones = Notice.objects.filter(subject=fact.subject, settled_at__isnull=True)
    station = UUID(fact.subject.partition(":")[2])
    for number, day in set(open_ones.values_list("data__number", "data__day")):
        if not stations.licence_stands(station, number, day):
            open_ones.filter(data__number=number, data__day=day).update(settled_at=at)


_FOLLOWED: dict[str, Callable[[Entry, datetime], None]] = {
    "bulletin.submitted": _submitted,
    "bulletin.half_approved": _half_approved,
    "bulletin.approved": _approved,
    "bulletin.returned": _decided(Kind.RETURNED),
    "bulletin.reopened": _reopened,
    "bulletin.taken_back": _reopened,
    "bulletin.withdrawn": _withdrawn,
    "bulletin.followed": _followed,
    "bulletin.deadline_near": _deadline(Kind.NEAR),
    "bulletin.deadline_passed": _deadline(Kind.PASSED),
    "alert.signed": _half_signed,
    "alert.ended": _warning_over,
    "cap.received": _warned,
    "cap.decided": _warning_over,
    "cap.closed": _warning_over,
    "supply.taken": _answered,
    "supply.declined": _answered,
    "clash.asked": _order,
    "clash.decided": _ordered,
    "supply.reminded": _reminded,
    "production.moved": _planned,
    "production.returned": _planned,
    "production.given_up": _planned,
    "production.assigned": _planned,
    "production.due_near": _plan_due(Kind.PLAN_NEAR),
    "production.due_over": _plan_due(Kind.PLAN_OVER),
    "alarm.raised": _alarmed,
    "alarm.cleared": _calmed,
    "station.licence_ends": _licence,
    "station.changed": _station_kept,
    "station.ended": _station_kept,
    "ticket.opened": _given,
    "ticket.assigned": _given,
}
