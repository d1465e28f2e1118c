"""Templates: written and spoken by one person, heard and approved by another, in peacetime."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.alerts import errors
from nguon.alerts.actions.settling import MAIN
from nguon.alerts.models import Template
from nguon.alerts.rules import may_sign
from nguon.alerts.states import LONGEST_VOICE_MS, Hazard, Level
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio import reader
from nguon.audio.models import Media
from nguon.bulletins.states.languages import VIETNAMESE, languages
from nguon.deliveries.actions import ask
from nguon.deliveries.models import ReleasedMedia
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.organisations.models import Place

MOST_TONGUES = 6
_WORDS = (
    "slug", "phrase", "hazard", "level", "language", "title", "text", "extra", "siren", "repeat", "offsets",
    "every_s", "lasts_s", "basis",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a template says, and in which rhythm (seconds)."""

    slug: str
    title: str
    text: str
    extra: str = ""
    hazard: str = Hazard.OTHER
    level: int = Level.URGENT
    language: str = "vi"
    phrase: bool = False
    siren: bool = True
    repeat: int = 2
    offsets: tuple[int, ...] = (0,)
    every_s: int = 0
    lasts_s: int = 0
    basis: str = ""


@transaction.atomic
def make_template(
    *,
    words: Words,
    place: Place,
    by: User,
    at: datetime,
    media_id: str | None = None,
    upload_id: UUID | None = None,
) -> Template:
    """This function will keep a template and have it spoken; nobody can use it before it is approved. A sound
    that is no speech (the siren) comes as `media_id`, the words in an officer's own voice as `upload_id`;
    what has places to fill in is always spoken. Raises NotOnDuty, UploadUnknown, or what the voice says."""
    _check_maker(place, by, at)
    rendering = None
    voice = sounds.upload_of(user=by, upload_id=upload_id) if upload_id and not words.extra else None
    if media_id is None and voice is None:
        manner = audio.Manner()
        rendering = audio.request_rendering(
            spoken_text=reader.spoken(words.text), manner=manner, by=by, at=at
        )
    made = Template.objects.create(
        **{**vars(words), "offsets": list(words.offsets)},
        place=place,
        area=place.area,
        rendering=rendering,
        media_id=media_id or (rendering.media_id if rendering else None),
        voice=voice,
        tongues=[[MAIN, ""]] if voice else [],
        author=by,
        made_at=at,
    )
    _tell_made(made, by, at)
    return made


def _check_maker(place: Place, by: User, at: datetime) -> None:
    if not (may_sign(by, [place.area], at) or has_role(by, Role.WRITER, place.area, at)):
        raise errors.NotOnDuty(place=str(place))


def _tell_made(made: Template, by: User, at: datetime) -> None:
    data = {"template": made.pk, "slug": made.slug, "area": made.area}
    record(fact="alert.template_made", subject=f"alert_template:{made.pk}", by=by, at=at, data=data)


@transaction.atomic
def add_tongue(*, template_id: UUID, language: str, upload_id: UUID, by: User, at: datetime) -> Template:
    """This function will lay down a template anew with what it says recorded in one more language, heard
    after the text (instead of an earlier recording in that language). Another person hears the whole and
    approves it; until then the old one stays in use.

    Raises TemplateUnknown, LanguageUnknown, TooManyTongues, NotOnDuty or UploadUnknown.
    """
    old = Template.objects.filter(pk=template_id, ended_at__isnull=True, approved_at__isnull=False).first()
    if old is None or old.phrase:
        raise errors.TemplateUnknown
    _check_maker(old.place, by, at)
    if language == VIETNAMESE or language not in languages():
        raise errors.LanguageUnknown
    kept = [one for one in old.tongues if one[0] != language]
    if len(kept) >= MOST_TONGUES:
        raise errors.TooManyTongues(limit=MOST_TONGUES)
    copied = {name: getattr(old, name) for name in (*_WORDS, "rendering_id", "place_id", "area")}
    voice = sounds.upload_of(user=by, upload_id=upload_id)
    tongues = [*kept, [language, ""]]
    made = Template.objects.create(**copied, voice=voice, tongues=tongues, author=by, made_at=at)
    _tell_made(made, by, at)
    return settle_template(template=made, at=at)


