"""Bulletins when areas move: what is open gets its new places, what is approved and not over a new approval.

What a second person approved names its places, and so does the signature. Only a person may say that it is to
play elsewhere: an approved bulletin that is not over is taken back and waits as a draft with its writer.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from nguon.bulletins import queries
from nguon.bulletins.actions.drafting import copy_of, set_targets
from nguon.bulletins.models import Bulletin, Revision, Target, Withdrawal
from nguon.bulletins.states import State, TargetKind, Timing
from nguon.journal.actions import Actor, record
from nguon.organisations.actions import Moves, place_of

OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)


def open_at(areas: Collection[str]) -> QuerySet[Bulletin]:
    """This function will return the bulletins without a decision that are at home or play at these areas."""
    newer = Revision.objects.filter(
        bulletin=OuterRef("revision__bulletin"), number__gt=OuterRef("revision__number")
    )
    there = Target.objects.filter(~Exists(newer), area__in=list(areas), revision__bulletin=OuterRef("pk"))
    return Bulletin.objects.filter(Q(area__in=list(areas)) | Exists(there), state__in=OPEN)


def approved_at(areas: Collection[str], at: datetime) -> QuerySet[Revision]:
    """This function will return the approved revisions that play at these areas and are not over."""
    there = Target.objects.filter(area__in=list(areas), revision=OuterRef("pk"))
    not_over = Q(timing=Timing.AT, starts_at__gt=at) | Q(timing=Timing.REPEAT, until_at__gt=at)
    not_over |= Q(timing=Timing.PROGRAMME) & (Q(until_at__isnull=True) | Q(until_at__gt=at))
    rows = Revision.objects.filter(not_over, Exists(there), bulletin__state=State.APPROVED)
    return rows.filter(approval__isnull=False).select_related("bulletin")


def follow_open(moves: Moves, *, by: Actor | None, at: datetime) -> int:
    """This function will give drafts their new places; what waits or was returned opens as a draft again."""
    moved = 0
    for bulletin in open_at(moves.touched).select_for_update().order_by("pk"):
        last = queries.latest_revision(bulletin)
        draft = copy_of(last, bulletin, last.number + 1, at) if last.submitted_at else last
        set_targets(draft, _targets(last, moves))
        area = moves.of(bulletin.area)
        Bulletin.objects.filter(pk=bulletin.pk).update(
            area=area, place=bulletin.place_id if area == bulletin.area else place_of(area), state=State.DRAFT
        )
        _told(bulletin, draft, None, by, at)
        moved += 1
    return moved


def follow_approved(moves: Moves, *, by: Actor | None, at: datetime) -> int:
    """This function will take back what is approved and not over, and keep each as its writer's draft."""
    rows = list(approved_at(moves.touched, at).order_by("pk"))
    for old in rows:
        bulletin = Bulletin.objects.select_for_update().get(pk=old.bulletin_id)
        area = moves.of(bulletin.area)
        home = bulletin.place_id if area == bulletin.area else place_of(area)
        fresh = Bulletin.objects.create(
            author_id=bulletin.author_id, place_id=home, area=area, created_at=at, changed_at=at
        )
        draft = copy_of(old, fresh, 1, at)
        set_targets(draft, _targets(old, moves))
        _take_back(bulletin, old, by, at)
        _told(fresh, draft, bulletin, by, at)
    return len(rows)


def _take_back(bulletin: Bulletin, old: Revision, by: Actor | None, at: datetime) -> None:
    """By whoever changed the map; by the writer where that was no person but an import."""
    made = Withdrawal.objects.create(
        bulletin=bulletin,
        by_id=by.pk if by else bulletin.author_id,
        at=at,
        reason=_("Địa bàn thay đổi: bản tin đã thành bản nháp với nơi phát mới, chờ duyệt lại."),
    )
    Bulletin.objects.filter(pk=bulletin.pk).update(state=State.WITHDRAWN, changed_at=at)
    data = {
        "withdrawal": made.pk,
        "revision": old.pk,
        "reason": made.reason,
        "areas": queries.areas_of_revision(old),
    }
    record(fact="bulletin.withdrawn", subject=f"bulletin:{bulletin.pk}", by=by, at=at, data=data)


def _targets(old: Revision, moves: Moves) -> list[str]:
    """A place that was divided becomes all of its parts; groups and loudspeakers moved by themselves."""
    found: list[str] = []
    for target in old.targets.order_by("pk"):
        found += moves.all_of(target.target) if target.kind == TargetKind.PLACE else [target.target]
    return list(dict.fromkeys(found))


def _told(bulletin: Bulletin, draft: Revision, was: Bulletin | None, by: Actor | None, at: datetime) -> None:
    data = {
        "revision": draft.pk,
        "title": draft.title,
        "was": was.pk if was else None,
        "areas": queries.areas_of_revision(draft),
    }
    record(fact="bulletin.followed", subject=f"bulletin:{bulletin.pk}", by=by, at=at, data=data)
