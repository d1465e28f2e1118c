"""Drafts: kept as typed, however unready, so that nothing is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from nguon.accounts.models import User
from nguon.accounts.rules import areas_of
from nguon.accounts.states import Role
from nguon.bulletins import errors
from nguon.bulletins.models import Bulletin, Campaign, Revision, Target
from nguon.bulletins.rules import can_edit
from nguon.bulletins.states import State, TargetKind
from nguon.devices.actions import own_group
from nguon.devices.models import Device, DeviceGroup
from nguon.journal.actions import record
from nguon.kernel.ids import uuid7
from nguon.kernel.text import clean, fold
from nguon.organisations.models import Place

M = TypeVar("M", Device, DeviceGroup)
_LIMITS = {"title": 200, "summary": 500, "source": 200, "voice": 80, "author_name": 120, "pen_name": 80}
_NAMES = {
    "title": _("Tiêu đề"),
    "summary": _("Tóm tắt"),
    "source": _("Nguồn tin"),
    "author_name": _("Tác giả"),
    "pen_name": _("Bút danh"),
    "text": _("Văn bản"),
    "spoken_text": _("Lời đọc"),
}
_LONGEST_KEPT = 200_000
MOST_DETAILS, LONGEST_DETAIL = 20, 300
_EMPTIED = ("produced_at", "campaign_id", "live_minutes")
"""Fields that the empty text clears, as None leaves them as they were."""


@dataclass(frozen=True, kw_only=True)
class DraftFields:
    """What an officer has typed so far; a field left None stays as it was.

    `targets` are LSP-1 target strings: an area, `g/<group>` or `d/<loudspeaker>`.
    `rendering` and `upload` are ids of the sound asked for; `details` are (name, value).  An empty text
    clears `produced_at`, `campaign_id` and `live_minutes`.  Nothing here is checked for being ready.
    """

    title: str | None = None
    summary: str | None = None
    topic: int | None = None
    essential: str | None = None
    priority: int | None = None
    source: str | None = None
    text: str | None = None
    spoken_text: str | None = None
    voice: str | None = None
    speed: int | None = None
    pause_ms: int | None = None
    jingle: str | None = None
    spoken_own: bool | None = None
    timing: str | None = None
    rrule: str | None = None
    targets: tuple[str, ...] | None = None
    content_type: int | None = None
    author_name: str | None = None
    pen_name: str | None = None
    produced_at: datetime | str | None = None
    details: tuple[tuple[str, str], ...] | None = None
    campaign_id: UUID | str | None = None
    language: str | None = None
    live_minutes: int | str | None = None


@transaction.atomic
def start(*, by: User, at: datetime) -> Revision:
    """This function will open an empty draft for a writer, at home in the widest area that the person
    writes for.

    Raises NotAWriter.
    """
    bulletin = new_bulletin(by, at)
    bulletin.save()
    return Revision.objects.create(bulletin=bulletin, number=1, author=by, made_at=at)


def new_bulletin(by: User, at: datetime) -> Bulletin:
    """This function will return an unsaved bulletin of a writer, at home in the widest area that the person
    writes for. Raises NotAWriter.
    """
    areas = sorted(areas_of(by, Role.WRITER, at), key=len)
    if not areas:
        raise errors.NotAWriter
    place = Place.objects.get(area=areas[0])
    return Bulletin(author=by, place=place, area=place.area, created_at=at, changed_at=at)


@transaction.atomic
def save_draft(
    *,
    revision_id: UUID,
    given: DraftFields,
    by: User,
    at: datetime,
    starts_at: datetime | None = None,
    until_at: datetime | None = None,
    rendering_id: UUID | None = None,
    upload_id: UUID | None = None,
) -> Revision:
    """This function will keep what the writer has typed, ready or not; times and sounds are set as given.

    Raises BulletinUnknown, NotYourDraft, AlreadySubmitted, FieldTooLong or TargetUnknown.
    """
    revision = draft_of(revision_id, by)
    for field in fields(given):
        value = getattr(given, field.name)
        if value is None or field.name == "targets":
            continue
        setattr(revision, field.name, _value(field.name, value))
    revision.starts_at, revision.until_at = starts_at, until_at
    revision.rendering_id, revision.upload_id = rendering_id, upload_id
    revision.search = fold(f"{revision.title} {revision.summary} {revision.text} {revision.pen_name}")
    revision.save()
    if given.targets is not None:
        set_targets(revision, given.targets)
    Bulletin.objects.filter(pk=revision.bulletin_id).update(changed_at=at)
    return revision


@transaction.atomic
def hand_over_drafts(*, author: User, successor: User, by: User, at: datetime) -> int:
    """This function will give what a person has to go on with (drafts, and what was returned) to a successor,
    and return how many bulletins moved; what is submitted stays the author's own.
    """
    bulletins = Bulletin.objects.select_for_update().filter(
        author=author, state__in=(State.DRAFT, State.RETURNED)
    )
    keys = list(bulletins.values_list("pk", flat=True))
    Revision.objects.filter(bulletin__in=keys, submitted_at__isnull=True).update(author=successor)
    Bulletin.objects.filter(pk__in=keys).update(author=successor, changed_at=at)
    for key in keys:
        data = {"from": author.pk, "to": successor.pk}
        record(fact="bulletin.handed_over", subject=f"bulletin:{key}", by=by, at=at, data=data)
    return len(keys)


def draft_of(revision_id: UUID, by: User) -> Revision:
    """This function will lock and return a draft of this person's, or raise what is in the way."""
    revision = Revision.objects.select_for_update(of=("self",)).filter(pk=revision_id).first()
    if revision is None:
        raise errors.BulletinUnknown
    if revision.author_id != by.pk:
        raise errors.NotYourDraft
    if not can_edit(by, revision):
        raise errors.AlreadySubmitted
    return revision


