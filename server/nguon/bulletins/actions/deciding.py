"""The second person's decision, and taking an approved bulletin back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from nguon.accounts.actions import Site, Touched, check_touch
from nguon.accounts.models import User
from nguon.accounts.queries import acting_for
from nguon.accounts.states import Role
from nguon.bulletins import errors, queries
from nguon.bulletins.actions.drafting import copy_of, copy_targets
from nguon.bulletins.actions.hearing import check_heard
from nguon.bulletins.actions.submitting import quiet_problem, spoken_time
from nguon.bulletins.models import Approval, Bulletin, Revision, SecondApproval, Target, Withdrawal
from nguon.bulletins.rules import (
    COOL_OFF,
    MOST_COMMUNES,
    can_withdraw,
    communes,
    foreign_to,
    is_played,
    is_wide,
    may_move,
)
from nguon.bulletins.states import Decision, State, Timing
from nguon.journal.actions import record
from nguon_protocol.approvals import approval_challenge


@dataclass(frozen=True)
class Hand:
    """What a person's security key said, as the browser gave it, and where it was touched."""

    response: Mapping[str, Any]
    site: Site


@dataclass(frozen=True)
class Ear:
    """How the sound was heard before a decision: `ms` of it in a page, or not, `where` there is none."""

    ms: int | None = None
    where: str = ""


NO_EAR = Ear()


def approve(
    *,
    revision_id: UUID,
    content_sha256: str,
    by: User,
    at: datetime,
    hand: Hand | None = None,
    unheard: str = "",
) -> Approval | SecondApproval:
    """This function will approve exactly the content whose hash this person saw and heard.

    The journal row in the same transaction is the promise: from it the bulletin is scheduled, signed and
    sent; of what reaches many communes only the second person's approval promises that.
    Approving again what one has approved oneself changes nothing (a double click). Without a `hand` nothing
    is approved but in a demo. The sound must have been played (`hear`), but where there is nothing to play
    it with: then `unheard` names that place, and the journal keeps the name.
    Raises OwnBulletin, NotAnApprover, ContentChanged, NotHeard, AlreadyDecided, NotWaiting, TimePast,
    QuietHours, WideNow, TooSoon, TooManyAtOnce (which the journal keeps: it may be a stolen account),
    KeyNeeded, KeyUnknown or TouchFailed.
    """
    try:
        return _approve(revision_id, content_sha256, by, at, hand, unheard)
    except errors.TooManyAtOnce:
        _note_too_many(revision_id, by, at)
        raise


@transaction.atomic
def _note_too_many(revision_id: UUID, by: User, at: datetime) -> None:
    revision = Revision.objects.get(pk=revision_id)
    data = {"title": revision.title, "areas": queries.areas_of_revision(revision)}
    record(fact="bulletin.too_many", subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)


@transaction.atomic
def _approve(
    revision_id: UUID, content_sha256: str, by: User, at: datetime, hand: Hand | None, unheard: str
) -> Approval | SecondApproval:
    waiting = _waiting(revision_id, by, Decision.APPROVE, at)
    if waiting.done:
        return waiting.done
    revision = waiting.revision
    fresh = queries.content_hash_of(revision, queries.target_strings(revision))
    if not revision.content_sha256 == content_sha256 == fresh:
        raise errors.ContentChanged
    if revision.timing == Timing.AT and revision.starts_at and revision.starts_at <= at:
        raise errors.TimePast(time=spoken_time(revision.starts_at), now=spoken_time(at))
    if revision.timing == Timing.NOW and is_played(revision.content_type):
        for _field, problem in quiet_problem([at]):
            raise problem
    _refuse_too_much(waiting, by, at)
    heard = Ear(where=unheard) if unheard else Ear(ms=check_heard(revision, by))
    return _decide(waiting, Decision.APPROVE, "", by, at, _touched(revision, by, hand), heard)


@transaction.atomic
def send_back(*, revision_id: UUID, reason: str, by: User, at: datetime) -> Approval | SecondApproval:
    """This function will return a bulletin to its writer with the reason. Raises as `approve` does, or
    ReasonMissing.
    """
    if not reason.strip():
        raise errors.ReasonMissing
    waiting = _waiting(revision_id, by, Decision.RETURN, at)
    return waiting.done or _decide(waiting, Decision.RETURN, reason.strip(), by, at, Touched())


