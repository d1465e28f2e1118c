"""From words that are being spoken, or a recording, to what two people sign: frozen under one hash."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from nguon.alerts import queries
from nguon.alerts.actions.ending import end_row
from nguon.alerts.models import Alert
from nguon.alerts.states import LONGEST_VOICE_MS, Ending, State
from nguon.audio import actions as audio
from nguon.audio.models import Media, Rendering, Upload
from nguon.audio.states import State as Spoken
from nguon.deliveries.actions import tell
from nguon.organisations import queries as places
from nguon_protocol.approvals import alert_challenge
from nguon_protocol.content import alert_hash

MAIN = "vi"


@transaction.atomic
def settle(*, alert: Alert, at: datetime) -> Alert:
    """This function will freeze an alert as soon as its words are spoken: from here on it has one hash, and
    may be signed. Before that it changes nothing."""
    rows = Alert.objects.select_for_update(of=("self",))
    alert = rows.select_related("first", "again", "voice__media", "template").get(pk=alert.pk)
    if alert.state != State.PREPARING:
        return alert
    if alert.voice is not None and _spoilt(alert.voice):
        end_row(alert, Ending.VOICE, None, at)
        return alert
    first = alert.media or _whole(alert, alert.voice or alert.first, at)
    again_waits = alert.again is not None and alert.again.state not in {Spoken.DONE, Spoken.FAILED}
    replay = _whole(alert, alert.again, at)
    if first is None or again_waits or (alert.again is not None and alert.again.media and replay is None):
        return alert
    alert.media, alert.replay = first, replay
    if alert.replay is None:  # without a sound that tells its hour of issue it is not repeated
        alert.offsets, alert.every_s = [0], 0
    freeze(alert)
    alert.state = State.READY
    alert.save()
    tell("alert", alert=alert.pk)
    return alert


def _spoilt(voice: Upload) -> bool:
    """A recording that nobody can use: it was no sound, or it is longer than an alert may be."""
    media = voice.media
    return voice.state == Spoken.FAILED or (media is not None and media.duration_ms > LONGEST_VOICE_MS)


def _whole(alert: Alert, said: Rendering | Upload | None, at: datetime) -> Media | None:
    """What was spoken or recorded, followed by the same in the other languages of its template; None while
    it is not there yet."""
    media = said.media if said is not None else None
    tongues = [name for tongue, name in alert.template.tongues if tongue != MAIN] if alert.template else []
    if media is None or not tongues or alert.voice is not None:
        return media
    return audio.request_joining(parts=[media.sha256, *tongues], at=at).media


def freeze(alert: Alert) -> None:
    """This function will count what an alert reaches, and name its content by a hash."""
    alert.loudspeakers = queries.counted(queries.targets_of(alert))
    alert.people = places.people_in(queries.areas_of(alert), at=alert.made_at).people
    alert.content_sha256 = alert_hash(content_of(alert))


def content_of(alert: Alert) -> dict[str, object]:
    """This function will return what the two people sign, as the signers read it from the same row."""
    return {
        "kind": alert.kind,
        "hazard": alert.hazard,
        "level": alert.level,
        "title": alert.title,
        "spoken_text": alert.spoken_text,
        "media_sha256": alert.media_id or "",
        "duration_ms": alert.media.duration_ms if alert.media else 0,
        "replay_sha256": alert.replay_id or "",
        "replay_ms": alert.replay.duration_ms if alert.replay else 0,
        "sounds": alert.sounds,
        "correction": _end_words(alert.correction_sounds, alert.correction_media),
        "all_clear": _end_words(alert.all_clear_sounds, alert.all_clear_media),
        "repeat": alert.repeat,
        "offsets": alert.offsets,
        "every_s": alert.every_s,
        "lasts_s": alert.lasts_s,
        "targets": queries.targets_of(alert),
        "loudspeakers": alert.loudspeakers,
        "people": alert.people,
        "author": alert.author_id,
    }


def _end_words(sounds: list[str], media: Media | None) -> dict[str, object]:
    return {
        "sounds": sounds,
        "media_sha256": media.sha256 if media else "",
        "duration_ms": media.duration_ms if media else 0,
    }


def challenge_of(alert: Alert) -> bytes:
    """This function will return what each officer's security key is to sign."""
    return alert_challenge(str(alert.pk), alert.content_sha256)


def demo() -> bool:
    """This function will say whether a password is enough here."""
    return bool(settings.NGUON_MODE == "demo")
