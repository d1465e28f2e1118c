"""One bulletin down the whole line, by the same actions as the pages: for the terminal and for the demo."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio import reader
from nguon.audio.models import Rendering, Upload
from nguon.audio.states import State as SoundState
from nguon.bulletins import actions
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.errors import KeyNeeded, NotAnApprover, OwnBulletin
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.states import Timing
from nguon.deliveries import queries
from nguon.deliveries.models import Delivery, SigningTask
from nguon.deliveries.states import DeliveryState, TaskState
from nguon.journal.queries import facts_of
from nguon.kernel.clock import VIETNAM, local, now
from nguon.kernel.errors import DomainError
from nguon.organisations.queries import labels

DEFAULT_SPEED = 120
SOUND_SUFFIXES = {".mp3", ".wav", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mp4"}
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Stage:
    """One step forward on the line, for a person or a program that watches."""

    stage: str
    text: str
    done: int
    total: int


class TookTooLong(DomainError):
    code = "took-too-long"

    def __init__(self, what: str, seconds: float) -> None:
        """This function will say what was waited for."""
        self.message = _(
            "{what} chưa xong sau {seconds:.0f} giây. Xem nhật ký của tiến trình đó rồi thử lại."
        )
        super().__init__(what=what, seconds=seconds)


class TimeUnreadable(DomainError):
    code = "time-unreadable"
    message = gettext_lazy("Không hiểu giờ “{time}”. Hãy viết 17:00 hoặc 2026-11-22 05:30.")


class SoundFailed(DomainError):
    code = "sound-failed"
    message = "{problem}"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is to be said, and where and when."""

    title: str
    text: str
    targets: tuple[str, ...]
    starts_at: datetime | None = None
    sound: Path | None = None
    voice: str = ""
    speed: int = DEFAULT_SPEED
    priority: int = 3
    topic: int = 1


def check_second_person(targets: tuple[str, ...], writer: User, approver: User) -> None:
    """This function will refuse, before anything is written, an approver who could not approve.

    Raises OwnBulletin, NotAnApprover, or KeyNeeded: a terminal has no security key.
    """
    if writer.pk == approver.pk:
        raise OwnBulletin
    if settings.NGUON_MODE != "demo":
        raise KeyNeeded
    for target in targets:
        if target.startswith("vn") and not has_role(approver, Role.APPROVER, target, now()):
            raise NotAnApprover(target=labels([target]).get(target, target))


def write(words: Words, writer: User, patience: float = 120) -> Revision:
    """This function will write, voice and submit a bulletin as this writer; returns the submitted revision.

    Raises whatever the pages would show, SoundFailed, or TookTooLong.
    """
    draft = actions.start(by=writer, at=now())
    taught = sounds.overrides_for(draft.bulletin.area)
    spoken = reader.spoken(words.text, overrides=taught) if words.text.strip() else ""
    voice = words.voice or sounds.voices()[0].id
    fields = DraftFields(
        title=words.title,
        text=words.text,
        spoken_text=spoken,
        targets=words.targets,
        timing=Timing.AT if words.starts_at else Timing.NOW,
        voice=voice,
        speed=words.speed,
        priority=words.priority,
        topic=words.topic,
    )
    kept = actions.save_draft(
        revision_id=draft.pk, given=fields, by=writer, at=now(), starts_at=words.starts_at
    )
    # Everything but the sound is checked before anyone waits for it.
    sounding = {"sound", "text"} if words.sound else {"sound"}
    early = [problem for problem in actions.problems(kept, writer, now()) if problem[0] not in sounding]
    if early:
        raise actions.NotReady(early)
    rendering, upload = _sound(words, spoken, voice, writer)
    made = _sounded(rendering or upload, patience)
    actions.save_draft(
        revision_id=draft.pk,
        given=DraftFields(spoken_text=made.spoken_text if isinstance(made, Rendering) else None),
        by=writer,
        at=now(),
        starts_at=words.starts_at,
        rendering_id=rendering.pk if rendering else None,
        upload_id=upload.pk if upload else None,
    )
    return actions.submit(revision_id=draft.pk, by=writer, at=now())


def _sound(words: Words, spoken: str, voice: str, by: User) -> tuple[Rendering | None, Upload | None]:
    if words.sound:
        with words.sound.open("rb") as file:
            return None, audio.upload(file=File(file, name=words.sound.name), by=by, at=now())
    manner = audio.Manner(voice=voice, speed=words.speed)
    asked = audio.request_rendering(spoken_text=spoken, manner=manner, by=by, at=now())
    return asked, None