def set_targets(revision: Revision, targets: Iterable[str]) -> None:
    """This function will replace where a draft plays; raises TargetUnknown for what does not exist."""
    rows = [_target(revision, text) for text in dict.fromkeys(targets)]
    revision.targets.all().delete()
    Target.objects.bulk_create(rows)


def name_poles(revision: Revision) -> None:
    """This function will have a draft that plays later name each single loudspeaker by its own group: a box
    that is swapped before then hands it on to the next one of its pole.
    """
    for row in revision.targets.filter(kind=TargetKind.DEVICE).select_related("device__place"):
        if row.device is not None:
            row.group, row.device, row.kind = own_group(device=row.device), None, TargetKind.GROUP
            row.target = f"g/{row.group.pk}"
            row.save(update_fields=["group", "device", "kind", "target"])


def copy_of(
    old: Revision, bulletin: Bulletin, number: int, at: datetime, author: User | None = None
) -> Revision:
    """This function will save a draft revision with everything that an older one holds but its places.

    A successor goes on with what was returned to somebody else: the copy is the `author`'s, if one is given.
    """
    new = Revision.objects.get(pk=old.pk)
    new.pk = None
    new.id = Revision._meta.get_field("id").get_default()
    new._state.adding = True
    new.bulletin, new.number, new.made_at = bulletin, number, at
    new.author = author or old.author
    new.submitted_at, new.content_sha256, new.more_sha256, new.media = None, "", "", None
    new.save(force_insert=True)
    _copy_rows(old.attachments.all(), new)
    _copy_rows(old.versions.all(), new)
    return new


def _copy_rows(rows: QuerySet[Any], to: Revision) -> None:
    """Files and versions of an older revision become those of a new one."""
    copies = list(rows)
    for row in copies:
        row.pk, row._state.adding, row.revision = uuid7(), True, to
    rows.model._default_manager.bulk_create(copies)


def copy_targets(source: Revision, to: Revision) -> None:
    """This function will give a new revision the same places as an old one."""
    set_targets(to, source.targets.values_list("target", flat=True))


def _value(name: str, value: Any) -> Any:
    if name == "details":
        pairs = [
            (clean(key).strip()[:LONGEST_DETAIL], clean(said).strip()[:LONGEST_DETAIL]) for key, said in value
        ]
        return [[key, said] for key, said in pairs if key or said][:MOST_DETAILS]
    if name == "campaign_id" and value:
        return _campaign(value)
    if name in _EMPTIED:
        return value or None
    return _kept(name, value) if isinstance(value, str) else value


def _campaign(key: UUID | str) -> UUID | None:
    """What is not there, or not for this person to see, is none."""
    try:
        return Campaign.objects.filter(pk=UUID(str(key))).values_list("pk", flat=True).first()
    except ValueError:
        return None


def _kept(name: str, value: str) -> str:
    value = clean(value)
    limit = _LIMITS.get(name, _LONGEST_KEPT)
    if len(value) > limit:
        raise errors.FieldTooLong(field=_NAMES.get(name, name), length=len(value), limit=limit)
    return value.strip() if name in _LIMITS else value


def _target(revision: Revision, text: str) -> Target:
    kind, _, key = text.partition("/")
    if kind == "d" and key:
        device = _by_key(Device, key, text)
        return Target(
            revision=revision,
            kind=TargetKind.DEVICE,
            device=device,
            area=device.area,
            target=f"d/{device.pk}",
        )
    if kind == "g" and key:
        group = _by_key(DeviceGroup, key, text)
        hung = group.devices.filter(revoked_at__isnull=True).first() if group.single else None
        if hung is not None:  # a draft names the box that hangs there now; so does the tree of places
            return _target(revision, f"d/{hung.pk}")
        return Target(
            revision=revision, kind=TargetKind.GROUP, group=group, area=group.area, target=f"g/{group.pk}"
        )
    place = Place.objects.filter(area=text).first()
    if place is None:
        raise errors.TargetUnknown(target=text[:80])
    return Target(revision=revision, kind=TargetKind.PLACE, place=place, area=place.area, target=place.area)


def _by_key(model: type[M], key: str, text: str) -> M:
    try:
        found = model.objects.filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise errors.TargetUnknown(target=text[:80])
    return found
