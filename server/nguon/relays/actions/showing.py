"""One booking while it is on: what is sent to its loudspeakers, and when the source counts as lost."""

from datetime import datetime, timedelta

from nguon.audio.queries import media_path
from nguon.bulletins.states import State as BulletinState
from nguon.deliveries.actions import Signer
from nguon.live import queries as lives
from nguon.live.actions import end as end_session
from nguon.live.models import Session
from nguon.live.sound import RATE, Encoder
from nguon.live.states import Ending
from nguon.live.states import State as LiveState
from nguon.relays.actions import pieces
from nguon.relays.models import Booking, Run
from nguon.relays.sound import BLOCK, BLOCK_MS, SILENT_DB, Instead, level_db
from nguon.relays.states import RunState

BACK_MS = 3_000
"""So much sound in a row, and a lost source is back."""
EARLY = timedelta(seconds=8)
"""Before a session's half hour is over, the next one is opened: loudspeakers go from one to the other."""
AGAIN = timedelta(seconds=30)
"""After a refusal of the signer it is asked again."""
NOTHING = bytes(BLOCK)


class Show:
    """What this process knows of one booking that is on. All of it can be made anew from the tables."""

    def __init__(self, booking: Booking, run: Run, sessions: list[Session]) -> None:
        """This function will go on with the sessions that are open already."""
        self.booking, self.run = booking, run
        self.sessions = sessions
        self.encoder = Encoder(RATE)
        self._quiet_ms = self._loud_ms = 0
        self._instead: Instead | None = None
        self._sent_ms = self._instead_ms = 0
        self._not_before: datetime | None = None

    @property
    def heard(self) -> bool:
        """This property will say whether the source has given sound just now."""
        return self._loud_ms > 0

    @property
    def listening(self) -> list[Session]:
        """This property will give the sessions whose order the signer has signed."""
        return [one for one in self.sessions if one.expires_at is not None]

    def say(self, block: bytes) -> tuple[bytes, bool]:
        """This function will take half a second of the source in (b"" when it gives none), and return what is
        to be sent, b"" for nothing, and whether it is the source itself or what is heard instead of it."""
        loud = bool(block) and level_db(block) >= SILENT_DB
        self._quiet_ms = 0 if loud else self._quiet_ms + BLOCK_MS
        self._loud_ms = self._loud_ms + BLOCK_MS if loud else 0
        if not self.listening:
            return b"", False
        if self.run.state == RunState.LOST:
            said = self._instead.take() if self._instead else b""
            self._instead_ms += BLOCK_MS if said else 0
            return said, False
        self._sent_ms += BLOCK_MS if loud else 0
        return block or NOTHING, True

    def leave(self, session: Session, signer: Signer, at: datetime) -> None:
        """This function will give a session up that the signer knows no more; another one follows."""
        session.expires_at = None
        end_session(session_id=session.pk, ending=Ending.LOST, signer=signer, by=None, at=at)

    def look(self, *, ends_at: datetime, room: bool, fault: str, signer: Signer, at: datetime) -> None:
        """This function will bring the tables and the sessions in line, once a second. `room`: nobody else
        is to be heard there now; `fault`: why the source gives nothing."""
        pieces.count(self.run, self._sent_ms, self._instead_ms)
        self._sent_ms = self._instead_ms = 0
        self._refresh(at)
        if self.run.state == RunState.STOPPED:
            return
        self._judge(fault, at)
        if not room:
            self.close(Ending.GAVE_WAY, signer, at)
            return
        if self._wanted():
            self._keep_open(ends_at, signer, at)
        elif self.run.state == RunState.LOST:
            self.close(Ending.SOURCE, signer, at)

    def close(self, ending: Ending, signer: Signer, at: datetime) -> None:
        """This function will end the sessions: the loudspeakers go back to their plan."""
        for session in self.sessions:
            end_session(session_id=session.pk, ending=ending, signer=signer, by=None, at=at)
        self.sessions = []

    def finish(self, signer: Signer, at: datetime) -> None:
        """This function will end the day of the booking."""
        self.close(Ending.TIME, signer, at)
        pieces.count(self.run, self._sent_ms, self._instead_ms)
        if self.run.state in {RunState.ON, RunState.LOST}:
            pieces.finish(run=self.run, booking=self.booking, state=RunState.OVER, at=at)

    def _refresh(self, at: datetime) -> None:
        keys = [one.pk for one in self.sessions]
        kept = []
        for session in Session.objects.filter(pk__in=keys).order_by("opened_at"):
            if session.state == LiveState.ENDED:
                self._ended(session, at)
                continue
            if session.expires_at is None and (told := lives.opening(session)).signed:
                session.expires_at = told.expires_at
            session.heard_at = at
            session.save(update_fields=["heard_at", "expires_at"])
            kept.append(session)
        self.sessions = kept

    def _ended(self, session: Session, at: datetime) -> None:
        if session.ending == Ending.STOPPED:
            pieces.finish(run=self.run, booking=self.booking, state=RunState.STOPPED, at=at, why="stopped")
        elif session.ending == Ending.REFUSED:
            self._not_before = at + AGAIN
            self.run.why = next(iter(lives.opening(session).reasons), "signer")[:40]
            self.run.save(update_fields=["why"])

    def _judge(self, fault: str, at: datetime) -> None:
        if self.run.state == RunState.ON and self._quiet_ms >= 1000 * self.booking.silence_s:
            pieces.lose(run=self.run, booking=self.booking, why=fault or "silent", at=at)
            self._instead = self._bulletin()
        elif self.run.state == RunState.LOST and self._loud_ms >= BACK_MS:
            pieces.come_back(run=self.run, booking=self.booking, at=at)
            self._instead = None

    def _bulletin(self) -> Instead | None:
        revision = self.booking.instead
        approved = revision is not None and revision.bulletin.state == BulletinState.APPROVED
        if revision is None or revision.media is None or not approved:
            return None
        path = media_path(revision.media)
        return Instead(path) if path.is_file() else None

    def _wanted(self) -> bool:
        """Whether there is anything to be heard: the source, or what stands in for it."""
        if self.run.state == RunState.LOST:
            return self._instead is not None and not self._instead.over
        return bool(self.sessions) or self.heard

    def _keep_open(self, ends_at: datetime, signer: Signer, at: datetime) -> None:
        newest = self.sessions[-1] if self.sessions else None
        soon = newest is not None and newest.expires_at is not None and newest.expires_at - at < EARLY
        rest = ends_at - at
        if (newest is None or (soon and rest > 2 * EARLY)) and not (
            self._not_before and at < self._not_before
        ):
            opened = pieces.open_piece(booking=self.booking, run=self.run, ends_at=ends_at, at=at)
            self.sessions.append(opened)
        if len(self.sessions) > 1 and self.sessions[-1].expires_at is not None:
            older = self.sessions.pop(0)  # the newer one has its order and its first second of sound
            end_session(session_id=older.pk, ending=Ending.TIME, signer=signer, by=None, at=at)
