"""One bulletin in full: for the person who decides, and for all who follow it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.audio import queries as sounds
from nguon.broadcasts import queries as broadcasts
from nguon.broadcasts.models import Airing
from nguon.broadcasts.rules import commune_of
from nguon.broadcasts.states import AiringState
from nguon.bulletins import queries
from nguon.bulletins.errors import NotAnApprover, NotWaiting, OwnBulletin
from nguon.bulletins.models import Approval, Revision
from nguon.bulletins.rules import can_approve, can_edit, can_withdraw, foreign_to, is_played
from nguon.bulletins.states import ContentType, Decision, Priority, State, Timing
from nguon.bulletins.states.languages import languages
from nguon.console import drafts, tongues, tree, wording
from nguon.console.live import tally_of
from nguon.console.presenters import (
    AiringView,
    FileLine,
    Interrupt,
    RevisionRow,
    RevisionView,
    TargetRow,
    Tone,
)
from nguon.deliveries import queries as deliveries
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.devices import queries as devices
from nguon.devices.states import DeviceClass
from nguon.organisations.models import Place
from nguon.ui.templatetags.ui import instant
from nguon_protocol.errors import ProtocolError

FIRST_INSTANTS = 4
AIRINGS = 6
_ROOMS = 5
_LOOK_AHEAD = timedelta(days=366)


def view_of(revision: Revision, user: User, at: datetime) -> RevisionView:
    """This function will show a revision to a person, with what that person may do about it."""
    bulletin = revision.bulletin
    targets = list(revision.targets.select_related("place", "group", "device"))
    names = [target.target for target in targets]
    sound = drafts.sound_state(revision)
    decided = Approval.objects.select_related("by").filter(revision=revision).first()
    if decided and bulletin.state == State.SUBMITTED and decided.by_id != user.pk:
        decided = None  # of what reaches many communes one more person decides
    may = can_approve(user, revision, at) and decided is None
    refused = deliveries.task_problems(revision.pk)
    return RevisionView(
        bulletin_id=bulletin.pk,
        revision_id=revision.pk,
        title=revision.title,
        author=str(revision.author),
        state=wording.of_bulletin(bulletin.state),
        sound=sound,
        when=wording.when(revision),
        speakers=devices.of_targets(names).count(),
        unverified=devices.of_targets(names).filter(device_class=DeviceClass.L).count(),
        text=revision.text,
        spoken_text=revision.spoken_text,
        summary=revision.summary,
        topic=revision.get_topic_display(),
        essential=revision.get_essential_display(),
        priority=revision.get_priority_display(),
        urgent=revision.priority == Priority.URGENT,
        content_sha256=revision.content_sha256,
        place=str(bulletin.place),
        voice=_voice(revision),
        submitted_at=revision.submitted_at,
        targets=tree.chosen_of(revision),
        instants=_instants(revision, at),
        interrupts=interrupts(revision, sound.duration_ms or 0, at) if not decided else (),
        may_decide=may,
        may_withdraw=can_withdraw(user, bulletin, targets, at),
        may_edit=bulletin.state in (State.DRAFT, State.RETURNED) and bulletin.author_id == user.pk,
        why_not="" if may else why_not(revision, user, decided, at),
        signing_problem=" ".join(task.message or task.reason for task in refused),
        moving=bulletin.state in (State.APPROVED, State.WITHDRAWN) and _moving(revision, at),
        kind=revision.get_content_type_display(),
        carried=wording.carried(revision.content_type),
        heard=is_played(revision.content_type),
        facts=tuple(described(revision)),
        files=files(revision),
        tongues=tuple((one.language, one.title, one.text) for one in tongues.lines(revision)),
    )


def files(revision: Revision) -> tuple[FileLine, ...]:
    """This function will show the files beside a revision, by name."""
    return tuple(
        FileLine(one.pk, wording.url("console:attachment", one.pk), one.filename, one.size, one.mime)
        for one in revision.attachments.order_by("filename", "pk")
    )


def described(revision: Revision) -> Iterator[tuple[str, str]]:
    """This function will tell what a revision says of itself beside its words: name and value, none empty."""
    minutes = revision.live_minutes if revision.content_type == ContentType.LIVE else None
    rows = [
        (_("Loại bản tin"), str(revision.get_content_type_display())),
        (_("Sẽ nói"), _("{n} phút").format(n=minutes) if minutes else ""),
        (_("Nguồn tin"), revision.source),
        (_("Tác giả"), revision.author_name),
        (_("Bút danh"), revision.pen_name),
        (_("Sản xuất lúc"), instant(revision.produced_at)),
        (_("Chiến dịch"), str(revision.campaign) if revision.campaign else ""),
        (_("Ngôn ngữ"), languages().get(revision.language, revision.language)),
        *((str(name), str(value)) for name, value in revision.details),
    ]
    return ((name, value) for name, value in rows if value)


def why_not(revision: Revision, user: User, decided: Approval | None, at: datetime) -> str:
    """This function will tell a person in a sentence why the decision is not theirs, or is taken already."""
    if decided is not None:
        return _("{person} đã quyết định lúc {time}: {decision}.").format(
            person=decided.by, time=wording.clock(decided.at), decision=Decision(decided.decision).label
        )
    if revision.author_id == user.pk:
        return str(OwnBulletin())
    if revision.bulletin.state != State.SUBMITTED:
        return str(NotWaiting())
    foreign = foreign_to(user, Role.APPROVER, revision.targets.select_related("place", "group", "device"), at)
    return str(NotAnApprover(target=str(foreign.named))) if foreign else ""


def _voice(revision: Revision) -> str:
    if revision.upload:
        return _("Tệp ghi âm: {name}").format(name=revision.upload.filename)
    found = next((voice for voice in sounds.voices() if voice.id == revision.voice), None)
    return f"{found.name}: {found.licence}. {found.credit}" if found else ""


def _instants(revision: Revision, at: datetime) -> tuple[datetime, ...]:
    if revision.timing != Timing.REPEAT or revision.starts_at is None:
        return ()
    try:
        return tuple(queries.instants_of(revision, at, at + _LOOK_AHEAD)[:FIRST_INSTANTS])
    except ProtocolError:
        return ()


def _moving(revision: Revision, at: datetime) -> bool:
    """Whether the page should look again soon: something is to begin, or has not come to its end."""
    if not is_played(revision.content_type):
        return False
    if revision.timing == Timing.PROGRAMME and not broadcasts.of_revision(revision).exists():
        return False  # it waits for communes, not for the next seconds
    near = broadcasts.of_revision(revision).filter(
        at__lt=at + timedelta(minutes=2), ends_at__gt=at - timedelta(minutes=10)
    )
    found = deliveries.tally_of_airings([airing.pk for airing in near])
    if any(not tally.settled for tally in found.values()):
        return True
    if revision.bulletin.state == State.WITHDRAWN:  # the loudspeakers have yet to say that they fell silent
        return at < revision.bulletin.changed_at + timedelta(minutes=2)
    return revision.bulletin.state == State.APPROVED and not broadcasts.of_revision(revision).exists()


def interrupts(revision: Revision, duration_ms: int, at: datetime) -> tuple[Interrupt, ...]:
    """This function will tell, one sentence each, what a bulletin would cut into or stand in line with."""
    if revision.timing == Timing.PROGRAMME:
        return tuple(_would_happen(revision, duration_ms, at))
    found = broadcasts.meetings(revision, duration_ms, at)
    return tuple(
        Interrupt(
            _meets(one.title, one.loudspeakers, cut=one.cut), None if one.airing.immediate else one.airing.at
        )
        for one in found
    )


def _would_happen(revision: Revision, duration_ms: int, at: datetime) -> Iterator[Interrupt]:
    """What a bulletin for programmes would meet: nothing by itself, and the next room in each commune."""
    yield Interrupt(_("Không phát ngay: từng xã xếp giờ sau khi duyệt."), None, "info")
    areas = sorted({commune_of(target.area) for target in revision.targets.all()})
    for place in Place.objects.filter(area__in=areas).order_by("sort_key")[:_ROOMS]:
        room = broadcasts.next_room(place.area, duration_ms, at)
        if room is None:
            text = _("{place}: trong 7 ngày tới chưa phiên nào còn đủ chỗ.").format(place=place)
            yield Interrupt(text, None, "info")
        else:
            session, begins, rest = room
            text = _("{place}: phiên “{name}” còn trống {rest}.").format(
                place=place, name=session.name, rest=wording.seconds(rest * 1000)
            )
            yield Interrupt(text, begins, "info")


def _meets(title: str, count: int, *, cut: bool) -> str:
    if cut:
        text = ngettext(
            "Cắt ngang “{title}” ở {count} cụm loa.", "Cắt ngang “{title}” ở {count} cụm loa.", count
        )
    else:
        text = ngettext(
            "Cùng lúc với “{title}” ở {count} cụm loa; hai bản tin phát lần lượt.",
            "Cùng lúc với “{title}” ở {count} cụm loa; hai bản tin phát lần lượt.",
            count,
        )
    return text.format(title=title, count=count)


def rows(revisions: Iterable[Revision], user: User, *, to_decide: bool = False) -> list[RevisionRow]:
    """This function will show revisions as lines of a list, each leading to where this person goes on."""
    return [_row(revision, user, to_decide=to_decide) for revision in revisions]


def listed(revisions: Iterable[Revision], user: User) -> list[RevisionRow]:
    """This function will show many revisions as lines, without asking anything of each."""
    return [_line(revision, user) for revision in revisions]


def _line(revision: Revision, user: User, where: str = "") -> RevisionRow:
    edit = can_edit(user, revision)
    return RevisionRow(
        id=revision.pk,
        url=wording.url("console:edit" if edit else "console:bulletin", revision.bulletin_id),
        title=revision.title,
        author=str(revision.author),
        where=where,
        when=wording.when(revision),
        changed_at=revision.submitted_at or revision.bulletin.changed_at,
        state=wording.of_bulletin(revision.bulletin.state),
        urgent=revision.priority == Priority.URGENT,
        duration_ms=revision.media.duration_ms if revision.media else None,
        kind=str(revision.get_content_type_display()) if revision.content_type != ContentType.AUDIO else "",
        campaign=str(revision.campaign) if revision.campaign_id else "",
    )


def _row(revision: Revision, user: User, *, to_decide: bool) -> RevisionRow:
    targets = list(revision.targets.select_related("place", "group", "device").order_by("area", "pk")[:4])
    where = ", ".join(str(target.named) for target in targets[:3]) + ("…" if len(targets) > 3 else "")
    line = _line(revision, user, where)
    if not to_decide:
        return line
    speakers = devices.of_targets(queries.target_strings(revision)).count()
    return replace(line, url=wording.url("console:review", revision.pk), speakers=speakers)


def airings(revision: Revision, at: datetime) -> tuple[list[AiringView], int]:
    """This function will show the plays of a revision nearest to now, and count the others."""
    planned = broadcasts.of_revision(revision)
    past = list(planned.filter(at__lte=at).order_by("-at")[:AIRINGS])
    coming = list(planned.filter(at__gt=at).order_by("at")[: max(1, AIRINGS - len(past))])
    shown = [*reversed(coming), *past]
    tallies = deliveries.tally_of_airings([airing.pk for airing in shown])
    known: dict[object, list[Delivery]] = {}
    for delivery in deliveries.of_bulletin(revision.bulletin).filter(airing__in=shown[:3]):
        known.setdefault(delivery.airing_id, []).append(delivery)
    views = []
    for airing in shown:
        airing.revision = revision
        found = tallies.get(airing.pk)
        tally = tally_of(airing, found)
        views.append(
            AiringView(
                id=airing.pk,
                at=airing.at,
                immediate=airing.immediate,
                state=_airing_state(airing, found, at),
                tally=tally,
                rows=tuple(_target(delivery) for delivery in known.get(airing.pk, [])),
            )
        )
    return views, planned.count() - len(shown)


def _airing_state(airing: Airing, found: deliveries.Tally | None, at: datetime) -> Tone:
    if airing.state == AiringState.CANCELLED:
        return Tone(str(AiringState.CANCELLED.label), "bad", "circle-stop")
    if airing.at > at:
        return Tone(str(AiringState.PLANNED.label), "brand", "calendar-clock")
    if found and DeliveryState.PLAYING in found.by_state:
        return wording.of_delivery(DeliveryState.PLAYING)
    if found and found.settled:
        return Tone(_("Đã xong"), "live" if found.played == found.total else "warn", "circle-check")
    return Tone(_("Đã đến giờ"), "", "clock")


def _target(delivery: Delivery) -> TargetRow:
    return TargetRow(
        device=delivery.device.name,
        device_id=delivery.device_id,
        place=delivery.device.place.label,
        state=wording.of_delivery(delivery.state),
        detail=wording.reason(delivery.reason) if delivery.reason else "",
        started_at=delivery.started_at,
        seconds=wording.exact_seconds(delivery.seconds_ms) if delivery.seconds_ms else "",
        receipt=delivery.receipt_n,
        unverified=delivery.device.device_class == DeviceClass.L,
    )
