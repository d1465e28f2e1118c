"""The ops `live`, `lives`, `segment`, `segments` and `live_end`: one voice, for half an hour at most.

The session's Ed25519 key is made here and lies in the memory of this process alone. It ends with the process:
a signer that was started again knows no open session, and the person presses the button once more.
"""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nguon_protocol import keys
from nguon_protocol.documents import Live, Order
from nguon_protocol.documents.live import LONGEST_S
from nguon_protocol.errors import ProtocolError
from nguon_protocol.keys import ED25519, PublicKey
from nguon_protocol.live import SegmentWriter, unpack
from nguon_signer import building, policy, reads, requests
from nguon_signer.database import Connection, Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import Draft, Issuer, Make, told
from nguon_signer.judging import Judge, check
from nguon_signer.opened import Opened
from nguon_signer.policy import Refusal
from nguon_signer.rows import LiveSession, Role, Target
from nguon_signer.store import Issued

URL = "/lsp/v1/live/{session}"
PRIORITY = 2
SLACK_S = 4.0
"""So much more sound than time that has passed is signed: a voice is no faster than speech."""
MOST_BASE64 = 48 * 1024
Request = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class _Open:
    """One session whose key this process has; instants are epoch seconds."""

    by: int
    began: float
    expires: int
    public: PublicKey
    writer: SegmentWriter
    signed_us: int = 0
    segments: int = 0
    ended: bool = False


