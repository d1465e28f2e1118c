"""Between the compose form and the draft in the database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio import reader
from nguon.audio.reader import telling
from nguon.audio.states import PAUSES, UNFINISHED
from nguon.audio.states import State as SoundStage
from nguon.audio.voices import Voice
from nguon.bulletins import actions, queries
from nguon.bulletins.actions.submitting import is_sound_of, sound_of
from nguon.bulletins.errors import AlreadySubmitted, BulletinUnknown, NotYourDraft
from nguon.bulletins.models import Approval, Bulletin, Revision
from nguon.bulletins.rules import can_edit
from nguon.bulletins.states import (
    REPEAT_DAYS_LIMIT,
    TOPICS_OF,
    ContentType,
    Decision,
    Essential,
    Priority,
    State,
    Timing,
    Topic,
)
from nguon.bulletins.states.languages import VIETNAMESE
from nguon.console import tabs, tongues
from nguon.console.forms import ComposeForm, combine, read_rules, rules_of
from nguon.console.presenters import Lint, LintRow, SoundState
from nguon.console.waves import cut_of, wave_of
from nguon.kernel.clock import VIETNAM, local
from nguon_protocol.errors import ProtocolError

DEFAULT_SPEED = 120
_AS_IT_IS = (
    "title",
    "summary",
    "topic",
    "essential",
    "priority",
    "text",
    "spoken_text",
    "timing",
    "speed",
    "pause_ms",
    "jingle",
    "content_type",
    "live_minutes",
    "author_name",
    "pen_name",
    "details",
    "language",
)
_DESCRIBED = ("author_name", "pen_name", "language")
_SHOWN, _TOLD = 12, 20  # findings of a text that the page shows
_LONGEST_PIECE = 60
_LAST_SECOND = time(23, 59, 59)
_YEAR = timedelta(days=REPEAT_DAYS_LIMIT)
_CAMPAIGNS = 100


@dataclass(frozen=True)
class Times:
    """When, as `save_draft` wants it."""

    rrule: str
    starts_at: datetime | None
    until_at: datetime | None


def open_draft(user: User, bulletin_id: UUID | str, at: datetime) -> Revision:
    """This function will return the draft of a bulletin for its author; a returned one is opened again.

    Raises BulletinUnknown, NotYourDraft or AlreadySubmitted.
    """
    bulletin = queries.visible(user, bulletin_id, at)
    if bulletin is None:
        raise BulletinUnknown
    if bulletin.state == State.RETURNED:
        actions.reopen(bulletin_id=bulletin.pk, by=user, at=at)
    revision = queries.latest_revision(bulletin)
    if revision.author_id != user.pk:
        raise NotYourDraft
    if not can_edit(user, revision):
        raise AlreadySubmitted
    return revision


def blank(area: str = "") -> dict[str, Any]:
    """This function will return what an empty form shows; a new one, as its area is spoken to."""
    voices = sounds.voices()
    manner = sounds.manner_of(area) if area else None
    return {
        "topic": Topic.GENERAL.value,
        "essential": "",
        "priority": Priority.NORMAL.value,
        "timing": Timing.NOW.value,
        "source": "speech",
        "trims_silence": True,
        "voice": manner.voice if manner else voices[0].id if voices else "",
        "speed": manner.speed if manner else DEFAULT_SPEED,
        "pause_ms": manner.pause_ms if manner else 0,
        "jingle": manner.jingle if manner else "",
        "days": [],
        "times": [],
        "content_type": ContentType.AUDIO.value,
        "language": VIETNAMESE,
    }


def initial(revision: Revision) -> dict[str, Any]:
    """This function will return what the form shows of a draft."""
    days, times = read_rules(revision.rrule)
    start = local(revision.starts_at) if revision.starts_at and revision.timing == Timing.AT else None
    shown = {name: getattr(revision, name) for name in _AS_IT_IS}
    return {
        **blank(),
        **shown,
        "voice": revision.voice or blank()["voice"],
        "source": "recording" if revision.upload_id else "speech",
        "news_source": revision.source,
        "produced": local(revision.produced_at) if revision.produced_at else None,
        "campaign": str(revision.campaign_id or ""),
        "upload": revision.upload_id,
        "trims_silence": revision.upload.trims_silence if revision.upload else True,
        "date": start.date() if start else None,
        "time": start.time() if start else None,
        "days": days,
        "times": [f"{at:%H:%M}" for at in times],
        "since": _first_day(revision),
        "until": local(revision.until_at).date() if revision.until_at else None,
    }


def instants(draft: Revision, at: datetime) -> list[datetime]:
    """This function will return every instant at which a repeated draft would play; [] while it has none."""
    if draft.timing != Timing.REPEAT or draft.starts_at is None or draft.until_at is None:
        return []
    try:
        return queries.instants_of(draft, at, min(draft.until_at, at + _YEAR) + timedelta(seconds=1))
    except ProtocolError:
        return []


def campaigns(user: User, at: datetime) -> list[tuple[str, str]]:
    """This function will return the campaigns that a bulletin may join: id and name."""
    return [(str(one.pk), one.title) for one in queries.campaigns(user, at)[:_CAMPAIGNS]]


def topic_hint(draft: Revision) -> str:
    """This function will say which topics suit the kind of essential information, where the chosen one does
    not; "" where all is well. It is a hint: the law maps nothing."""
    essential = Essential(draft.essential)
    suited = TOPICS_OF.get(essential, ())
    if not suited or draft.topic in suited:
        return ""
    return _("“{essential}” thường thuộc lĩnh vực: {topics}.").format(
        essential=essential.label, topics="; ".join(str(one.label) for one in suited)
    )


def _first_day(revision: Revision) -> date | None:
    """From when on a repetition plays, as far as it was chosen: the form's default is today."""
    if revision.timing != Timing.REPEAT or revision.starts_at is None:
        return None
    return local(revision.starts_at).date()


