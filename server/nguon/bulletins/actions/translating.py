"""The same bulletin in more languages: own title and text, a recording where no machine reads it aloud."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.audio.models import Media
from nguon.bulletins import errors
from nguon.bulletins.actions.drafting import draft_of
from nguon.bulletins.models import Bulletin, Revision, Version
from nguon.bulletins.states import TEXT_LIMIT
from nguon.bulletins.states.languages import languages
from nguon.kernel.text import clean

MOST_VERSIONS = 5
TITLE_LIMIT = 200


@transaction.atomic
def save_version(
    *,
    revision_id: UUID,
    language: str,
    by: User,
    at: datetime,
    title: str = "",
    text: str = "",
    upload_id: UUID | None = None,
) -> Version:
    """This function will keep a draft's version in one more language, ready or not; `upload_id` None leaves
    the recording as it was.

    Raises what `draft_of` raises, LanguageUnknown (also for the draft's own), VersionsTooMany, TextTooLong.
    """
    revision = draft_of(revision_id, by)
    if language not in languages() or language == revision.language:
        raise errors.LanguageUnknown
    if len(text) > TEXT_LIMIT:
        raise errors.TextTooLong(length=len(text), limit=TEXT_LIMIT)
    others = revision.versions.exclude(language=language)
    if others.count() >= MOST_VERSIONS:
        raise errors.VersionsTooMany(limit=MOST_VERSIONS)
    kept = {"title": clean(title).strip()[:TITLE_LIMIT], "text": clean(text)}
    if upload_id:
        kept["upload_id"] = str(upload_id)
    made, _new = Version.objects.update_or_create(revision=revision, language=language, defaults=kept)
    Bulletin.objects.filter(pk=revision.bulletin_id).update(changed_at=at)
    return made


@transaction.atomic
def drop_version(*, revision_id: UUID, language: str, by: User, at: datetime) -> None:
    """This function will take a language away from a draft; one that is not there changes nothing. Raises
    what `draft_of` raises.
    """
    revision = draft_of(revision_id, by)
    revision.versions.filter(language=language).delete()
    Bulletin.objects.filter(pk=revision.bulletin_id).update(changed_at=at)


def parts_of(revision: Revision, first: Media | None) -> Sequence[Media | None]:
    """This function will return the sounds of a revision in the order of playing: its own, then those of its
    versions by language; None stands for one that is missing.
    """
    versions = revision.versions.select_related("upload__media").order_by("language")
    return [first, *(one.upload.media if one.upload else None for one in versions)]