def settle_template(*, template: Template, at: datetime) -> Template:
    """This function will give a template its sound as soon as all parts of it are there: the text, then each
    other language. Before that it changes nothing."""
    if template.approved_at is not None or template.ended_at is not None:
        return template
    if template.voice_id and any(not sha256 for _tongue, sha256 in template.tongues):
        media_id = sounds.uploaded(template.voice_id)
        if media_id is None:
            return template
        template.tongues = [[tongue, sha256 or media_id] for tongue, sha256 in template.tongues]
    if template.media_id is None:
        template.media = _sound(template, at)
    template.save(update_fields=["tongues", "media"])
    return template


def _sound(template: Template, at: datetime) -> Media | None:
    said = dict(template.tongues)
    main = said.pop(MAIN, "")
    if not main and template.rendering_id:
        main = sounds.rendering(template.rendering_id).media_id or ""
    if not main:
        return None
    if not said or template.extra:  # what is filled in is spoken first, the other languages come after it
        return Media.objects.get(pk=main)
    return audio.request_joining(parts=[main, *said.values()], at=at).media


@transaction.atomic
def approve_template(*, template_id: UUID, by: User, at: datetime) -> Template:
    """This function will let a template be used: a second person has heard it. The one that had its name
    before ends. Raises TemplateUnknown, OwnTemplate, NotOnDuty, TemplateSilent or TemplateTooLong."""
    row = Template.objects.select_for_update().filter(pk=template_id, ended_at__isnull=True).first()
    if row is None:
        raise errors.TemplateUnknown
    if row.approved_at is not None:
        return row
    if row.author_id == by.pk:
        raise errors.OwnTemplate
    if not may_sign(by, [row.area], at):
        raise errors.NotOnDuty(place=str(row.place))
    settle_template(template=row, at=at)
    if row.media is None or any(not sha256 for _tongue, sha256 in row.tongues):
        raise errors.TemplateSilent
    if row.media.duration_ms > LONGEST_VOICE_MS:
        raise errors.TemplateTooLong(minutes=LONGEST_VOICE_MS // 60_000)
    same = Template.objects.filter(area=row.area, slug=row.slug, language=row.language)
    same.filter(approved_at__isnull=False, ended_at__isnull=True).update(ended_at=at)
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["media", "approved_by", "approved_at"])
    for sha256 in (row.media_id, *(one for _tongue, one in row.tongues)):
        ReleasedMedia.objects.get_or_create(sha256=sha256, defaults={"released_at": at})
    ask(TaskKind.PLAN, _communes(row.area), None, at)  # its sound goes ahead with the plans
    data = {"template": row.pk, "slug": row.slug, "area": row.area}
    record(fact="alert.template_approved", subject=f"alert_template:{row.pk}", by=by, at=at, data=data)
    return row


def _communes(area: str) -> list[str]:
    areas = devices.in_area([area]).order_by().values_list("area", flat=True).distinct()
    return sorted({".".join(one.split(".")[:3]) for one in areas})


@transaction.atomic
def end_template(*, template_id: UUID, by: User, at: datetime) -> None:
    """This function will take a template out of use. Raises TemplateUnknown or NotOnDuty."""
    row = Template.objects.select_for_update().filter(pk=template_id, ended_at__isnull=True).first()
    if row is None:
        raise errors.TemplateUnknown
    if not may_sign(by, [row.area], at):
        raise errors.NotOnDuty(place=str(row.place))
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    data = {"template": row.pk, "slug": row.slug, "area": row.area}
    record(fact="alert.template_ended", subject=f"alert_template:{row.pk}", by=by, at=at, data=data)