def home_of(user: User, at: datetime) -> str:
    """This function will return the area that a new draft of this person is at home in ("" for no writer)."""
    return min(areas_of(user, Role.WRITER, at), key=len, default="")


def read(text: str, area: str) -> str:
    """This function will return how the machine reads a text aloud in an area."""
    return reader.spoken(text, overrides=sounds.overrides_for(area)).strip() if text.strip() else ""


def lint(draft: Revision | None, text: str) -> Lint:
    """This function will show what a person should look at in a text before a loudspeaker says it."""
    if draft is None or draft.upload_id or not text.strip():
        return Lint()
    written = text.replace("\r\n", "\n")
    findings = reader.read(written, overrides=sounds.overrides_for(draft.bulletin.area)).findings
    rows = [_finding(one, number) for number, one in enumerate(findings)]
    look = [row for row in rows if not row.told]
    told = [row for row in rows if row.told]
    return Lint(tuple(look[:_SHOWN]), tuple(told[:_TOLD]), len(look), len(told))


def _finding(one: reader.Finding, number: int) -> LintRow:
    text = one.text if len(one.text) <= _LONGEST_PIECE else f"{one.text[:_LONGEST_PIECE]}…"
    return LintRow(
        number=number,
        kind=str(one.kind),
        text=text,
        at=one.at,
        length=len(one.text),
        reading=one.reading,
        why=telling.why(one),
        suggestion=telling.suggestion(one),
        told=one.told,
        taught=one.taught,
    )


def times_of(form: ComposeForm, at: datetime) -> Times:
    """This function will read when the bulletin plays, as far as it is told."""
    data = form.cleaned_data
    timing = data.get("timing") or Timing.NOW
    if timing == Timing.AT:
        return Times("", combine(data.get("date"), data.get("time"), VIETNAM), None)
    if timing == Timing.REPEAT:
        today = local(at).date()
        midnight = datetime.combine(max(data.get("since") or today, today), time(0), VIETNAM)
        rules = rules_of(data.get("days") or [], form.times)
        return Times(rules, midnight, combine(data.get("until"), _LAST_SECOND, VIETNAM))
    if timing == Timing.PROGRAMME:
        return Times("", None, combine(data.get("until"), _LAST_SECOND, VIETNAM))
    return Times("", None, None)


def keep(form: ComposeForm, user: User, at: datetime, *, bulletin_id: str = "", file: Any = None) -> Revision:
    """This function will keep what was typed (a new draft when there is none yet) and return the draft.

    Raises DraftElsewhere, or what `save_draft`, `start` and `upload` raise; what was kept before stays.
    """
    form.is_valid()
    draft = open_draft(user, bulletin_id, at) if bulletin_id else None
    if draft:
        tabs.must_be_latest(form.data, draft.pk)
    recording = _recorded(form)
    upload_id = draft.upload_id if draft else None
    if recording and file and not (draft and _sent_already(draft, file)):
        trims = bool(form.cleaned_data.get("trims_silence"))
        upload_id = audio.upload(file=file, by=user, at=at, trims_silence=trims).pk
    elif recording and (arrived := form.cleaned_data.get("upload")) and arrived != upload_id:
        upload_id = sounds.upload_of(user=user, upload_id=arrived).pk
    with transaction.atomic():  # a disk that fills up in between leaves no empty draft behind
        draft = draft or actions.start(by=user, at=at)
        kept = _save(form, draft, user, at, upload_id if recording else None)
        tabs.note(form.data, kept.pk, at)
        return kept


