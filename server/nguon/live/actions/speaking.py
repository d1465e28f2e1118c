"""What is said: samples from the browser become signed segments, which loudspeakers are sent at once."""

import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from nguon.accounts.models import User
from nguon.deliveries.actions import Signer
from nguon.live import errors, queries, store
from nguon.live.actions.ending import end, reason_to_end
from nguon.live.models import Session
from nguon.live.sound import RATES, Encoder, groups
from nguon.live.states import Ending, State
from nguon_signer.client import SignerRefused, SignerUnavailable

LONGEST_S = 2.2
"""So much sound one request holds at most; a browser that was held up leaves out what is older."""
LOOK_SECONDS = 1.0
"""So often the database is asked whether the session may go on."""
_OVER = frozenset({"ended", "unknown"})


@dataclass(frozen=True)
class Heard:
    """What became of some samples: on air, or not yet (`opening`), or not at all (`away`: no signer)."""

    phase: str
    expires_at: datetime | None = None


@dataclass
class _Voice:
    """What this process knows of one session between two requests. All of it can be made anew."""

    encoder: Encoder | None = None
    number: int = -1
    looked_at: datetime | None = None
    session: Session | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    of: ClassVar[dict[UUID, "_Voice"]] = {}
    _all: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def named(cls, session: UUID) -> "_Voice":
        """The voice of a session; at most a few, as one person has one microphone."""
        with cls._all:
            while len(cls.of) > 200:
                cls.of.pop(next(iter(cls.of)))
            return cls.of.setdefault(session, cls())


def hear(
    *, session_id: UUID, number: int, pcm: bytes, rate: int, signer: Signer, by: User, at: datetime
) -> Heard:
    """This function will put samples (mono, 16 bits, little-endian, `rate` Hz) of the person's own open
    session on the air; the same `number` twice is heard once.

    Raises SessionUnknown, SessionOver (what must end now is ended) or BadSound.
    """
    if rate not in RATES or len(pcm) % 2 or len(pcm) > LONGEST_S * rate * 2:
        raise errors.BadSound
    voice = _Voice.named(session_id)
    with voice.lock:
        session = _look(voice, session_id, signer, by, at)
        if session.expires_at is None:
            return Heard("opening")
        if number <= voice.number:
            return Heard("on", session.expires_at)
        voice.number = number
        if voice.encoder is None or voice.encoder.rate != rate:
            voice.encoder = Encoder(rate)
        try:
            for audio in groups(voice.encoder.packets(pcm)):
                _send(session, audio, signer)
        except SignerUnavailable:
            return Heard("away", session.expires_at)
        except SignerRefused as refused:
            if refused.reason in _OVER:
                _finish(session, Ending.LOST, signer, at)
            return Heard("away", session.expires_at)
    return Heard("on", session.expires_at)


def _send(session: Session, audio: bytes, signer: Signer) -> None:
    said = b64encode(audio).decode("ascii")
    answer = signer.call("segment", session=str(session.pk), by=session.by_id, audio=said)
    store.append(session.pk, b64decode(answer["segment"]))


def _look(voice: _Voice, session_id: UUID, signer: Signer, by: User, at: datetime) -> Session:
    """The session as it was within the last second, if it may go on."""
    known = voice.session
    fresh = voice.looked_at is not None and at < voice.looked_at + timedelta(seconds=LOOK_SECONDS)
    if known is not None and fresh and known.expires_at and at < known.expires_at and known.by_id == by.pk:
        return known
    session = queries.session_of(session_id, by)
    if session is None or session.state == State.READY:
        raise errors.SessionUnknown
    if session.state == State.ENDED:
        raise errors.SessionOver
    changed = ["heard_at"]
    if session.expires_at is None and (told := queries.opening(session)).signed:
        session.expires_at = told.expires_at
        changed.append("expires_at")
    if why := reason_to_end(session, at):
        _finish(session, why, signer, at)
    session.heard_at = at
    session.save(update_fields=changed)
    voice.session, voice.looked_at = session, at
    return session


def _finish(session: Session, why: Ending, signer: Signer, at: datetime) -> None:
    end(session_id=session.pk, ending=why, signer=signer, by=None, at=at)
    _Voice.of.pop(session.pk, None)
    raise errors.SessionOver
