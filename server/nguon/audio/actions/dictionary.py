"""The dictionary of readings of an area, and how the area is spoken to: dated, told in the journal."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import errors
from nguon.audio.actions.speaking import Manner, voice_for
from nguon.audio.models import AreaManner, Pronunciation
from nguon.audio.queries import pronunciations_in
from nguon.audio.rules import can_teach, has_something_to_speak, is_sayable
from nguon.audio.states import LONGEST_READING, LONGEST_WORD
from nguon.journal.actions import record
from nguon.kernel.text import fold, tidy
from nguon.organisations.models import Place


@transaction.atomic
def add_pronunciation(*, word: str, reading: str, place: Place, by: User, at: datetime) -> Pronunciation:
    """This function will have a word (exactly as written) read so in a place and below it from now on.

    An entry of the same word at the same place ends; the same entry again changes nothing.
    Raises WordWrong, ReadingWrong, NotYourDictionary.
    """
    word, reading = checked_word(word), checked_reading(reading)
    _check(place, by, at)
    Place.objects.select_for_update().get(pk=place.pk)  # two editors of one word take turns
    before = pronunciations_in(place.area).filter(word=word).order_by("-added_at").first()
    if before and before.reading == reading:
        return before
    if before:
        _end(before, by, at)
    made = Pronunciation.objects.create(
        place=place,
        area=place.area,
        word=word,
        reading=reading,
        search=fold(f"{word} {reading}"),
        added_by=by,
        added_at=at,
    )
    data = {"area": place.area, "word": word, "reading": reading, "before": before.reading if before else ""}
    record(fact="pronunciation.added", subject=f"pronunciation:{made.pk}", by=by, at=at, data=data)
    return made


@transaction.atomic
def end_pronunciation(*, entry_id: uuid.UUID, by: User, at: datetime) -> Pronunciation:
    """This function will end an entry: texts read from now on do without it, what was spoken stays.

    Raises PronunciationEnded, NotYourDictionary.
    """
    entry = (
        Pronunciation.objects.select_for_update(of=("self",))
        .select_related("place")
        .filter(pk=entry_id, ended_at__isnull=True)
        .first()
    )
    if entry is None:
        raise errors.PronunciationEnded
    _check(entry.place, by, at)
    _end(entry, by, at)
    data = {"area": entry.area, "word": entry.word, "reading": entry.reading}
    record(fact="pronunciation.ended", subject=f"pronunciation:{entry.pk}", by=by, at=at, data=data)
    return entry


@transaction.atomic
def set_area_manner(*, place: Place, manner: Manner, by: User, at: datetime) -> AreaManner:
    """This function will set how new bulletins of a place and below it are spoken, unless told otherwise.

    Raises NotYourDictionary and what `voice_for` raises.
    """
    _check(place, by, at)
    voice = voice_for("a", manner, Path(settings.NGUON_DATA))
    made = AreaManner.objects.create(
        place=place,
        area=place.area,
        voice=voice.id,
        speed=manner.speed,
        pause_ms=manner.pause_ms,
        jingle=manner.jingle,
        set_by=by,
        set_at=at,
    )
    data = {
        "area": place.area,
        "voice": voice.id,
        "speed": manner.speed,
        "pause_ms": manner.pause_ms,
        "jingle": manner.jingle,
    }
    record(fact="pronunciation.manner_set", subject=f"place:{place.pk}", by=by, at=at, data=data)
    return made


def checked_word(text: str) -> str:
    """This function will return the word as it is looked up.  Raises WordWrong."""
    word = tidy(text)
    if not has_something_to_speak(word) or len(word) > LONGEST_WORD:
        raise errors.WordWrong(limit=LONGEST_WORD)
    return word


def checked_reading(text: str) -> str:
    """This function will return the reading as it is said.  Raises ReadingWrong."""
    reading = tidy(text)
    if not is_sayable(reading) or len(reading) > LONGEST_READING:
        raise errors.ReadingWrong(limit=LONGEST_READING)
    return reading


def _check(place: Place, by: User, at: datetime) -> None:
    if not can_teach(by, place.area, at):
        raise errors.NotYourDictionary(place=place)


def _end(entry: Pronunciation, by: User, at: datetime) -> None:
    entry.ended_at, entry.ended_by = at, by
    entry.save(update_fields=["ended_at", "ended_by"])
