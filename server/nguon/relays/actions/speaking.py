"""Half a second of all shows: encoded once for all that say the same, signed together for each session."""

import logging
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from nguon.deliveries.actions import Signer
from nguon.live import store
from nguon.live.models import Session
from nguon.live.sound import RATE, Encoder, groups
from nguon.relays.actions.showing import Show
from nguon_signer.client import SignerRefused, SignerUnavailable

log = logging.getLogger(__name__)
TOGETHER = 64
"""As many sessions as the signer takes in one question."""


class Mouth:
    """What the shows of this process say; one encoder for each station, however many bookings send it on."""

    def __init__(self, signer: Signer) -> None:
        """This function will begin with nothing said."""
        self._signer = signer
        self._encoders: dict[str, Encoder] = {}

    def speak(self, shows: Collection[Show], blocks: Mapping[str, bytes], at: datetime) -> None:
        """This function will send half a second: of each station (by address), or what is heard instead."""
        own: dict[str, tuple[bytes, list[Show]]] = {}
        for show in shows:
            url = show.booking.source.url
            said, of_source = show.say(blocks.get(url, b""))
            if of_source:
                own.setdefault(url, (said, []))[1].append(show)
            elif said:
                self._send(show.encoder, said, [show], at)
        self._encoders = {url: self._encoders.get(url) or Encoder(RATE) for url in own}
        for url, (said, some) in own.items():
            self._send(self._encoders[url], said, some, at)

    def _send(self, encoder: Encoder, said: bytes, shows: Sequence[Show], at: datetime) -> None:
        for audio in groups(encoder.packets(said)):
            text = b64encode(audio).decode("ascii")
            waiting = [(show, session) for show in shows for session in show.listening]
            for first in range(0, len(waiting), TOGETHER):
                self._sign(text, waiting[first : first + TOGETHER], at)

    def _sign(self, text: str, some: Sequence[tuple[Show, Session]], at: datetime) -> None:
        sessions = {str(session.pk): session.by_id for _show, session in some}
        try:
            answers = self._signer.call("segments", sessions=sessions, audio=text)["answers"]
        except (SignerUnavailable, SignerRefused) as error:
            log.info("relays: %s", error)
            return
        for show, session in some:
            answer = answers[str(session.pk)]
            if answer["ok"]:
                store.append(session.pk, b64decode(answer["segment"]))
            elif answer["reason"] in {"ended", "unknown"}:  # the signer was started again
                show.leave(session, self._signer, at)
