"""Asking the signer: identifiers go out, signed documents come back and are kept word for word."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F

from nguon.bulletins.models import Revision
from nguon.deliveries.actions.following import ask
from nguon.deliveries.actions.moving import in_hand
from nguon.deliveries.actions.telling import tell, tell_all
from nguon.deliveries.models import Delivery, Document, ReleasedMedia, SigningTask
from nguon.deliveries.states import DeliveryState, TaskKind, TaskState
from nguon.devices import queries as devices
from nguon.journal.actions import Fact, record, record_many
from nguon.kernel.clock import from_epoch
from nguon_signer.client import SignerRefused, SignerUnavailable

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=20)
"""A dispatcher that dies with a task in hand gives it back after so long."""
_LONGEST_PAUSE = 30
BATCH = 64
"""As many as the signer takes in one question."""

MOST_CARRIED = 48 * 1024
"""A plan of so many bytes (of about a hundred items) goes out with the bell; for a longer one a loudspeaker
that has it already pays nothing."""

_ALERTS = frozenset({TaskKind.URGENT, TaskKind.DRILL})
_TOGETHER = frozenset({TaskKind.PLAN, TaskKind.ORDER, TaskKind.LIVE, TaskKind.COMMAND}) | _ALERTS
AT_ONCE = _ALERTS | {TaskKind.ADMIT, TaskKind.STOP}
"""What no plan may hold up: it has a claimer of its own."""
_SUBJECTS = {
    TaskKind.ORDER: "revision",
    TaskKind.STOP: "stop",
    TaskKind.CANCEL: "withdrawal",
    TaskKind.LIVE: "session",
    TaskKind.COMMAND: "command",
    TaskKind.URGENT: "step",
    TaskKind.DRILL: "step",
}


class Signer(Protocol):
    """Whoever signs: the client of the signer's socket."""

    def call(self, op: str, **fields: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Ring:
    """What the broker is to carry: a document that is complete in itself, or a bell (look again)."""

    target: str
    envelope: str | None


def sign_next(*, signer: Signer, at: datetime) -> Ring | bool | None:
    """This function will have the next due request signed, and return what to ring.

    None: nothing is due.  False: the signer refused or is away; the request is marked or put off.
    A crash between the signature and the store asks again: ids are the same, so that nothing plays twice.
    """
    rings = sign_many(signer=signer, at=at, most=1)
    return rings[0] if rings else rings if rings is None else False


def sign_many(
    *, signer: Signer, at: datetime, most: int = BATCH, kinds: Collection[TaskKind] = tuple(TaskKind)
) -> list[Ring] | None:
    """This function will have the next due requests of one kind signed together, and return what to ring.

    Plans go together, and orders of one bulletin: they share the signer's look at the database and its fsync.
    None: nothing of these kinds is due.  What is refused is marked, what found no signer is put off.
    """
    tasks = _claim(at, most, kinds)
    if not tasks:
        return None
    if tasks[0].kind == TaskKind.ADMIT and tasks[0].attempts == 1:
        return _carry(tasks[0], at)
    try:
        answers = _ask(signer, tasks)
    except SignerRefused as refusal:
        for task in tasks:
            _refused(task, refusal, at)
        return []
    except SignerUnavailable as silence:
        log.warning("signer: %s", silence)
        for task in tasks:
            pause = min(_LONGEST_PAUSE, 2 ** min(task.attempts, 5) / 4)
            SigningTask.objects.filter(pk=task.pk).update(due_at=at + timedelta(seconds=pause))
        return []
    if tasks[0].kind == TaskKind.ADMIT:
        return [_admitted(task, at) for task in tasks]
    made = {}
    ends: list[Mapping[str, Any]] = []
    for task in tasks:
        answer = answers[task.target]
        if answer.get("ok", True):
            made[task.target] = answer["document"]
            ends += answer.get("ends") or []
        else:
            _refused(task, SignerRefused(str(answer["reason"]), str(answer["message"])), at)
    return _signed([task for task in tasks if task.target in made], made, ends, at)


def _ask(signer: Signer, tasks: list[SigningTask]) -> dict[str, Any]:
    first = tasks[0]
    if len(tasks) == 1 and first.kind not in _ALERTS:
        return {first.target: signer.call(first.kind, **_fields(first))}
    fields = _fields(first) | {"targets": [task.target for task in tasks]}
    del fields["target"]
    answers: dict[str, Any] = signer.call(f"{first.kind}s", **fields)["answers"]
    return answers


@transaction.atomic
def _claim(at: datetime, most: int, kinds: Collection[TaskKind]) -> list[SigningTask]:
    # A task in hand is no longer "pending": a change that comes now queues a plan of its own behind it.
    open_ = [TaskState.PENDING, TaskState.SIGNING]
    due = SigningTask.objects.filter(state__in=open_, due_at__lte=at, kind__in=kinds)
    ready = due.select_for_update(skip_locked=True).order_by("due_at", "pk")
    first = ready.first()
    if first is None:
        return []
    tasks = {first.target: first}
    if most > 1 and first.kind in _TOGETHER:
        for task in ready.filter(kind=first.kind, subject=first.subject).exclude(pk=first.pk)[: most - 1]:
            tasks.setdefault(task.target, task)
    lease = at + LEASE
    for task in tasks.values():
        task.state, task.due_at, task.attempts = TaskState.SIGNING, lease, task.attempts + 1
    SigningTask.objects.filter(pk__in=[task.pk for task in tasks.values()]).update(
        state=TaskState.SIGNING, due_at=lease, attempts=F("attempts") + 1
    )
    return list(tasks.values())


def _fields(task: SigningTask) -> dict[str, Any]:
    if task.kind == TaskKind.ADMIT:
        return {"document": Document.objects.values_list("pk", flat=True).get(task=task)}
    fields: dict[str, Any] = {"target": task.target}
    if task.kind != TaskKind.PLAN:
        fields[_SUBJECTS[TaskKind(task.kind)]] = str(task.subject)
    return fields


def _carry(task: SigningTask, at: datetime) -> list[Ring]:
    """Send what officers signed at once, once, and only then ask the signer, who may be away, to name it."""
    SigningTask.objects.filter(pk=task.pk).update(state=TaskState.PENDING, due_at=at)
    return [Ring(task.target, Document.objects.get(task=task).envelope)]


@transaction.atomic
def _admitted(task: SigningTask, at: datetime) -> Ring:
    task.state, task.done_at = TaskState.DONE, at
    task.save(update_fields=["state", "done_at"])
    tell("admitted", target=task.target)
    return Ring(task.target, None)


@transaction.atomic
def _signed(
    tasks: list[SigningTask],
    made: Mapping[str, dict[str, Any]],
    ends: Iterable[Mapping[str, Any]],
    at: datetime,
) -> list[Ring]:
    """Keep what was signed together, by target, in one commit and in the same few questions to the database
    however much it is."""
    if not tasks:
        return []
    whole = [(task, made[task.target]) for task in tasks]
    rows = [_kept(one, task) for task, one in whole]
    rows += [_kept(one, None) for one in ends]  # what an alert was born with waits here until it is wanted
    Document.objects.bulk_create(rows, ignore_conflicts=True)
    items = [item for _task, one in whole for item in one.get("items") or [] if item.get("id")]
    named = {item["revision"] for item in items if item.get("revision")}
    media = set(Revision.objects.filter(pk__in=named).values_list("media", flat=True)) - {None}
    if tasks[0].kind in _ALERTS:
        media |= {item["media"] for item in items if item.get("media")}
    ReleasedMedia.objects.bulk_create(
        (ReleasedMedia(sha256=sha, released_at=at) for sha in sorted(media)), ignore_conflicts=True
    )
    SigningTask.objects.filter(pk__in=[task.pk for task in tasks]).update(state=TaskState.DONE, done_at=at)
    told = [
        Fact(
            f"target:{task.target}",
            {
                "kind": task.kind,
                "sha256": one["sha256"],
                "v": one["v"],
                "items": len(one.get("items") or []),
                "area": devices.area_of_target(task.target),
            },
        )
        for task, one in whole
    ]
    record_many(fact="document.signed", told=told, by=None, at=at)
    tell_all("signed", "target", [task.target for task in tasks])
    return [Ring(task.target, _carried(one)) for task, one in whole]


def _carried(made: Mapping[str, Any]) -> str | None:
    """The document itself, where it is to be obeyed at once or is no bigger than the question for it and the
    answer would be; a bell otherwise."""
    envelope = str(made["envelope"])
    return envelope if made["type"] != "plan" or len(envelope) <= MOST_CARRIED else None


def _kept(made: Mapping[str, Any], task: SigningTask | None) -> Document:
    return Document(
        sha256=made["sha256"],
        type=made["type"],
        target=made["target"],
        epoch=made["epoch"],
        v=made["v"],
        issued_at=from_epoch(made["issued"]),
        expires_at=from_epoch(made["expires"]),
        items=made.get("items") or [],
        envelope=made["envelope"],
        task=task,
    )


@transaction.atomic
def _refused(task: SigningTask, refusal: SignerRefused, at: datetime) -> None:
    task.state, task.done_at = TaskState.REFUSED, at
    task.reason, task.message = refusal.reason[:60], refusal.message[:500]
    task.save(update_fields=["state", "done_at", "reason", "message"])
    if task.kind == TaskKind.ORDER:
        waiting = Delivery.objects.filter(airing__revision=task.subject, state=DeliveryState.WAITING)
        in_hand(waiting).update(state=DeliveryState.REFUSED, reason="signer", changed_at=at)
    record(
        fact="document.refused",
        subject=f"target:{task.target}",
        by=None,
        at=at,
        data={
            "kind": task.kind,
            "reason": task.reason,
            "message": task.message,
            "area": devices.area_of_target(task.target),
        },
    )
    tell("refused", target=task.target)


def renew_plans(*, at: datetime) -> int:
    """This function will ask anew for the plans that were last signed more than a day ago; returns how
    many.
    """
    old = (
        Document.objects.filter(type="plan", expires_at__gt=at)
        .order_by("target", "-epoch", "-v")
        .distinct("target")
        .values_list("target", "issued_at")
    )
    due = [target for target, issued in old if at - issued >= timedelta(days=1)]
    ask(TaskKind.PLAN, due, None, at)
    return len(due)
