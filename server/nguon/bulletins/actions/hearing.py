"""The second person listens: what was played is kept, so that a reload loses none of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.bulletins import errors
from nguon.bulletins.models import Hearing, Revision
from nguon.bulletins.rules import believable, foreign_to, heard_enough, merged

MOST_SPANS = 200


@transaction.atomic
def hear(*, revision_id: UUID, spans: Iterable[tuple[int, int]], by: User, at: datetime) -> Hearing:
    """This function will add the parts that a person has played (ms from the start) to those known already.

    The first report, of which the parts may be empty, starts the clock: no more is believed than can have
    been played since then. Raises BulletinUnknown, OwnBulletin or NotAnApprover.
    """
    revision = Revision.objects.select_related("media").filter(pk=revision_id).first()
    if revision is None or revision.media is None or revision.submitted_at is None:
        raise errors.BulletinUnknown
    if revision.author_id == by.pk:
        raise errors.OwnBulletin
    foreign = foreign_to(by, Role.APPROVER, revision.targets.select_related("place", "group", "device"), at)
    if foreign:
        raise errors.NotAnApprover(target=str(foreign.named))
    Hearing.objects.get_or_create(revision=revision, by=by, defaults={"began_at": at, "changed_at": at})
    kept = Hearing.objects.select_for_update().get(revision=revision, by=by)
    end = revision.media.duration_ms
    given = [(max(0, start), min(end, stop)) for start, stop in spans][:MOST_SPANS]
    played = merged([*((start, stop) for start, stop in kept.spans), *given])
    total = sum(stop - start for start, stop in played)
    kept.spans, kept.changed_at = [list(span) for span in played], at
    kept.heard_ms = max(kept.heard_ms, believable(total, at - kept.began_at))
    kept.save()
    return kept


def check_heard(revision: Revision, by: User) -> int:
    """This function will return how many ms of a revision a person has played; NotHeard where too few."""
    total = revision.media.duration_ms if revision.media else 0
    kept = Hearing.objects.filter(revision=revision, by=by).first()
    heard = kept.heard_ms if kept else 0
    if not heard_enough(heard, total):
        raise errors.NotHeard(heard=heard // 1000, total=-(-total // 1000))
    return heard
