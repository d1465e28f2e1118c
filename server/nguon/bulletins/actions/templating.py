"""Templates: beginning a bulletin from one, and keeping one's own from a bulletin."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.bulletins import errors, queries
from nguon.bulletins.actions.drafting import DraftFields, draft_of, save_draft, start
from nguon.bulletins.models import Revision, Template
from nguon.bulletins.rules import can_keep_template, rules_at
from nguon.bulletins.states import Timing
from nguon.bulletins.states.cadences import Cadence
from nguon.journal.actions import record
from nguon.kernel.clock import VIETNAM, local
from nguon.kernel.text import clean, tidy
from nguon.organisations.models import Place

NAME_LIMIT = 120
FARTHEST = timedelta(days=3660)  # what is too far is told at the end, but must be a date
_LAST_SECOND = time(23, 59, 59)


@transaction.atomic
def begin_from(
    *, template: Cadence | Template, by: User, at: datetime, first_date: date | None = None
) -> Revision:
    """This function will open a draft that a template has filled; its blanks wait for the writer.

    A repetition begins tomorrow, so that each of its days is whole, or on a later `first_date`. Raises
    NotAWriter.
    """
    draft = start(by=by, at=at)
    given, days = _of(template)
    first, last = _period(days, at, first_date)
    repeated = bool(given.rrule and days)
    if repeated:
        given = replace(given, timing=Timing.REPEAT)
    return save_draft(
        revision_id=draft.pk,
        given=given,
        by=by,
        at=at,
        starts_at=first if repeated else None,
        until_at=last if repeated else None,
    )


@transaction.atomic
def follow_rhythm(
    *, template: Cadence | Template, revision_id: UUID, by: User, at: datetime, first_date: date | None = None
) -> Revision:
    """This function will give a draft the times and days of a template; nothing else of it changes.

    It begins tomorrow, or on a later `first_date`. Raises RhythmMissing where the template has none, or what
    `draft_of` raises.
    """
    rhythm, days = _of(template)
    if not (rhythm.rrule and days):
        raise errors.RhythmMissing
    draft = draft_of(revision_id, by)
    first, last = _period(days, at, first_date)
    return save_draft(
        revision_id=draft.pk,
        given=DraftFields(rrule=rhythm.rrule, timing=Timing.REPEAT),
        by=by,
        at=at,
        starts_at=first,
        until_at=last,
        rendering_id=draft.rendering_id,
        upload_id=draft.upload_id,
    )


@transaction.atomic
def keep_template(*, bulletin_id: UUID, name: str, place: Place, by: User, at: datetime) -> Template:
    """This function will keep a bulletin that a person may read as a template of a place.

    Raises BulletinUnknown, NotYourTemplates, TemplateNameMissing, or TemplateThere for the same name there.
    """
    found = queries.visible(by, bulletin_id, at)
    if found is None:
        raise errors.BulletinUnknown
    if not can_keep_template(by, place.area, at):
        raise errors.NotYourTemplates(place=place)
    name = tidy(clean(name))
    if not name:
        raise errors.TemplateNameMissing
    if len(name) > NAME_LIMIT:
        raise errors.FieldTooLong(field=_("Tên mẫu"), length=len(name), limit=NAME_LIMIT)
    Place.objects.select_for_update().get(pk=place.pk)  # two writers take turns
    if Template.objects.filter(area=place.area, name=name, ended_at__isnull=True).exists():
        raise errors.TemplateThere(name=name)
    made = _made(queries.latest_revision(found), name, place, by, at)
    data = {"name": made.name, "area": place.area}
    record(fact="template.kept", subject=f"template:{made.pk}", by=by, at=at, data=data)
    return made


@transaction.atomic
def end_template(*, template_id: UUID, by: User, at: datetime) -> Template:
    """This function will end a template; bulletins that began from it stay. Raises TemplateUnknown or
    NotYourTemplates.
    """
    found = (
        Template.objects.select_for_update(of=("self",))
        .select_related("place")
        .filter(pk=template_id, ended_at__isnull=True)
        .first()
    )
    if found is None:
        raise errors.TemplateUnknown
    if not can_keep_template(by, found.area, at):
        raise errors.NotYourTemplates(place=found.place)
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    data = {"name": found.name, "area": found.area}
    record(fact="template.ended", subject=f"template:{found.pk}", by=by, at=at, data=data)
    return found


def _made(source: Revision, name: str, place: Place, by: User, at: datetime) -> Template:
    days = 0
    if source.timing == Timing.REPEAT and source.starts_at and source.until_at:
        days = max(1, (local(source.until_at).date() - local(source.starts_at).date()).days + 1)
    return Template.objects.create(
        place=place,
        area=place.area,
        name=name,
        title=source.title,
        summary=source.summary,
        text=source.text,
        topic=source.topic,
        essential=source.essential,
        priority=source.priority,
        content_type=source.content_type,
        rrule=source.rrule if days else "",
        days=days,
        made_by=by,
        made_at=at,
    )


def _of(template: Cadence | Template) -> tuple[DraftFields, int]:
    return (_of_law(template), template.days) if isinstance(template, Cadence) else _of_own(template)


def _period(days: int, at: datetime, first_date: date | None) -> tuple[datetime, datetime]:
    """From the first second of the first day to the last one of the last day."""
    tomorrow = local(at).date() + timedelta(days=1)
    begins = min(max(tomorrow, first_date or tomorrow), tomorrow + FARTHEST)
    ends = begins + timedelta(days=max(days, 1) - 1)
    return datetime.combine(begins, time(0), VIETNAM), datetime.combine(ends, _LAST_SECOND, VIETNAM)


def _of_law(law: Cadence) -> DraftFields:
    return DraftFields(
        title=law.title,
        text=law.text,
        topic=law.topic,
        essential=law.essential,
        priority=law.priority,
        rrule=rules_at([time.fromisoformat(one) for one in law.times]),
    )


def _of_own(own: Template) -> tuple[DraftFields, int]:
    given = DraftFields(
        title=own.title,
        summary=own.summary,
        text=own.text,
        topic=own.topic,
        essential=own.essential,
        priority=own.priority,
        content_type=own.content_type,
        rrule=own.rrule,
    )
    return given, own.days
