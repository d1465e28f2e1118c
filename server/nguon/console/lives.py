"""The life of one bulletin beside its plays: each version that was written, who heard it and who decided, and
what was signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins.models import Approval, Bulletin, Hearing, Revision, SecondApproval
from nguon.bulletins.states import Decision
from nguon.console import wording
from nguon.console.presenters import Tone
from nguon.deliveries import queries as deliveries
from nguon.organisations.queries import labels
from nguon.relays import queries as relays

SHOWN = 20


@dataclass(frozen=True)
class Step:
    """One thing that happened to a version, in a sentence."""

    sentence: str
    tone: Tone
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class Written:
    """One version of a bulletin with what became of it, the newest version first."""

    number: int
    title: str
    author: str
    steps: tuple[Step, ...]


def versions(bulletin: Bulletin, user: User) -> list[Written]:
    """This function will tell of each version that the person may read: own drafts, what was submitted."""
    hearings = Prefetch("hearings", Hearing.objects.select_related("by").order_by("began_at"))
    rows = (
        bulletin.revisions.filter(Q(submitted_at__isnull=False) | Q(author=user))
        .select_related("author", "media", "approval__by", "second_approval__by")
        .prefetch_related(hearings)
        .order_by("-number")[:SHOWN]
    )
    return [Written(row.number, row.title, str(row.author), tuple(_steps(row))) for row in rows]


def signed(revision: Revision) -> list[Step]:
    """This function will tell what the signer has signed for a version, the last one first."""
    approval = Approval.objects.filter(revision=revision, decision=Decision.APPROVE).first()
    if approval is None or revision.media_id is None:
        return []
    targets = list(revision.targets.values_list("target", flat=True))
    tasks = list(deliveries.signed_for(revision.pk, targets, approval.at)[:SHOWN])
    named = labels([task.target for task in tasks if task.target.startswith("vn")])
    words = _("Bộ ký đã ký văn bản gửi {target}")
    return [
        Step(
            words.format(target=named.get(task.target, _("một nhóm hoặc một cụm loa"))),
            Tone("", "brand", "shield-check"),
            task.done_at,
        )
        for task in tasks
    ]


def relayed(revision: Revision) -> list[Step]:
    """This function will tell for which stations a version stands in, and on which days it was heard instead
    of one."""
    booked = [
        Step(
            _("Là bản tin thay thế khi đài {station} im lặng hoặc mất ({hours})").format(
                station=row.source.name, hours=f"{row.begins:%H:%M}–{row.ends:%H:%M}"
            ),
            Tone("", "", "radio-tower"),
            row.at,
        )
        for row in relays.standing_in(revision.pk)
    ]
    heard = [
        Step(
            _("Đã phát thay đài {station} trong {length}").format(
                station=run.booking.source.name, length=wording.seconds(run.instead_ms)
            ),
            Tone("", "live", "radio-tower"),
            run.began_at,
        )
        for run in relays.stood_in(revision.pk)
    ]
    return heard + booked


def _steps(row: Revision) -> Iterator[Step]:
    yield Step(_("{name} soạn").format(name=row.author), Tone("", "", "pen-line"), row.made_at)
    if row.submitted_at:
        yield Step(_("Gửi duyệt"), Tone("", "warn", "send"), row.submitted_at)
    for heard in row.hearings.all():
        whole = row.media.duration_ms if row.media else 0
        words = _("{name} nghe {heard} trong {whole}").format(
            name=heard.by, heard=wording.seconds(heard.heard_ms), whole=wording.seconds(whole)
        )
        yield Step(words, Tone("", "", "headphones"), heard.began_at)
    for name in ("approval", "second_approval"):
        decided: Approval | SecondApproval | None = getattr(row, name, None)
        if decided:
            yield _decision(decided)


def _decision(decided: Approval | SecondApproval) -> Step:
    approved = decided.decision == Decision.APPROVE
    words = _("{name} duyệt") if approved else _("{name} trả lại")
    tone = Tone("", "live", "circle-check") if approved else Tone("", "bad", "undo-2")
    key = _("bằng khóa bảo mật") if decided.credential_id else ""
    return Step(words.format(name=decided.by), tone, decided.at, decided.reason or key)
