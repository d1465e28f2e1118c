"""The second person's decision, and taking an approved bulletin back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.bulletins import errors, queries
from nguon.bulletins.actions.drafting import copy_targets
from nguon.bulletins.actions.submitting import quiet_problem, spoken_time
from nguon.bulletins.models import Approval, Bulletin, Revision, Withdrawal
from nguon.bulletins.rules import can_withdraw, foreign_to, may_move
from nguon.bulletins.states import Decision, State, Timing
from nguon.journal.actions import record


@transaction.atomic
def approve(*, revision_id: UUID, content_sha256: str, by: User, at: datetime) -> Approval:
    """This function will approve exactly the content whose hash the second person saw and heard.

    The journal row in the same transaction is the promise: from it the bulletin is scheduled, signed and
    sent.
    Approving again what one has approved oneself changes nothing (a double click).
    Raises OwnBulletin, NotAnApprover, ContentChanged, AlreadyDecided, NotWaiting, TimePast or QuietHours.
    """
    revision, earlier = _waiting(revision_id, by, Decision.APPROVE, at)
    if earlier:
        return earlier
    fresh = queries.content_hash_of(revision, queries.target_strings(revision))
    if not revision.content_sha256 == content_sha256 == fresh:
        raise errors.ContentChanged
    if revision.timing == Timing.AT and revision.starts_at and revision.starts_at <= at:
        raise errors.TimePast(time=spoken_time(revision.starts_at), now=spoken_time(at))
    if revision.timing == Timing.NOW:
        for _field, problem in quiet_problem([at]):
            raise problem
    return _decide(revision, Decision.APPROVE, "", by, at)


@transaction.atomic
def send_back(*, revision_id: UUID, reason: str, by: User, at: datetime) -> Approval:
    """This function will return a bulletin to its writer with the reason. Raises as `approve` does, or
    ReasonMissing.
    """
    if not reason.strip():
        raise errors.ReasonMissing
    revision, earlier = _waiting(revision_id, by, Decision.RETURN, at)
    return earlier or _decide(revision, Decision.RETURN, reason.strip(), by, at)


def _waiting(
    revision_id: UUID, by: User, decision: Decision, at: datetime
) -> tuple[Revision, Approval | None]:
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
    earlier = Approval.objects.select_related("by").filter(revision=revision).first()
    if earlier and earlier.by_id == by.pk and earlier.decision == decision:
        return revision, earlier
    if earlier:
        raise errors.AlreadyDecided(
            person=earlier.by, time=spoken_time(earlier.at), decision=Decision(earlier.decision).label
        )
    if bulletin.state != State.SUBMITTED or revision.submitted_at is None:
        raise errors.NotWaiting
    return revision, None


def _decide(revision: Revision, decision: Decision, reason: str, by: User, at: datetime) -> Approval:
    made = Approval.objects.create(
        revision=revision,
        decision=decision,
        by=by,
        author_id=revision.author_id,
        at=at,
        reason=reason,
        content_sha256=revision.content_sha256,
    )
    state = State.APPROVED if decision == Decision.APPROVE else State.RETURNED
    Bulletin.objects.filter(pk=revision.bulletin_id).update(state=state, changed_at=at)
    record(
        fact="bulletin.approved" if decision == Decision.APPROVE else "bulletin.returned",
        subject=f"bulletin:{revision.bulletin_id}",
        by=by,
        at=at,
        data={"revision": revision.pk, "reason": reason, "content_sha256": revision.content_sha256},
    )
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
    if not may_move(bulletin, State.DRAFT):
        if bulletin.state == State.DRAFT:
            return old
        raise errors.AlreadySubmitted
    source = Revision.objects.get(pk=old.pk)
    new = Revision.objects.get(pk=old.pk)
    new.pk = None
    new.id = Revision._meta.get_field("id").get_default()
    new._state.adding = True
    new.number, new.made_at = old.number + 1, at
    new.submitted_at, new.content_sha256, new.media = None, "", None
    new.save(force_insert=True)
    copy_targets(source, new)
    Bulletin.objects.filter(pk=bulletin.pk).update(state=State.DRAFT, changed_at=at)
    record(
        fact="bulletin.reopened", subject=f"bulletin:{bulletin.pk}", by=by, at=at, data={"revision": new.pk}
    )
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
        data={"withdrawal": made.pk, "revision": revision.pk, "reason": made.reason},
    )
    return made
