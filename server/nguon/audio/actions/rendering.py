"""Speaking a text: asked for by a page, done by the worker, never twice for the same."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nguon.accounts.models import User
from nguon.audio import errors, store
from nguon.audio.actions.speaking import Manner, spoken_sound, voice_for
from nguon.audio.actions.work import alone, begin, enqueue, fail, finish
from nguon.audio.models import Rendering
from nguon.audio.sound.chain import master_of_pcm
from nguon.audio.sound.faults import SoundFault
from nguon.audio.states import State
from nguon.audio.voices import Voice, VoiceError
from nguon.journal.actions import record

CHAIN = "2"  # raise it when the same spoken sound would become another master
log = logging.getLogger(__name__)


def request_rendering(*, spoken_text: str, manner: Manner, by: User | None, at: datetime) -> Rendering:
    """This function will return the rendering of this spoken text in this manner.

    A finished one comes back at once; else it is queued.  Raises what `voice_for` raises.
    """
    text = spoken_text.replace("\0", " ").strip()
    chosen = voice_for(text, manner, Path(settings.NGUON_DATA))
    with transaction.atomic():
        rendering, created = Rendering.objects.select_for_update().get_or_create(
            key=_key(text, chosen, manner),
            defaults={
                "spoken_text": text,
                "voice": chosen.id,
                "speed": manner.speed,
                "pause_ms": manner.pause_ms,
                "jingle": manner.jingle,
                "requested_at": at,
                "changed_at": at,
            },
        )
        if not created and not _must_be_done_again(rendering):
            return rendering
        rendering.state, rendering.error, rendering.media, rendering.changed_at = State.QUEUED, "", None, at
        rendering.save(update_fields=["state", "error", "media", "changed_at"])
        enqueue(rendering)
        record(
            fact="rendering.requested",
            subject=f"rendering:{rendering.id}",
            by=by,
            at=at,
            data={"voice": chosen.id, "speed": manner.speed, "characters": len(text)},
        )
    return rendering


def render(*, rendering_id: uuid.UUID, at: datetime) -> Rendering | None:
    """This function will speak a queued rendering; None when another worker is at it or it is finished."""
    rendering = Rendering.objects.filter(id=rendering_id).first()
    if rendering is None:
        return None
    with alone(rendering.id) as mine:
        if not mine or not begin(rendering, at=at):
            return None
        try:
            manner = manner_of(rendering)
            voice = voice_for(rendering.spoken_text, manner, Path(settings.NGUON_DATA))
            sound = spoken_sound(rendering.spoken_text, voice, manner)
            finish(rendering, master_of_pcm(io.BytesIO(sound.pcm), sound.rate), at=at)
        except (VoiceError, errors.VoiceUnknown) as error:
            log.warning("rendering %s failed: %r", rendering.id, error)
            fail(rendering, errors.SpeechFailed.code, at=at)
        except (SoundFault, errors.DiskFull) as fault:
            fail(rendering, fault.code, at=at)
    rendering.refresh_from_db()
    return rendering


def manner_of(spoken: Rendering) -> Manner:
    """This function will return how a rendering is spoken."""
    return Manner(voice=spoken.voice, speed=spoken.speed, pause_ms=spoken.pause_ms, jingle=spoken.jingle)


def _key(text: str, voice: Voice, manner: Manner) -> str:
    parts: list[object] = [CHAIN, voice.id, voice.version, manner.speed, text]
    if manner.pause_ms or manner.jingle:  # without both, the key of what was spoken before they existed
        parts += [manner.pause_ms, manner.jingle]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _must_be_done_again(rendering: Rendering) -> bool:
    if rendering.state == State.FAILED:
        return True
    return rendering.state == State.DONE and bool(rendering.media_id and store.fault_of(rendering.media_id))
