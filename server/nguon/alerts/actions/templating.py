"""Templates: written and spoken by one person, heard and approved by another, in peacetime."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.accounts.rules import has_role
from nguon.accounts.states import Role
from nguon.alerts import errors
from nguon.alerts.models import Template
from nguon.alerts.rules import may_sign
from nguon.alerts.states import Hazard, Level
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio import reader
from nguon.deliveries.actions import ask
from nguon.deliveries.models import ReleasedMedia
from nguon.deliveries.states import TaskKind
from nguon.devices import queries as devices
from nguon.journal.actions import record
from nguon.organisations.models import Place


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
    *, words: Words, place: Place, by: User, at: datetime, media_id: str | None = None
) -> Template:
    """This function will keep a template and have it spoken; nobody can use it before it is approved. A sound
    that is no speech (the siren) comes as `media_id`. Raises NotOnDuty, or what the voice says of it."""
    if not (may_sign(by, [place.area], at) or has_role(by, Role.WRITER, place.area, at)):
        raise errors.NotOnDuty(place=str(place))
    rendering = None
    if media_id is None:
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
        author=by,
        made_at=at,
    )
    data = {"template": made.pk, "slug": made.slug, "area": place.area}
    record(fact="alert.template_made", subject=f"alert_template:{made.pk}", by=by, at=at, data=data)
    return made


@transaction.atomic
def approve_template(*, template_id: UUID, by: User, at: datetime) -> Template:
    """This function will let a template be used: a second person has heard it. The one that had its name
    before ends. Raises TemplateUnknown, OwnTemplate, NotOnDuty or TemplateSilent."""
    row = Template.objects.select_for_update().filter(pk=template_id, ended_at__isnull=True).first()
    if row is None:
        raise errors.TemplateUnknown
    if row.approved_at is not None:
        return row
    if row.author_id == by.pk:
        raise errors.OwnTemplate
    if not may_sign(by, [row.area], at):
        raise errors.NotOnDuty(place=str(row.place))
    if row.media_id is None and row.rendering_id:
        row.media = sounds.rendering(row.rendering_id).media
    if row.media_id is None:
        raise errors.TemplateSilent
    same = Template.objects.filter(area=row.area, slug=row.slug, language=row.language)
    same.filter(approved_at__isnull=False, ended_at__isnull=True).update(ended_at=at)
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["media", "approved_by", "approved_at"])
    ReleasedMedia.objects.get_or_create(sha256=row.media_id, defaults={"released_at": at})
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