def _save(form: ComposeForm, draft: Revision, user: User, at: datetime, upload_id: UUID | None) -> Revision:
    data = form.cleaned_data
    recording = _recorded(form)
    text = data.get("text") or ""
    machine = read(text, draft.bulletin.area)
    typed = (data.get("spoken_text") or "").strip() if data.get("spoken_own") else ""
    own = bool(typed) and typed != machine
    times = times_of(form, at)
    return actions.save_draft(
        revision_id=draft.pk,
        given=actions.DraftFields(
            title=data.get("title"),
            summary=data.get("summary"),
            topic=data.get("topic") or None,
            essential=data.get("essential"),
            priority=data.get("priority") or None,
            text=text,
            spoken_text="" if recording else typed or machine,
            spoken_own=own and not recording,
            voice=data.get("voice"),
            speed=data.get("speed") or None,
            pause_ms=data["pause_ms"] if data.get("pause_ms") in PAUSES else None,
            jingle=data.get("jingle") if "jingle" in form.data else None,
            timing=data.get("timing") or None,
            rrule=times.rrule,
            targets=tuple(form.targets),
            **_description(form),
        ),
        by=user,
        at=at,
        starts_at=times.starts_at,
        until_at=times.until_at,
        rendering_id=draft.rendering_id,
        upload_id=upload_id,
    )


def _recorded(form: ComposeForm) -> bool:
    """A video always comes as a file."""
    data = form.cleaned_data
    return data.get("source") == "recording" or data.get("content_type") == ContentType.VIDEO


def _description(form: ComposeForm) -> dict[str, Any]:
    """What the form says beside words, places and times; a page that did not ask leaves it as it was."""
    data = form.cleaned_data
    found: dict[str, Any] = {name: data.get(name) or "" for name in _DESCRIBED if name in form.data}
    found["content_type"] = data.get("content_type") or None
    if "news_source" in form.data:
        found["source"] = data.get("news_source") or ""
    if "produced" in form.data and "produced" not in form.errors:
        found["produced_at"] = data.get("produced") or ""
    if "live_minutes" in form.data and "live_minutes" not in form.errors:
        found["live_minutes"] = data.get("live_minutes") or ""
    if "campaign" in form.data:
        found["campaign_id"] = data.get("campaign") or ""
    if "detail-name" in form.data:
        found["details"] = tuple(form.details)
    return {name: value for name, value in found.items() if not (name == "language" and not value)}


def _sent_already(draft: Revision, file: Any) -> bool:
    """A browser sends the chosen file again with each press of a button."""
    had = draft.upload
    return had is not None and (had.filename, had.size) == (file.name, file.size)


def ask_for_sound(revision: Revision, user: User, at: datetime) -> Revision:
    """This function will ask the worker to speak a draft; a recording is at work already.

    Raises what `request_rendering` raises.
    """
    if revision.upload_id:
        return revision
    manner = audio.Manner(
        voice=revision.voice, speed=revision.speed, pause_ms=revision.pause_ms, jingle=revision.jingle
    )
    made = audio.request_rendering(spoken_text=revision.spoken_text, manner=manner, by=user, at=at)
    return actions.save_draft(
        revision_id=revision.pk,
        given=actions.DraftFields(spoken_text=made.spoken_text, voice=made.voice),
        by=user,
        at=at,
        starts_at=revision.starts_at,
        until_at=revision.until_at,
        rendering_id=made.pk,
    )


def sound_url(revision: Revision, sha256: str) -> str:
    """This function will return where a person who may read the revision can hear it."""
    return f"{reverse('console:sound', args=[revision.pk])}?v={sha256[:8]}"


def sound_state(revision: Revision, *, fresh: bool = False) -> SoundState:
    """This function will show the sound of a revision as it stands."""
    work = revision.upload or revision.rendering
    media = revision.media or sound_of(revision)
    name = revision.upload.filename if revision.upload else ""
    if media is not None:
        url = sound_url(revision, media.pk)
        return SoundState(
            url,
            media.duration_ms,
            name,
            fresh=fresh,
            wave=wave_of(media, revision.upload),
            cut=cut_of(revision.upload),
        )
    if waiting := tongues.waiting(revision):
        return waiting
    if work is None:
        return SoundState()
    if work.state in UNFINISHED and (revision.upload_id or _same(revision)):
        return SoundState(filename=name, poll=reverse("console:listen_state", args=[revision.pk]))
    if work.state == SoundStage.FAILED and (revision.upload_id or _same(revision)):
        return SoundState(filename=name, problem=work.problem)
    return SoundState(stale=True)


def _same(revision: Revision) -> bool:
    made = revision.rendering
    return made is not None and is_sound_of(made, revision)


def last_reason(bulletin: Bulletin) -> Approval | None:
    """This function will return the decision by which a bulletin came back last, or None."""
    decided = Approval.objects.filter(revision__bulletin=bulletin).select_related("by")
    last = decided.order_by("-revision__number").first()
    return last if last and last.decision == Decision.RETURN else None


def credit(voice: Voice) -> str:
    """This function will return what the law of copyright wants shown beside a voice."""
    return f"{voice.licence}. {voice.credit}".strip(". ")
