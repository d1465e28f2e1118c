"""The shared library (kho tư liệu): sounds and files that an area keeps for all who write there and below."""

from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import actions as audio
from nguon.audio import queries as audio_queries
from nguon.bulletins import actions as bulletins
from nguon.bulletins import queries as news
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.actions.attaching import SentFile, attach_kept, keep_sent
from nguon.bulletins.actions.drafting import draft_of
from nguon.bulletins.actions.submitting import own_sound_of
from nguon.bulletins.errors import BulletinUnknown
from nguon.bulletins.models import Revision
from nguon.journal.actions import record
from nguon.kernel.text import clean, fold, tidy
from nguon.organisations.models import Place
from nguon.production import errors, queries
from nguon.production.actions.planning import open_item
from nguon.production.actions.telling import facts_of, subject
from nguon.production.models import Asset, Item, Material
from nguon.production.rules import can_make, can_plan

NAME_LIMIT = 120


@transaction.atomic
def share_sound(*, bulletin_id: UUID, name: str, place: Place, by: User, at: datetime) -> Asset:
    """This function will put the finished sound of a bulletin that a person may read into the library of a
    place. Raises BulletinUnknown, MayNotPlan, SoundMissing or NameMissing.
    """
    found = news.visible(by, bulletin_id, at)
    if found is None:
        raise BulletinUnknown
    revision = news.latest_revision(found)
    media = revision.media or own_sound_of(revision)
    if media is None:
        raise errors.SoundMissing
    asset = _new(name or revision.title, place, by, at)
    asset.media = media
    return _kept(asset, by, at)


@transaction.atomic
def share_upload(*, upload_id: UUID, name: str, place: Place, by: User, at: datetime) -> Asset:
    """This function will put a sound that this person recorded or sent into the library of a place; it can be
    taken when the worker has made it. Raises UploadUnknown, MayNotPlan or NameMissing.
    """
    upload = audio_queries.upload_of(user=by, upload_id=upload_id)
    asset = _new(name or PurePath(upload.filename).stem, place, by, at)
    asset.upload, asset.size = upload, upload.size
    return _kept(asset, by, at)


@transaction.atomic
def share_file(*, file: SentFile, name: str, place: Place, by: User, at: datetime) -> Asset:
    """This function will put a document or a picture into the library of a place. Raises MayNotPlan,
    NameMissing, or what `bulletins.attach` raises of the file.
    """
    kept = keep_sent(file)
    asset = _new(name or kept.name, place, by, at)
    asset.sha256, asset.filename, asset.mime, asset.size = kept.sha256, kept.name, kept.mime, kept.size
    return _kept(asset, by, at)


@transaction.atomic
def end_asset(*, asset_id: UUID, by: User, at: datetime) -> Asset:
    """This function will take something out of the library; where it was taken already it stays. Raises
    AssetUnknown or MayNotPlan.
    """
    asset = Asset.objects.select_for_update(of=("self",)).select_related("place").filter(pk=asset_id).first()
    if asset is None or asset.ended_at:
        raise errors.AssetUnknown
    if not can_plan(by, asset.area, at):
        raise errors.MayNotPlan(place=asset.place)
    asset.ended_at = at
    asset.save(update_fields=["ended_at"])
    data = {"name": asset.name, "area": asset.area}
    record(fact="library.ended", subject=f"asset:{asset.pk}", by=by, at=at, data=data)
    return asset


@transaction.atomic
def take(*, asset_id: UUID, revision_id: UUID, by: User, at: datetime) -> Revision:
    """This function will take something of the library into a draft of a person's own: a sound becomes its
    recording, a file stands beside it. Raises AssetUnknown, SoundNotReady, or what `draft_of` and `attach`
    raise.
    """
    asset = _usable(asset_id, by, at)
    revision = draft_of(revision_id, by)
    _into(asset, revision, by, at)
    data = {"name": asset.name, "area": asset.area, "revision": revision.pk}
    record(fact="library.taken", subject=f"bulletin:{revision.bulletin_id}", by=by, at=at, data=data)
    return revision


@transaction.atomic
def plan_for(*, asset_id: UUID, item_id: UUID, by: User, at: datetime) -> Material:
    """This function will put something of the library beside an item's script; the bulletin that is made of
    it takes it along. Raises AssetUnknown, SoundNotReady, ItemUnknown, AlreadyOver or NotThere.
    """
    item = open_item(item_id, by, at, planner=False)
    if not can_make(by, item.area, at):
        raise errors.NotThere(person=by, place=item.place)
    asset = _usable(asset_id, by, at)
    if not (asset.sha256 or asset.sound):
        raise errors.SoundNotReady(name=asset.name)
    made, fresh = Material.objects.get_or_create(item=item, asset=asset, defaults={"by": by, "made_at": at})
    if fresh:
        record(
            fact="library.planned",
            subject=subject(item),
            by=by,
            at=at,
            data=facts_of(item) | {"name": asset.name},
        )
    return made


def bring(item: Item, revision: Revision, by: User, at: datetime) -> None:
    """This function will take what stands beside an item's script into its draft; what has left the library
    meanwhile, or is no sound yet, is left out."""
    for one in queries.materials(item):
        if one.asset.ended_at is None and (one.asset.sha256 or one.asset.sound):
            _into(one.asset, revision, by, at)


def _into(asset: Asset, revision: Revision, by: User, at: datetime) -> None:
    if asset.sha256:
        attach_kept(
            revision_id=revision.pk,
            kept=bulletins.Kept(asset.filename, asset.mime, asset.sha256, asset.size),
            by=by,
            at=at,
        )
        return
    sound = asset.sound
    if sound is None:
        raise errors.SoundNotReady(name=asset.name)
    upload = audio.reuse(sha256=sound.pk, filename=asset.name, by=by, at=at)
    revision.refresh_from_db()
    bulletins.save_draft(
        revision_id=revision.pk,
        given=DraftFields(spoken_text=""),
        by=by,
        at=at,
        starts_at=revision.starts_at,
        until_at=revision.until_at,
        rendering_id=None,
        upload_id=upload.pk,
    )


def _usable(asset_id: UUID, by: User, at: datetime) -> Asset:
    asset = queries.assets(by, at).filter(pk=asset_id).first()
    if asset is None:
        raise errors.AssetUnknown
    return asset


def _new(name: str, place: Place, by: User, at: datetime) -> Asset:
    if not can_plan(by, place.area, at):
        raise errors.MayNotPlan(place=place)
    plain = tidy(clean(name))[:NAME_LIMIT]
    if not plain:
        raise errors.NameMissing
    return Asset(place=place, area=place.area, name=plain, search=fold(plain), made_by=by, made_at=at)


def _kept(asset: Asset, by: User, at: datetime) -> Asset:
    asset.save()
    data = {"name": asset.name, "area": asset.area}
    record(fact="library.added", subject=f"asset:{asset.pk}", by=by, at=at, data=data)
    return asset
