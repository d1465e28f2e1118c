"""Handing a bulletin to the second person: everything is checked here at once, and told in sentences."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.audio import queries as sounds
from nguon.audio.models import Media, Rendering
from nguon.bulletins import errors, queries
from nguon.bulletins.actions.drafting import draft_of, name_poles
from nguon.bulletins.actions.translating import parts_of
from nguon.bulletins.models import Bulletin, Revision
from nguon.bulletins.rules import COOL_OFF, communes, foreign_to, is_played, is_wide, reaches_loudspeakers
from nguon.bulletins.states import (
    LONGEST_LIVE,
    REPEAT_DAYS_LIMIT,
    TEXT_LIMIT,
    ContentType,
    State,
    Timing,
)
from nguon.bulletins.states.languages import has_voice, languages
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.kernel.clock import local
from nguon.kernel.errors import DomainError
from nguon_protocol.errors import ProtocolError

Problem = tuple[str, DomainError]
DAYS_AHEAD_LIMIT = 366
BLANK = re.compile(r"\[\.\.\.[^\]\n]*\]|\[…[^\]\n]*\]")
"""What a template leaves for the writer to fill: [... ngày họp]."""


class NotReady(DomainError):
    """Everything that keeps a bulletin from being submitted, each with the field that it stands beside."""

    code = "not-ready"
    message = _("Chưa gửi được: {reasons}")

    def __init__(self, problems: list[Problem]) -> None:
        """This function will keep the problems, and name them all in its sentence."""
        self.problems = problems
        super().__init__(reasons=" ".join(str(problem) for _field, problem in problems))


@transaction.atomic
def submit(*, revision_id: UUID, by: User, at: datetime) -> Revision:
    """This function will fix a draft for ever and put it before the second person.

    The sound, the text and the places are hashed together: that hash is what is approved and what is signed.
    Raises NotReady with every problem, or what `draft_of` raises; then nothing has changed.
    """
    revision = draft_of(revision_id, by)
    found = problems(revision, by, at)
    if found:
        raise NotReady(found)
    revision.media = sound_of(revision) if is_played(revision.content_type) else None
    revision.more_sha256 = queries.more_hash_of(revision)
    if revision.timing != Timing.REPEAT:
        revision.rrule = ""
    if revision.timing not in (Timing.REPEAT, Timing.PROGRAMME):
        revision.until_at = None
    if revision.timing in (Timing.NOW, Timing.PROGRAMME):
        revision.starts_at = None
    if revision.timing != Timing.NOW:
        name_poles(revision)
    targets = queries.target_strings(revision)
    revision.content_sha256 = queries.content_hash_of(revision, targets)
    revision.submitted_at = at
    revision.save()
    Bulletin.objects.filter(pk=revision.bulletin_id).update(state=State.SUBMITTED, changed_at=at)
    record(
        fact="bulletin.submitted",
        subject=f"bulletin:{revision.bulletin_id}",
        by=by,
        at=at,
        data={
            "revision": revision.pk,
            "title": revision.title,
            "content_sha256": revision.content_sha256,
            "targets": targets,
            "areas": queries.areas_of_revision(revision),
        },
    )
    return revision


def sound_of(revision: Revision) -> Media | None:
    """This function will return what loudspeakers would play of a revision as it stands: its own sound, or
    with versions in other languages all of them as one; None while any of it is missing.
    """
    parts = parts_of(revision, own_sound_of(revision))
    if len(parts) == 1:
        return parts[0]
    keys = [part.pk for part in parts if part]
    whole = sounds.joined(keys) if len(keys) == len(parts) else None
    return whole.media if whole else None


def own_sound_of(revision: Revision) -> Media | None:
    """This function will return the sound of exactly this spoken text in this manner, or of the upload; else
    None.
    """
    if revision.upload_id:
        return revision.upload.media if revision.upload else None
    made = revision.rendering
    if made is None or made.media is None:
        return None
    return made.media if is_sound_of(made, revision) else None


def is_sound_of(made: Rendering, revision: Revision) -> bool:
    """This function will tell whether a rendering speaks exactly what a revision would have spoken."""
    return (made.spoken_text, made.voice, made.speed, made.pause_ms, made.jingle) == (
        revision.spoken_text.strip(),
        revision.voice,
        revision.speed,
        revision.pause_ms,
        revision.jingle,
    )


def problems(revision: Revision, by: User, at: datetime) -> list[Problem]:
    """This function will return everything that keeps a draft from being submitted: (field, sentence), or
    [].
    """
    return [*_of_content(revision), *_of_places(revision, by, at), *_of_time(revision, at)]


def _of_content(revision: Revision) -> Iterator[Problem]:
    if not revision.title.strip():
        yield "title", errors.TitleMissing()
    if blank := BLANK.search(f"{revision.title}\n{revision.text}\n{revision.spoken_text}"):
        yield "text", errors.BlankLeft(blank=blank[0])
    if len(revision.text) > TEXT_LIMIT or len(revision.spoken_text) > 2 * TEXT_LIMIT:
        length = max(len(revision.text), len(revision.spoken_text))
        yield "text", errors.TextTooLong(length=length, limit=TEXT_LIMIT)
        return
    yield from _OF_TYPE[ContentType(revision.content_type)](revision)


def _of_words(revision: Revision) -> Iterator[Problem]:
    if not revision.text.strip():
        yield "text", errors.WordsMissing()


def _of_pictures(revision: Revision) -> Iterator[Problem]:
    if not revision.attachments.filter(mime__startswith="image/").exists():
        yield "attachments", errors.PictureMissing()


def _of_languages(revision: Revision) -> Iterator[Problem]:
    """A recording is required where no machine reads the language aloud."""
    if not has_voice(revision.language) and not revision.upload_id:
        yield "sound", errors.LanguageWithoutVoice(language=languages()[revision.language])
    for version in revision.versions.order_by("language"):
        if version.upload_id is None:
            yield "versions", errors.VersionWithoutSound(language=languages()[version.language])


def _of_sound(revision: Revision) -> Iterator[Problem]:
    missing = list(_of_languages(revision))
    if missing:
        yield from missing
        return
    spoken = not revision.upload_id
    if spoken and not revision.text.strip() and not revision.spoken_text.strip():
        yield "text", errors.TextMissing()
    elif sound_of(revision) is None:
        yield "sound", errors.SoundMissing()


def _of_video(revision: Revision) -> Iterator[Problem]:
    if not revision.upload_id:
        yield "sound", errors.VideoMissing()
    elif sound_of(revision) is None:
        yield "sound", errors.SoundMissing()


def _of_live(revision: Revision) -> Iterator[Problem]:
    if not revision.live_minutes or not 1 <= revision.live_minutes <= LONGEST_LIVE:
        yield "live_minutes", errors.LiveMinutesMissing(limit=LONGEST_LIVE)
    if revision.timing != Timing.AT:
        yield "starts_at", errors.LiveWithoutTime()


_OF_TYPE: dict[ContentType, Callable[[Revision], Iterator[Problem]]] = {
    ContentType.TEXT: _of_words,
    ContentType.IMAGE: _of_pictures,
    ContentType.AUDIO: _of_sound,
    ContentType.VIDEO: _of_video,
    ContentType.LIVE: _of_live,
}


def _of_places(revision: Revision, by: User, at: datetime) -> Iterator[Problem]:
    targets = list(revision.targets.select_related("place", "group", "device"))
    if not targets:
        yield "targets", errors.TargetsMissing()
        return
    # What communes place themselves may be offered to a whole province, or to all.
    placed = revision.timing == Timing.PROGRAMME
    wide = None if placed else next((t for t in targets if t.area.count(".") < 2), None)
    if wide:
        yield "targets", errors.TargetTooWide(target=str(wide.named))
    if revision.timing == Timing.NOW and is_wide(targets) and is_played(revision.content_type):
        yield "starts_at", errors.WideNow(count=len(communes(targets)), minutes=COOL_OFF.seconds // 60)
    foreign = foreign_to(by, Role.WRITER, targets, at)
    if foreign:
        yield "targets", errors.TargetForeign(target=str(foreign.named))
    elif not reaches_loudspeakers(revision.content_type):
        return
    elif not wide and not devices.of_targets([t.target for t in targets]).exists():
        yield "targets", errors.NoLoudspeakers()


def _of_time(revision: Revision, at: datetime) -> Iterator[Problem]:
    """What only boards and portals show wakes nobody: it knows no quiet hours."""
    quiet = not reaches_loudspeakers(revision.content_type)
    yield from (found for found in _of_times(revision, at) if not (quiet and found[1].code == "quiet-hours"))


def _of_times(revision: Revision, at: datetime) -> Iterator[Problem]:
    if revision.timing == Timing.NOW:
        yield from quiet_problem([at])
        return
    if revision.timing == Timing.PROGRAMME:
        if revision.until_at is not None and revision.until_at <= at:
            yield "until", errors.TimePast(time=spoken_time(revision.until_at), now=spoken_time(at))
        return
    if revision.starts_at is None:
        yield "starts_at", errors.TimeMissing()
        return
    if revision.timing == Timing.AT:
        yield from _of_start(revision.starts_at, at)
        yield from quiet_problem([revision.starts_at])
        return
    yield from _of_repeat(revision, at)


def _of_start(starts_at: datetime, at: datetime) -> Iterator[Problem]:
    if starts_at <= at:
        yield "starts_at", errors.TimePast(time=spoken_time(starts_at), now=spoken_time(at))
    elif starts_at > at + timedelta(days=DAYS_AHEAD_LIMIT):
        yield "starts_at", errors.TimeTooFar(time=spoken_time(starts_at), days=DAYS_AHEAD_LIMIT)


def _of_repeat(revision: Revision, at: datetime) -> Iterator[Problem]:
    limit = at + timedelta(days=REPEAT_DAYS_LIMIT)
    if revision.until_at is None or revision.until_at > limit:
        yield "until", errors.RepeatEndless(days=REPEAT_DAYS_LIMIT)
        return
    if revision.until_at <= at:
        yield "until", errors.TimePast(time=spoken_time(revision.until_at), now=spoken_time(at))
        return
    try:
        instants = queries.instants_of(revision, at, limit)
    except ProtocolError:
        instants = []
    if not instants:
        yield "rrule", errors.RepeatWrong()
        return
    yield from quiet_problem(instants)


def quiet_problem(instants: list[datetime]) -> Iterator[Problem]:
    """This function will name the first instant that lies in the quiet hours of the loudspeakers, if any."""
    for instant in instants:
        if quiet := devices.quiet_at(instant):
            yield "starts_at", errors.QuietHours(time=spoken_time(instant), quiet=quiet)
            return


def spoken_time(at: datetime) -> str:
    """This function will return an instant as an officer writes it: 17:05 ngày 21/11/2026."""
    return _("{time} ngày {date}").format(time=f"{local(at):%H:%M}", date=f"{local(at):%d/%m/%Y}")