class Speaking:
    """Opens sessions after all that is asked of an immediate order, and signs what their person says."""

    def __init__(
        self,
        opened: Opened,
        database: Database,
        issuer: Issuer,
        judge: Judge,
        clock: Callable[[], float],
    ) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._judge = judge
        self._clock = clock
        self._opening = threading.Lock()
        self._lock = threading.Lock()  # of the sessions; never held while the database is asked
        self._sessions: dict[str, _Open] = {}

    @property
    def operations(self) -> dict[str, Callable[[Request], Answer]]:
        """This function will give the operations by name."""
        return {
            "live": self.live,
            "lives": self.lives,
            "segment": self.segment,
            "segments": self.segments,
            "live_end": self.end,
        }

    def live(self, request: Request) -> Answer:
        """This function will sign the order to listen to a live session at one target, and open the session
        with the first of them."""
        requests.only(request, "session", "target")
        text = requests.target(request)
        found = self._open(requests.uuid(request, "session"), [text])[text]
        if isinstance(found, Refusal):
            raise Refused(found.reason, found.message)
        return {"document": told(found)}

    def lives(self, request: Request) -> Answer:
        """This function will do the same for many targets; each has its own answer."""
        requests.only(request, "session", "targets")
        found = self._open(requests.uuid(request, "session"), requests.targets_of(request))
        return {
            "answers": {
                text: {"ok": False, **one._asdict()}
                if isinstance(one, Refusal)
                else {"ok": True, "document": told(one)}
                for text, one in found.items()
            }
        }

    def segment(self, request: Request) -> Answer:
        """This function will sign the next sound of an open session (`audio`: base64 of Opus packets, each
        behind its length as u16, of 2 s at most) for its own person; the number is given here."""
        requests.only(request, "session", "by", "audio")
        name, by = requests.uuid(request, "session"), requests.number(request, "by")
        packets = _packets(request.get("audio"))
        with self._lock:
            return self._write(name, by, packets)

    def segments(self, request: Request) -> Answer:
        """This function will sign the same sound as the next one of many open sessions (`sessions`: the
        number of each one's person by its id), each with its own key and number; each has its own answer."""
        requests.only(request, "sessions", "audio")
        speakers, packets = requests.speakers(request), _packets(request.get("audio"))
        answers: dict[str, Answer] = {}
        with self._lock:
            for name, by in speakers.items():
                try:
                    answers[name] = {"ok": True, **self._write(name, by, packets)}
                except Refused as why:
                    answers[name] = {"ok": False, "reason": why.reason, "message": why.message}
        return {"answers": answers}

    def _write(self, name: str, by: int, packets: list[tuple[bytes, int]]) -> Answer:
        """Sign the next segment of one session (with the lock held)."""
        us = sum(len_us for _data, len_us in packets)
        one = self._speaking(name)
        if one.by != by:
            raise Refused("person", "This live session is another person's.")
        if one.signed_us + us > (self._clock() - one.began + SLACK_S) * 1_000_000:
            raise Refused("fast", "This is more sound than time has passed.")
        segment = one.writer.write([data for data, _us in packets])
        one.signed_us += us
        one.segments += 1
        return {"segment": b64encode(segment).decode("ascii"), "seq": one.segments}

    def end(self, request: Request) -> Answer:
        """This function will sign that the speaker has finished; nothing is signed after it."""
        requests.only(request, "session")
        name = requests.uuid(request, "session")
        with self._lock:
            one = self._speaking(name)
            segment = one.writer.end()
            one.ended = True
            self._log("live.closed", {"session": name, "segments": one.segments, "ms": one.signed_us // 1000})
        return {"segment": b64encode(segment).decode("ascii")}

    def _speaking(self, name: str) -> _Open:
        one = self._sessions.get(name)
        if one is None:
            raise Refused("unknown", f"No live session {name} is open here.")
        if one.ended or self._clock() >= one.expires:
            raise Refused("ended", "This live session is over.")
        return one

    def _open(self, name: str, texts: list[str]) -> dict[str, Issued | Refusal]:
        now = int(self._clock())
        with self._opening, self._issuer.one_at_a_time(*texts):
            session, places, roles = self._database.read(lambda db: _look(db, name, texts))
            if session is None:
                raise Refused("unknown", f"There is no live session {name}.")
            check(self._judge.refuse_live(session, roles, now))
            allowed = {one.target for one in session.targets}
            refusals = {text: _refuse_place(places[text], allowed) for text in texts}
            found: dict[str, Issued | Refusal] = {text: why for text, why in refusals.items() if why}
            left = [text for text in texts if text not in found]
            if left:
                with self._lock:
                    one = self._known(session, now)
                found |= self._issue(session, one, left, now)
            return found

    def _known(self, session: LiveSession, now: int) -> _Open:
        """The open session, or a new one with a key of its own: never a second key for one session."""
        self._sessions = {name: one for name, one in self._sessions.items() if now < one.expires + LONGEST_S}
        one = self._sessions.get(session.id)
        if one is not None:
            return self._speaking(session.id)
        if self._opened.store.of_order(session.id) is not None:
            raise Refused("ended", "The signer was started again since this session was opened.")
        minutes = policy.loud_minutes(self._opened.root.policy, session.minutes, now)
        if not minutes:
            raise Refused("quiet", "These are quiet hours: only urgent sound may be heard now.")
        key = keys.generate(ED25519)
        made = _Open(
            session.by, self._clock(), now + 60 * minutes, key.public, SegmentWriter(session.id, key)
        )
        data = {"session": session.id, "by": session.by, "session_pub": key.public.pub.hex()}
        targets = [target.target for target in session.targets]
        self._log("live.opened", {**data, "expires": made.expires, "targets": targets})
        self._sessions[session.id] = made
        return made

    def _issue(
        self, session: LiveSession, one: _Open, texts: list[str], now: int
    ) -> dict[str, Issued | Refusal]:
        volume = min(building.VOLUME, self._opened.root.policy.volume_max)
        live = Live(one.public, URL.format(session=session.id), volume, PRIORITY)
        known: dict[str, Issued | Refusal] = {}
        drafts: dict[str, tuple[Draft, Make]] = {}
        for text in texts:
            last = self._opened.store.of_order(session.id, text)
            if last is not None:
                known[text] = self._issuer.finish(last)
            else:
                drafts[text] = self._draft(session.id, text, live, now, one.expires)
        issued = self._issuer.issue_many(list(drafts.values()))
        return known | dict(zip(drafts, issued, strict=True))

    def _draft(self, name: str, text: str, live: Live, now: int, expires: int) -> tuple[Draft, Make]:
        epoch = self._opened.epoch

        def make(v: int) -> Order:
            return Order(
                issued=now, expires=expires, epoch=epoch, v=v, target=text, id=name, action="live", live=live
            )

        said = building.content_of_order(make(0))
        return Draft("order", text, epoch, "live", name, said, now, expires, []), make

    def _log(self, fact: str, data: dict[str, Any]) -> None:
        store = self._opened.store
        with store.transaction():  # its commit waits for the disk
            store.append(at=int(self._clock()), fact=fact, data=data)


def _look(
    db: Connection, name: str, texts: list[str]
) -> tuple[LiveSession | None, dict[str, Target], list[Role]]:
    session = reads.live_session(db, name)
    people = [session.by, *([session.relay.author] if session.relay else [])] if session else []
    return session, reads.targets(db, texts), reads.roles(db, people)


def _refuse_place(place: Target, allowed: set[str]) -> Refusal | None:
    if place.target not in allowed:
        return Refusal("target", f"This live session was not opened for {place.target}.")
    return policy.refuse_target(place)


def _packets(value: object) -> list[tuple[bytes, int]]:
    """Read the sound of a request: whole Opus packets with their lengths in microseconds."""
    if not isinstance(value, str) or not 0 < len(value) <= MOST_BASE64:
        raise Refused("parse", f"The field audio is base64 of at most {MOST_BASE64} letters.")
    try:
        found = unpack(b64decode(value, validate=True))
    except (ValueError, ProtocolError) as error:
        raise Refused("audio", f"This is no sound of a segment: {error}.") from error
    return [(one.data, one.us) for one in found]
