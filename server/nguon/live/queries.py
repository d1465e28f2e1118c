"""Reads about live sessions: who speaks, where it is heard, what loudspeakers say of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from nguon.accounts.models import User
from nguon.bulletins.queries import seen_areas
from nguon.deliveries.models import Document, Receipt, SigningTask, Stop
from nguon.deliveries.states import TaskKind, TaskState
from nguon.devices import queries as devices
from nguon.live import store
from nguon.live.models import Session, Target
from nguon.live.states import Kind, State
from nguon.organisations.rules import covers

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Hearing:
    """How many loudspeakers are meant, hear it now, have lost the signal, or never began."""

    total: int
    now: int
    lost: int
    refused: int


@dataclass(frozen=True)
class Opening:
    """What the signer says of a session: signed for so many targets, refused for others with a reason."""

    signed: int
    waiting: int
    reasons: tuple[str, ...]
    expires_at: datetime | None


def session_of(session_id: UUID, user: User) -> Session | None:
    """This function will return a person's own session to speak in, or None."""
    return Session.objects.filter(pk=session_id, by=user, kind=Kind.VOICE).first()


def visible(session_id: UUID, user: User, at: datetime) -> Session | None:
    """This function will return a session that a person may look at: the own one, or one that is heard in
    an area whose bulletins the person reads: who only mends loudspeakers is not told what they say."""
    found = Session.objects.select_related("by", "recording").filter(pk=session_id).first()
    if found is None or found.by_id == user.pk:
        return found
    own = seen_areas(user, at)
    areas = found.targets.values_list("area", flat=True)
    return found if any(covers(area, one) for area in own for one in areas) else None


def of_areas(areas: Collection[str]) -> QuerySet[Session]:
    """This function will return the sessions that were opened for some areas, the newest first."""
    rows = Session.objects.filter(pk__in=Target.objects.filter(area__within=areas).values("session"))
    return rows.exclude(state=State.READY).select_related("by").order_by("-opened_at")


def on_air(areas: Collection[str], *kinds: Kind) -> list[Session]:
    """This function will return who speaks now in some areas, and what is relayed there, the newest first; of
    some kinds alone if they are named."""
    return list(of_areas(areas).filter(state=State.OPEN, kind__in=kinds or tuple(Kind)))


def lately(areas: Collection[str], at: datetime, limit: int = 20) -> list[Session]:
    """This function will return the sessions of the last day in some areas that are over, newest first."""
    return list(of_areas(areas).filter(state=State.ENDED, kind=Kind.VOICE, opened_at__gt=at - LATELY)[:limit])


def open_sessions() -> list[Session]:
    """This function will return every session that is open."""
    return list(Session.objects.filter(state=State.OPEN).order_by("opened_at"))


def targets_of(session: Session) -> list[str]:
    """This function will return the LSP-1 target strings of a session."""
    return list(session.targets.order_by("target").values_list("target", flat=True))


def opening(session: Session) -> Opening:
    """This function will tell how far the signer has come with a session."""
    tasks = list(SigningTask.objects.filter(kind=TaskKind.LIVE, subject=session.pk))
    done = [task.pk for task in tasks if task.state == TaskState.DONE]
    expires = Document.objects.filter(task__in=done).values_list("expires_at", flat=True).first()
    return Opening(
        signed=len(done),
        waiting=sum(task.state in {TaskState.PENDING, TaskState.SIGNING} for task in tasks),
        reasons=tuple(task.reason for task in tasks if task.state == TaskState.REFUSED),
        expires_at=expires,
    )


def was_stopped(session: Session) -> bool:
    """This function will say whether a stop was ordered, since it began, for every place that hears it."""
    stops = Stop.objects.filter(at__gte=session.opened_at).values_list("area", flat=True)
    areas = list(session.targets.values_list("area", flat=True)) if stops else []
    return bool(areas) and all(any(covers(stop, area) for stop in stops) for area in areas)


def hearing(session: Session) -> Hearing:
    """This function will count what the loudspeakers' receipts say of a session."""
    meant = set(devices.of_targets(targets_of(session)).values_list("pk", flat=True))
    last = _last_words([session.pk])
    mine = [row for row in last if row.device_id in meant]
    refusing = Receipt.objects.filter(
        event="refused", document__in=_documents([session.pk]), after_revocation=False
    )
    return Hearing(
        total=len(meant),
        now=sum(row.event == "started" for row in mine),
        lost=sum(row.event == "partly" and row.reason == "media" for row in mine),
        refused=refusing.values("device").distinct().count(),
    )


def played_by(session: Session) -> int:
    """This function will count the loudspeakers whose receipts prove that they played some of a session."""
    rows = Receipt.objects.filter(item=session.pk, event__in=["started", "played", "partly"])
    return rows.filter(after_revocation=False).values("device").distinct().count()


def sounding(sessions: Collection[Session]) -> QuerySet[Receipt]:
    """This function will return the receipts that say that a loudspeaker hears one of the sessions now: for
    another question to narrow."""
    newest = _newest([row.pk for row in sessions]).values("pk")
    return Receipt.objects.filter(pk__in=newest, event="started")


def heard_at(device_ids: Collection[UUID], sessions: Collection[Session]) -> dict[UUID, Session]:
    """This function will return which of the sessions each of some loudspeakers hears now."""
    known = {row.pk: row for row in sessions}
    rows = _newest(known).filter(device__in=device_ids) if known else []
    return {row.device_id: known[row.item] for row in rows if row.event == "started" and row.item}


def sessions_by_id(ids: Iterable[UUID]) -> dict[UUID, Session]:
    """This function will return those of the ids that are live sessions."""
    return Session.objects.in_bulk(list(ids))


def _last_words(sessions: Collection[UUID]) -> list[Receipt]:
    """The newest receipt of each loudspeaker about each session."""
    return list(_newest(sessions))


def _newest(sessions: Collection[UUID]) -> QuerySet[Receipt]:
    rows = Receipt.objects.filter(item__in=list(sessions), after_revocation=False)
    return rows.order_by("device", "item", "-n").distinct("device", "item")


def _documents(sessions: Collection[UUID]) -> list[str]:
    tasks = SigningTask.objects.filter(kind=TaskKind.LIVE, subject__in=list(sessions)).values("pk")
    return list(Document.objects.filter(task__in=tasks).values_list("pk", flat=True))


def stream_of(session_id: UUID) -> tuple[str, bytes]:
    """This function will say whether a session is open, ended (with its signed end) or unknown."""
    state = Session.objects.filter(pk=session_id).values_list("state", flat=True).first()
    if state == State.OPEN:
        return "open", b""
    return ("ended", store.end_of(session_id)) if state == State.ENDED else ("unknown", b"")
