"""What was said is kept, word for word as loudspeakers were sent it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from nguon.audio.actions import keep_sound
from nguon.journal.actions import record
from nguon.live import store
from nguon.live.models import Session
from nguon.live.sound import ogg_of
from nguon.live.states import Kind, State

KEPT = timedelta(hours=1)
"""So long after its end a session's segments stay: every order to listen to it has expired by then."""
RECORD = "nguon.live.tasks.record"


def keep_recording(*, session_id: UUID, at: datetime) -> Session | None:
    """This function will make a sound file of a session that is over; None when nothing was said, or when
    it is kept already."""
    session = Session.objects.filter(pk=session_id, state=State.ENDED, recording__isnull=True).first()
    if session is None:
        return None
    try:
        data = store.path_of(session_id).read_bytes()
    except FileNotFoundError:
        return None
    said = [audio for audio in store.audio_of(data) if audio]
    if not said:
        return None
    ogg, duration_ms = ogg_of(said)
    media = keep_sound(data=ogg, duration_ms=duration_ms, at=at)
    with transaction.atomic():
        Session.objects.filter(pk=session_id).update(recording=media)
        areas = sorted(set(session.targets.values_list("area", flat=True)))
        kept = {"session": session_id, "sha256": media.sha256, "seconds": duration_ms // 1000, "areas": areas}
        record(fact="live.recorded", subject=f"live:{session_id}", by=None, at=at, data=kept)
    session.recording = media
    return session


def ask_recording(session_id: UUID) -> None:
    """This function will have the worker keep what was said."""
    app.configure_task(RECORD, queue="sound", allow_unknown=True).defer(session_id=str(session_id))


def prune(*, at: datetime) -> int:
    """This function will delete the segments of sessions that are over and kept; returns how many.

    What was said and is not kept yet stays, and is asked for again: no word is lost with its segments.
    """
    files = store.sessions()
    over = Session.objects.filter(pk__in=files, state=State.ENDED, ended_at__lt=at - KEPT)
    gone = 0
    for session in over.only("pk", "recording", "kind"):
        if session.recording_id or session.kind == Kind.RELAY or store.is_empty(session.pk):
            store.remove(session.pk)
            gone += 1
        else:
            ask_recording(session.pk)
    return gone
