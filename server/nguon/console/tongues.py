"""A bulletin in several languages: what the page shows of each, what was typed, and their one sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from nguon.accounts.models import User
from nguon.audio import actions as audio
from nguon.audio import queries as sounds
from nguon.audio.models import Upload
from nguon.audio.states import UNFINISHED
from nguon.bulletins import actions
from nguon.bulletins.actions.submitting import own_sound_of
from nguon.bulletins.actions.translating import parts_of
from nguon.bulletins.errors import VersionWithoutSound
from nguon.bulletins.models import Revision, Version
from nguon.bulletins.states.languages import languages
from nguon.console.presenters import SoundState


@dataclass(frozen=True)
class Tongue:
    """One more language of a bulletin; `file` names its recording, `problem` says what is wrong with it."""

    code: str
    language: str
    title: str
    text: str
    file: str
    problem: str


def lines(revision: Revision) -> list[Tongue]:
    """This function will show the versions of a revision, by language."""
    return [
        Tongue(
            one.language,
            languages().get(one.language, one.language),
            one.title,
            one.text,
            one.upload.filename if one.upload else "",
            one.upload.problem if one.upload else "",
        )
        for one in revision.versions.select_related("upload").order_by("language")
    ]


def offered(revision: Revision) -> list[tuple[str, str]]:
    """This function will return the languages that a revision does not speak yet: code and name."""
    there = {revision.language, *revision.versions.values_list("language", flat=True)}
    return [(code, name) for code, name in languages().items() if code not in there]


def keep(given: QueryDict, files: Mapping[str, Any], revision: Revision, user: User, at: datetime) -> None:
    """This function will keep what was typed of each language, add the chosen one, and drop the one whose
    button was pressed. Raises what `save_version`, `upload` and `upload_of` raise.
    """
    who: dict[str, Any] = {"revision_id": revision.pk, "by": user, "at": at}
    for one in revision.versions.select_related("upload").order_by("language"):
        code = one.language
        if f"v-title-{code}" not in given:
            continue
        file = files.get(f"v-file-{code}")
        if file and one.upload and (one.upload.filename, one.upload.size) == (file.name, file.size):
            file = None  # a browser sends a chosen file again with each press of a button
        upload = audio.upload(file=file, by=user, at=at) if file else _arrived(given, code, one, user)
        title, text = str(given[f"v-title-{code}"]), str(given.get(f"v-text-{code}", ""))
        actions.save_version(
            **who, language=code, title=title, text=text, upload_id=upload.pk if upload else None
        )
    if given.get("do") == "version" and given.get("v-add"):
        actions.save_version(**who, language=str(given["v-add"])[:3])
    if given.get("v-drop"):
        actions.drop_version(**who, language=str(given["v-drop"])[:3])


def _arrived(given: QueryDict, code: str, one: Version, user: User) -> Upload | None:
    """What the page has sent already, piece by piece: recorded there, or chosen as a file."""
    key = str(given.get(f"v-upload-{code}", ""))
    return sounds.upload_of(user=user, upload_id=key) if key and key != str(one.upload_id) else None


def ask_for_whole(revision: Revision, at: datetime) -> None:
    """This function will ask for the one sound of all languages as soon as each has its own; asked again it
    changes nothing. Raises JoinedTooLong.
    """
    if revision.submitted_at:
        return
    parts = [part.pk for part in parts_of(revision, own_sound_of(revision)) if part]
    if len(parts) == revision.versions.count() + 1 > 1:
        audio.request_joining(parts=parts, at=at)


def waiting(revision: Revision) -> SoundState | None:
    """This function will tell what the one sound of several languages waits for; None where there is but one
    language, or the own sound is what is missing.
    """
    versions = list(revision.versions.select_related("upload").order_by("language"))
    if not versions or own_sound_of(revision) is None:
        return None
    for one in versions:
        if one.upload is None:
            return SoundState(problem=str(VersionWithoutSound(language=languages()[one.language])))
        if one.upload.problem:
            return SoundState(filename=one.upload.filename, problem=one.upload.problem)
    poll = SoundState(poll=reverse("console:listen_state", args=[revision.pk]))
    if any(one.upload and one.upload.state in UNFINISHED for one in versions):
        return poll
    parts = [part.pk for part in parts_of(revision, own_sound_of(revision)) if part]
    whole = sounds.joined(parts)
    if whole is None:
        return SoundState(stale=True)
    return SoundState(problem=whole.problem) if whole.problem else poll