def _sounded(work: Rendering | Upload | None, patience: float) -> Rendering | Upload:
    if work is None:
        raise ValueError("no sound was asked for")

    def finished() -> bool:
        work.refresh_from_db()
        return work.state in (SoundState.DONE, SoundState.FAILED)

    _until(finished, patience, _("Âm thanh"))
    if work.state == SoundState.FAILED:
        raise SoundFailed(problem=work.problem)
    return work


def approve(revision: Revision, approver: User) -> None:
    """This function will approve a submitted revision as this person."""
    actions.approve(
        revision_id=revision.pk,
        content_sha256=revision.content_sha256,
        by=approver,
        at=now(),
        unheard="terminal",
    )


def watch(bulletin: Bulletin, patience: float) -> Iterator[Stage]:
    """This function will tell each step of an approved bulletin until every loudspeaker is settled.

    Ends early, without an error, after `patience` seconds: what is known by then stands in the deliveries.
    """
    yield from _scheduled(bulletin, patience)
    end = time.monotonic() + patience
    last: tuple[Stage, ...] = ()
    while True:
        # Asked before what is told: the last thing told is then never older than the reason to end.
        settled = queries.tally(queries.of_bulletin(bulletin))
        stages = tuple(_progress(bulletin))
        yield from (stage for stage in stages if stage not in last)
        last = stages
        if (settled.total and settled.settled) or time.monotonic() > end:
            return
        _pause()


def _scheduled(bulletin: Bulletin, patience: float) -> Iterator[Stage]:
    subject = f"bulletin:{bulletin.pk}"

    def planned() -> bool:
        return any(fact.fact == "bulletin.scheduled" for fact in facts_of(subject))

    _until(planned, patience, _("Xếp lịch"))
    yield Stage("schedule", _("Đã xếp lịch"), 1, 1)


def _progress(bulletin: Bulletin) -> Iterator[Stage]:
    deliveries = queries.of_bulletin(bulletin)
    tasks = _tasks(bulletin)
    signed = [t for t in tasks if t.state == TaskState.DONE]
    refused = next((t for t in tasks if t.state == TaskState.REFUSED), None)
    text = _("Bộ ký từ chối: {reason}").format(reason=refused.message) if refused else _("Đã ký")
    yield Stage("sign", text, len(signed), len(tasks))
    tally = queries.tally(deliveries)
    arrived = tally.total - tally.by_state.get(DeliveryState.WAITING, 0)
    arrived -= tally.by_state.get(DeliveryState.UNREACHABLE, 0)
    yield Stage("deliver", _("Loa đã nhận và kiểm chữ ký"), arrived, tally.total)
    yield Stage("prove", _("Loa đã phát, có biên nhận"), tally.played, tally.total)


def _tasks(bulletin: Bulletin) -> list[SigningTask]:
    revision = bulletin.revisions.latest("number")
    targets = list(revision.targets.values_list("target", flat=True))
    if revision.timing == Timing.NOW:
        return list(SigningTask.objects.filter(subject=revision.pk))
    newest = SigningTask.objects.filter(kind="plan", target__in=targets).order_by("target", "-pk")
    return list(newest.distinct("target"))


def deliveries_of(bulletin: Bulletin) -> list[Delivery]:
    """This function will return what is known of a bulletin at each loudspeaker, by place and name."""
    return list(queries.of_bulletin(bulletin))


def as_lines(deliveries: list[Delivery]) -> Iterator[str]:
    """This function will tell one loudspeaker a line: state, start, seconds and receipt."""
    for delivery in deliveries:
        start = f"{local(delivery.started_at):%H:%M:%S}" if delivery.started_at else "--:--:--"
        state = DeliveryState(delivery.state).label
        reason = f" ({delivery.reason})" if delivery.reason else ""
        seconds = f"{delivery.seconds_ms / 1000:.1f}/{delivery.airing.duration_ms / 1000:.1f} s"
        number = f"#{delivery.receipt_n}" if delivery.receipt_n else "-"
        yield f"  {delivery.device.name}: {state}{reason}, {start}, {seconds}, {_('biên nhận')} {number}"


def parse_time(text: str, at: datetime) -> datetime:
    """This function will read a time as an officer types it: 17:00, 2026-11-22 05:30, or ISO 8601.

    A bare hour is today's.  Raises TimeUnreadable.
    """
    try:
        return _read_time(text.strip(), at)
    except ValueError:
        raise TimeUnreadable(time=text[:40]) from None


def _read_time(text: str, at: datetime) -> datetime:
    if len(text) <= 5 and ":" in text:
        hour, minute = text.split(":")
        return local(at).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def _until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TookTooLong(what, seconds)
        _pause()


def _pause() -> None:
    time.sleep(_POLL_SECONDS)
    close_old_connections()


LONGEST_WAIT = timedelta(minutes=20).total_seconds()
