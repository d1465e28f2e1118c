"""From a signed alert to the documents that loudspeakers obey: pure, and the same rows, number and second
always give the same bytes. So two machines can sign one body without sending it to each other."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid5

from nguon_protocol.documents import Drill, Item, Media, Urgent
from nguon_protocol.documents.urgent import END_LIFETIME_S, LIFETIME_S, SIREN, born
from nguon_signer.alarm_policy import DRILLED, GLASS_MS, is_alone
from nguon_signer.rows import Alert, Step, Words
from nguon_signer.rows import Media as Stored

SOUND_MS = 30_000
"""A stored sound (siren, phrase) is no longer than this."""
LOUDEST = 100
NUMBERS = 4
"""An alert takes so many: itself, its cancel, its correction, its all-clear."""


class Born(NamedTuple):
    """An alert and all that ends it."""

    alert: Urgent
    cancel: Urgent
    correction: Urgent
    all_clear: Urgent


class At(NamedTuple):
    """Where and when: what a body needs besides the rows."""

    target: str
    issued: int
    epoch: int
    v: int


def born_of(step: Step, at: At) -> Born:
    """This function will build an alert with its cancel, its correction and its all-clear; raises
    ProtocolError."""
    alert, media = _as_heard(step), _media(step)
    first = Urgent(
        issued=at.issued,
        expires=at.issued + LIFETIME_S,
        epoch=at.epoch,
        v=at.v,
        id=step.id,
        target=at.target,
        action="play",
        sounds=alert.sounds,
        item=_item(step.id, alert, media),
        dur_ms=min(_whole_ms(alert, media), GLASS_MS) if is_alone(step) else _whole_ms(alert, media),
        repeat=alert.repeat,
    )
    end = replace(first, of=first.id, expires=at.issued + END_LIFETIME_S, repeat=1, item=None)
    cancel = replace(end, action="cancel", id=_name(step, at, "cancel"), v=at.v + 1)
    correction = _said(end, alert, alert.correction, _name(step, at, "correct"), at.v + 2)
    all_clear = _said(end, alert, alert.all_clear, _name(step, at, "clear"), at.v + 3)
    whole, *_ends = born(first, (cancel, correction))
    return Born(whole, cancel, correction, all_clear)


def drill_of(step: Step, at: At) -> Drill:
    """This function will build a drill; raises ProtocolError."""
    alert, media = step.alert, _media(step)
    return Drill(
        issued=at.issued,
        expires=at.issued + LIFETIME_S,
        epoch=at.epoch,
        v=at.v,
        id=step.id,
        target=at.target,
        action="play",
        sounds=alert.sounds,
        item=_item(step.id, alert, media),
        dur_ms=_whole_ms(alert, media),
        repeat=alert.repeat,
    )


def entries(step: Step) -> list[dict[str, object]]:
    """This function will give what the server is told of a sounding besides the signed bodies."""
    alert = step.alert
    found = (_media(step), alert.correction.media, alert.all_clear.media)
    return [{"id": step.id, "media": one.sha256} for one in found if one is not None]


def _media(step: Step) -> Stored | None:
    return (step.alert.replay or step.alert.media) if step.number else step.alert.media


def _item(name: str, alert: Alert, media: Stored | None) -> Item | None:
    if media is None:
        return None
    stored = Media(media.sha256, media.size, media.mime)
    return Item(name, media.duration_ms, stored, LOUDEST, 1, alert.title[:300])


def _whole_ms(alert: Alert, media: Stored | None) -> int:
    return max(1, alert.repeat * (SOUND_MS * len(alert.sounds) + (media.duration_ms if media else 0)))


def _as_heard(step: Step) -> Alert:
    """What one officer has alone is heard once, and without the siren that a second one brings."""
    if not is_alone(step):
        return step.alert
    return replace(step.alert, sounds=tuple(one for one in step.alert.sounds if one != SIREN), repeat=1)


def _said(end: Urgent, alert: Alert, words: Words, name: str, v: int) -> Urgent:
    length = SOUND_MS * len(words.sounds) + (words.media.duration_ms if words.media else 0)
    item = _item(name, alert, words.media)
    return replace(end, action="correct", id=name, v=v, sounds=words.sounds, item=item, dur_ms=max(1, length))


def _name(step: Step, at: At, what: str) -> str:
    return str(uuid5(UUID(step.id), f"{what}|{at.target}|{at.v}"))


def is_drill(step: Step) -> bool:
    """This function will say whether a sounding is an exercise."""
    return step.alert.kind == DRILLED
