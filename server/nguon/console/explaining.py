"""Vì sao đã phát: one sentence for each who, which rule, which decision and which signature behind
an airing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from nguon.broadcasts import queries
from nguon.broadcasts.models import Airing, Clash
from nguon.broadcasts.states import AiringState, ClashState, Decided
from nguon.bulletins.models import Approval, SecondApproval
from nguon.console import wording
from nguon.console.programme import rule_of
from nguon.deliveries import queries as deliveries
from nguon.deliveries.models import Document
from nguon.kernel.clock import local
from nguon.organisations.models import Place

Step = tuple[str, str, datetime | None]


@dataclass(frozen=True)
class Why:
    """One reason: an icon, a sentence, and when it was."""

    icon: str
    text: str
    at: datetime | None


def why(airing: Airing) -> list[Why]:
    """This function will tell why an airing sounds, or sounded, from who wrote it to what was proven."""
    steps = [*_written(airing), *_placed(airing), *_decided(airing), *_signed(airing), *_proven(airing)]
    return [Why(*step) for step in steps]


def _written(airing: Airing) -> Iterator[Step]:
    revision = airing.revision
    yield "pen-line", _("{who} soạn và gửi duyệt.").format(who=revision.author), revision.submitted_at
    rows: list[Approval | SecondApproval] = [
        *Approval.objects.filter(revision=revision).select_related("by"),
        *SecondApproval.objects.filter(revision=revision).select_related("by"),
    ]
    for row in rows:
        if row.heard_ms and airing.duration_ms:
            share = min(100, round(100 * row.heard_ms / airing.duration_ms))
            text = _("{who} nghe {share}% rồi duyệt đúng nội dung này.").format(who=row.by, share=share)
        else:
            text = _("{who} duyệt đúng nội dung này.").format(who=row.by)
        yield "circle-check", text, row.at


def _placed(airing: Airing) -> Iterator[Step]:
    if not airing.area:
        yield (
            "clock",
            _("Giờ phát được duyệt cùng nội dung: {when}.").format(when=wording.when(airing.revision)),
            None,
        )
        return
    place = Place.objects.filter(area=airing.area).first()
    if airing.slot is None:
        yield (
            "calendar-clock",
            _("{who} xếp vào {time} trong chương trình của {place}.").format(
                who=airing.by, time=f"{local(airing.at):%H:%M:%S %d/%m/%Y}", place=place
            ),
            airing.placed_at,
        )
    else:
        session = airing.slot.session
        last = f"{airing.slot.last:%d/%m/%Y}" if airing.slot.last else _("không có ngày cuối")
        yield (
            "calendar-clock",
            _(
                "{who} xếp vào phiên “{session}” ({time}, {minutes} phút) của {place}; lặp đến: {last}."
            ).format(
                who=airing.by,
                session=session.name,
                time=f"{session.starts:%H:%M}",
                minutes=session.minutes,
                place=place,
                last=last,
            ),
            airing.placed_at,
        )
    if airing.group is not None:
        told = _("Phát so le: lượt này chỉ các cụm của nhóm “{group}” phát, để không lẫn tiếng với cột gần.")
        yield "layers", told.format(group=airing.group.name), None
    if place is not None and (rule := rule_of(place)):
        yield "info", _("Trong khung giờ được phát: {rule}.").format(rule=rule), None


def _decided(airing: Airing) -> Iterator[Step]:
    rows = Clash.objects.filter(Q(airing=airing) | Q(met=airing), state=ClashState.DECIDED)
    for row in rows.select_related("decided_by", "by", "revision", "met__revision"):
        yield (
            "circle-help",
            _("“{title}” trùng “{met}” lúc {time}: {who} quyết định “{decision}”.").format(
                title=row.revision.title,
                met=row.met.revision.title,
                time=f"{local(row.wanted_at):%H:%M %d/%m}",
                who=row.decided_by,
                decision=Decided(row.decision).label,
            ),
            row.decided_at,
        )


def _signed(airing: Airing) -> Iterator[Step]:
    if airing.state == AiringState.CANCELLED:
        yield "circle-stop", _("Lượt phát này đã được bỏ khỏi chương trình."), None
    rows = Document.objects.filter(
        target__in=queries.targets_of(airing), items__contains=[{"id": str(airing.pk)}]
    ).exclude(type="order", expires_at__lt=airing.at)
    for row in rows.order_by("target", "-epoch", "-v").distinct("target")[:10]:
        yield (
            "shield-check",
            _("Bộ ký kiểm tra lại và ký vào văn bản số {v} cho {target} ({sha}…).").format(
                v=row.v, target=row.target, sha=row.sha256[:12]
            ),
            row.issued_at,
        )


def _proven(airing: Airing) -> Iterator[Step]:
    tally = deliveries.tally_of_airings([airing.pk]).get(airing.pk)
    if tally is None:
        yield "speaker", _("Chưa có cụm loa nào báo về."), None
        return
    states = ", ".join(f"{wording.of_delivery(s).label}: {n}" for s, n in sorted(tally.by_state.items()))
    yield (
        "speaker",
        _("Biên nhận của {total} cụm loa: {states}.").format(total=tally.total, states=states),
        None,
    )
