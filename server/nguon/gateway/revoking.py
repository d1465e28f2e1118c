"""Cutting revoked loudspeakers off: the signer mints, the broker takes it, and only then is it noted."""

import asyncio
import json
import logging
from typing import Any, Protocol

import nats
from nats.errors import Error

from nguon.deliveries.actions.signing import Signer
from nguon.devices import actions, queries
from nguon.kernel import clock
from nguon_signer.client import SignerRefused, SignerUnavailable

log = logging.getLogger(__name__)
SUBJECT = "$SYS.REQ.CLAIMS.UPDATE"
PATIENCE_S = 5


class Push(Protocol):
    """Hands an account token to the broker; True when the broker took it."""

    def __call__(self, token: str) -> bool: ...


class BrokerPush:
    """A connection for each push, with credentials that are good for nothing else: revocations are rare."""

    def __init__(self, url: str, credentials: str, tls: dict[str, Any] | None = None) -> None:
        """This function will remember where the broker is."""
        self._url, self._credentials, self._tls = url, credentials, tls or {}

    def __call__(self, token: str) -> bool:
        """This function will hand a token over and say whether the broker took it."""
        try:
            answer = asyncio.run(asyncio.wait_for(self._ask(token), 2 * PATIENCE_S))
            return bool(json.loads(answer).get("data", {}).get("code") == 200)
        except (Error, OSError, TimeoutError, ValueError) as error:
            log.warning("broker: the revocation waits: %s", error)
            return False

    async def _ask(self, token: str) -> bytes:
        connection = await nats.connect(
            self._url,
            name="revoking",
            user_credentials=self._credentials,
            allow_reconnect=False,
            connect_timeout=PATIENCE_S,
            **self._tls,
        )
        try:
            return bytes((await connection.request(SUBJECT, token.encode(), timeout=PATIENCE_S)).data)
        finally:
            await connection.close()


class Revoker:
    """One step: every revocation that the broker has not taken yet. At the start it gets them all once more,
    in case it was wiped."""

    def __init__(self, signer: Signer, push: Push) -> None:
        """This function will start with a broker that may have forgotten everything."""
        self._signer, self._push = signer, push
        self._told = False

    def step(self) -> bool:
        """This function will cut off who is to be cut off; False when there was nobody, or it must wait."""
        waiting = queries.to_cut_off()
        if not waiting and self._told:
            return False
        try:
            token = self._signer.call("account")["jwt"]
            for device in waiting:
                token = self._signer.call("revoke", device=str(device.pk))["jwt"]
        except (SignerUnavailable, SignerRefused) as error:
            log.warning("signer: the revocation waits: %s", error)
            return False
        self._told = self._push(token)
        if self._told:
            for device in waiting:
                actions.note_cut_off(device=device, at=clock.now())
        return self._told and bool(waiting)
