"""What was said is kept, word for word as loudspeakers were sent it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nguon.audio.actions import keep_sound
from nguon.journal.actions import record
from nguon.live import store
from nguon.live.models import Session
from nguon.live.sound import ogg_of
from nguon.live.states import State


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