@dataclass(frozen=True)
class _Waiting:
    """A revision that waits for this person; `first` approved it already, `done` is this very decision."""

    revision: Revision
    targets: list[Target]
    first: Approval | None = None
    done: Approval | SecondApproval | None = None
    ruled: bool = False  # an area's own rule asks for two people

    @property
    def wide(self) -> bool:
        return is_wide(self.targets)


def _waiting(revision_id: UUID, by: User, decision: Decision, at: datetime) -> _Waiting:
    revision = Revision.objects.select_related("media").filter(pk=revision_id).first()
    if revision is None:
        raise errors.BulletinUnknown
    # Two approvers at once meet here: the second one waits, and then finds the decision.
    bulletin = Bulletin.objects.select_for_update().get(pk=revision.bulletin_id)
    revision.bulletin = bulletin
    if revision.author_id == by.pk:
        raise errors.OwnBulletin
    targets = list(revision.targets.select_related("place", "group", "device"))
    foreign = foreign_to(by, Role.APPROVER, targets, at)
    if foreign:
        raise errors.NotAnApprover(target=str(foreign.named))
    first = Approval.objects.select_related("by").filter(revision=revision).first()
    second = SecondApproval.objects.select_related("by").filter(revision=revision).first()
    for earlier in (first, second):
        if earlier is not None and earlier.by_id == by.pk and earlier.decision == decision:
            return _Waiting(revision, targets, done=earlier)
    taken = second or first
    waits = bulletin.state == State.SUBMITTED and revision.submitted_at is not None
    if taken and not (waits and taken.by_id != by.pk):
        raise errors.AlreadyDecided(
            person=taken.by, time=spoken_time(taken.at), decision=Decision(taken.decision).label
        )
    if not waits:
        raise errors.NotWaiting
    ruled = any(rule.second for rule in queries.rules_for(revision))
    return _Waiting(revision, targets, first, ruled=ruled)


def _refuse_too_much(waiting: _Waiting, by: User, at: datetime) -> None:
    """Hold one person to a few communes, as the signer will; told here, it is told in time."""
    revision, reached = waiting.revision, communes(waiting.targets)
    minutes = COOL_OFF.seconds // 60
    if waiting.wide and not is_played(revision.content_type):
        return
    if waiting.wide:
        if revision.timing == Timing.NOW:
            raise errors.WideNow(count=len(reached), minutes=minutes)
        soonest = at + COOL_OFF
        if (
            waiting.first
            and revision.timing == Timing.AT
            and revision.starts_at
            and revision.starts_at < soonest
        ):
            raise errors.TooSoon(count=len(reached), minutes=minutes)
        return
    soon = revision.starts_at is not None and revision.starts_at < at + COOL_OFF
    if revision.timing != Timing.NOW and not (revision.timing == Timing.AT and soon):
        return
    if foreign_to(by, Role.DUTY, waiting.targets, at) is None:
        return
    if len(reached | queries.reached_at_once(by, revision, at)) > MOST_COMMUNES:
        raise errors.TooManyAtOnce(minutes=minutes, limit=MOST_COMMUNES)


def _touched(revision: Revision, by: User, hand: Hand | None) -> Touched:
    if hand is not None:
        challenge = approval_challenge(str(revision.pk), revision.content_sha256)
        return check_touch(user=by, response=hand.response, challenge=challenge, site=hand.site)
    if settings.NGUON_MODE != "demo":
        raise errors.KeyNeeded
    return Touched()


def _decide(
    waiting: _Waiting,
    decision: Decision,
    reason: str,
    by: User,
    at: datetime,
    touched: Touched,
    ear: Ear = NO_EAR,
) -> Approval | SecondApproval:
    revision = waiting.revision
    whole: dict[str, Any] = {
        "revision": revision, "decision": decision, "by": by, "author_id": revision.author_id, "at": at,
        "reason": reason, "content_sha256": revision.content_sha256, "heard_ms": ear.ms, **vars(touched),
    }  # fmt: skip
    made: Approval | SecondApproval
    if waiting.first:
        made = SecondApproval.objects.create(first_by_id=waiting.first.by_id, **whole)
    else:
        made = Approval.objects.create(**whole)
    approved = decision == Decision.APPROVE
    half = approved and (waiting.wide or waiting.ruled) and waiting.first is None
    if not half:
        state = State.APPROVED if approved else State.RETURNED
        Bulletin.objects.filter(pk=revision.bulletin_id).update(state=state, changed_at=at)
    data = {
        "revision": revision.pk,
        "reason": reason,
        "content_sha256": revision.content_sha256,
        "areas": queries.areas_of_revision(revision),
    }
    if ear != NO_EAR:
        data |= {"unheard": ear.where} if ear.where else {"heard_ms": ear.ms}
    if away := acting_for(by, Role.APPROVER, waiting.targets[0].area, at):
        data["on_behalf_of"] = away.pk
    fact = "bulletin.half_approved" if half else "bulletin.approved" if approved else "bulletin.returned"
    subject = f"bulletin:{revision.bulletin_id}"
    record(fact=fact, subject=subject, by=by, at=at, data=data)
    if approved and waiting.wide and not half:
        # The notice to every duty officer whom it concerns: there is time to stop it.
        reached = sorted(communes(waiting.targets))
        notice = {
            "revision": revision.pk,
            "title": revision.title,
            "count": queries.count_communes(reached, at),
            "communes": reached,
            "areas": reached,
        }
        record(fact="bulletin.wide", subject=subject, by=by, at=at, data=notice)
    return made


