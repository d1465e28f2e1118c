"""What single loudspeakers ask for: the beacon, passes for the broker, and taking those back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nguon_signer import programs, reads, requests
from nguon_signer.beacons import beacon_for
from nguon_signer.brokers import BrokerTrust
from nguon_signer.database import Database
from nguon_signer.errors import Refused
from nguon_signer.issuing import Issuer
from nguon_signer.opened import Opened
from nguon_signer.rows import Device

Request = dict[str, Any]
Answer = dict[str, Any]


class Admission:
    """The operations about loudspeakers; `clock` gives epoch seconds."""

    def __init__(
        self, opened: Opened, database: Database, issuer: Issuer, clock: Callable[[], float]
    ) -> None:
        self._opened = opened
        self._database = database
        self._issuer = issuer
        self._clock = clock
        self._trust = BrokerTrust(opened.folder, opened.store, opened.nats_account)

    @property
    def operations(self) -> dict[str, Callable[[Request], Answer]]:
        """This function will give the operations by name."""
        return {
            "beacon": self.beacon,
            "credential": self.credential,
            "credentials": self.credentials,
            "revoke": self.revoke,
            "account": self.account,
        }

    def beacon(self, request: Request) -> Answer:
        """This function will sign the time, what one loudspeaker should have and which of its receipts are
        kept, echoing its nonce.

        A beacon makes no sound and dies after five minutes: it is not logged, or the log would hold little
        else.
        """
        requests.only(request, "device", "nonce")
        nonce = requests.nonce(request)
        device = self._device(request)
        ack, offered = self._database.read(
            lambda db: (reads.acknowledged(db, device.id), programs.offered(db, device.id))
        )
        now_ms = int(self._clock() * 1000)
        named = programs.named(self._opened, offered, now_ms // 1000)
        document = beacon_for(self._opened, device, nonce, now_ms, ack, named)
        envelope = self._issuer.sign("beacon", document.body())
        told = {"type": "beacon", "sha256": document.sha256, "issued": document.issued}
        return {"document": {**told, "expires": document.expires, "envelope": envelope}}

    def credential(self, request: Request) -> Answer:
        """This function will mint the broker password of one loudspeaker: its own topics, for a day."""
        requests.only(request, "device")
        (made,) = self._trust.credentials([self._device(request)], self._now())
        return {"jwt": made["jwt"], "expires": made["expires"]}

    def credentials(self, request: Request) -> Answer:
        """This function will mint the broker passwords of many loudspeakers; who has none is left out."""
        requests.only(request, "devices")
        names = requests.uuids(request, "devices")
        found = self._database.read(lambda db: reads.devices(db, names))
        admitted = [one for one in found if not one.revoked and not self._trust.is_revoked(one.id)]
        return {"credentials": self._trust.credentials(admitted, self._now())}

    def revoke(self, request: Request) -> Answer:
        """This function will take every pass of a revoked loudspeaker back for good, and give the broker's
        word of it."""
        requests.only(request, "device")
        device_id = requests.uuid(request, "device")
        device = self._database.read(lambda db: reads.device(db, device_id))
        if device is None:
            raise Refused("unknown", f"There is no loudspeaker {device_id}.")
        if not device.revoked and not self._trust.is_revoked(device_id):
            raise Refused("in-use", f"Loudspeaker {device_id} is not revoked.")
        return self._trust.revoke(device_id, self._now())

    def account(self, request: Request) -> Answer:
        """This function will give the broker's account token with every revocation that still matters."""
        requests.only(request)
        return self._trust.account(self._now())

    def _now(self) -> int:
        return int(self._clock())

    def _device(self, request: Request) -> Device:
        device_id = requests.uuid(request, "device")
        device = self._database.read(lambda db: reads.device(db, device_id))
        if device is None:
            raise Refused("unknown", f"There is no loudspeaker {device_id}.")
        if device.revoked or self._trust.is_revoked(device_id):
            raise Refused("revoked", f"Loudspeaker {device_id} is revoked.")
        return device
