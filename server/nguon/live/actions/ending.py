"""The end of a session: by the speaker, by the clock, by a stop, or because the browser is gone."""

import binascii
import logging
from base64 import b64decode
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from nguon.accounts.models import User
from nguon.deliveries.actions import Signer, drop, tell
from nguon.deliveries.states import TaskKind
from nguon.journal.actions import record
from nguon.live import queries, store
from nguon.live.actions.recording import ask_recording
from nguon.live.models import Session
from nguon.live.states import OPENING_SECONDS, SILENT_SECONDS, Ending, Kind, State
from nguon_signer.client import SignerRefused, SignerUnavailable

log = logging.getLogger(__name__)


def end(*, session_id: UUID, ending: Ending, signer: Signer, by: User | None, at: datetime) -> Session | None:
    """This function will end an open session, once, and have its loudspeakers told; None when it was not
    open. Without the signed end they go back to their plan after ten seconds by themselves."""
    session = _end(session_id, ending, by, at)
    if session is not None:
        try:
            answer = signer.call("live_end", session=str(session.pk))
            store.append(session.pk, b64decode(answer["segment"], validate=True))
        except (SignerRefused, SignerUnavailable, OSError, KeyError, binascii.Error) as error:
            log.info("live %s: no signed end: %s", session.pk, error)
    return session


@transaction.atomic
def _end(session_id: UUID, ending: Ending, by: User | None, at: datetime) -> Session | None:
    session = Session.objects.select_for_update().filter(pk=session_id, state=State.OPEN).first()
    if session is None:
        return None
    session.state, session.ended_at, session.ending = State.ENDED, at, ending
    session.save(update_fields=["state", "ended_at", "ending"])
    drop(TaskKind.LIVE, session.pk, at)
    if session.kind == Kind.VOICE:  # what a relay sends on is its station's to keep
        ask_recording(session.pk)
    areas = sorted(set(session.targets.values_list("area", flat=True)))
    data = {"session": session.pk, "title": session.title, "ending": ending, "areas": areas}
    record(fact="live.ended", subject=f"live:{session.pk}", by=by, at=at, data=data)
    tell("live", session=session.pk)
    return session


def reason_to_end(session: Session, at: datetime) -> Ending | None:
    """This function will say why an open session must end now, or None."""
    if session.expires_at is not None and at >= session.expires_at:
        return Ending.TIME
    if queries.was_stopped(session):
        return Ending.STOPPED
    if session.heard_at is not None and at > session.heard_at + timedelta(seconds=SILENT_SECONDS):
        return Ending.SILENT
    if session.expires_at is None:
        told = queries.opening(session)
        late = at > session.made_at and at > (session.opened_at or at) + timedelta(seconds=OPENING_SECONDS)
        if not told.signed and (late or (told.reasons and not told.waiting)):
            return Ending.REFUSED
    return None


def sweep(*, signer: Signer, at: datetime) -> int:
    """This function will end what must end now, whoever has forgotten it; returns how many."""
    ended = 0
    for session in queries.open_sessions():
        why = reason_to_end(session, at)
        if why and end(session_id=session.pk, ending=why, signer=signer, by=None, at=at):
            ended += 1
    return ended