@transaction.atomic
def reopen(*, bulletin_id: UUID, by: User, at: datetime) -> Revision:
    """This function will open a new draft revision of a returned bulletin, with everything that the old one
    held.
    """
    bulletin = Bulletin.objects.select_for_update().filter(pk=bulletin_id).first()
    if bulletin is None:
        raise errors.BulletinUnknown
    if bulletin.author_id != by.pk:
        raise errors.NotYourDraft
    old = queries.latest_revision(bulletin)
    if bulletin.state == State.DRAFT:
        return old
    if bulletin.state != State.RETURNED:
        raise errors.AlreadySubmitted
    return _opened(bulletin, old, "bulletin.reopened", by, at)


@transaction.atomic
def take_back(*, bulletin_id: UUID, by: User, at: datetime) -> Revision:
    """This function will make a draft again of what its writer submitted and nobody decided in time; done
    again it is the same draft.

    Raises BulletinUnknown, NotYourDraft, NotWaiting or StillInTime.
    """
    bulletin = Bulletin.objects.select_for_update().filter(pk=bulletin_id).first()
    if bulletin is None:
        raise errors.BulletinUnknown
    if bulletin.author_id != by.pk:
        raise errors.NotYourDraft
    old = queries.latest_revision(bulletin)
    if bulletin.state == State.DRAFT:
        return old
    if bulletin.state != State.SUBMITTED:
        raise errors.NotWaiting
    if not queries.has_passed(old, at):
        raise errors.StillInTime
    return _opened(bulletin, old, "bulletin.taken_back", by, at)


def _opened(bulletin: Bulletin, old: Revision, fact: str, by: User, at: datetime) -> Revision:
    new = copy_of(old, bulletin, old.number + 1, at, by)
    copy_targets(old, new)
    Bulletin.objects.filter(pk=bulletin.pk).update(state=State.DRAFT, changed_at=at)
    data = {"revision": new.pk, "title": new.title, "areas": queries.areas_of_revision(new)}
    record(fact=fact, subject=f"bulletin:{bulletin.pk}", by=by, at=at, data=data)
    return new


@transaction.atomic
def withdraw(*, bulletin_id: UUID, reason: str, by: User, at: datetime) -> Withdrawal:
    """This function will take an approved bulletin back everywhere; a second time changes nothing.

    Raises ReasonMissing, MayNotWithdraw or NotWithdrawable.
    """
    if not reason.strip():
        raise errors.ReasonMissing
    bulletin = Bulletin.objects.select_for_update().filter(pk=bulletin_id).first()
    if bulletin is None:
        raise errors.BulletinUnknown
    earlier = Withdrawal.objects.filter(bulletin=bulletin).first()
    if earlier:
        return earlier
    if not may_move(bulletin, State.WITHDRAWN):
        raise errors.NotWithdrawable
    revision = queries.latest_revision(bulletin)
    if not can_withdraw(by, bulletin, revision.targets.all(), at):
        raise errors.MayNotWithdraw
    made = Withdrawal.objects.create(bulletin=bulletin, by=by, at=at, reason=reason.strip())
    Bulletin.objects.filter(pk=bulletin.pk).update(state=State.WITHDRAWN, changed_at=at)
    record(
        fact="bulletin.withdrawn",
        subject=f"bulletin:{bulletin.pk}",
        by=by,
        at=at,
        data={
            "withdrawal": made.pk,
            "revision": revision.pk,
            "reason": made.reason,
            "areas": queries.areas_of_revision(revision),
        },
    )
    return made
