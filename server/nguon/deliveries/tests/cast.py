"""A signer that signs nothing, for tests of what happens around it; and receipts by real keys."""

import hashlib
import json
from typing import Any

from nguon.bulletins.models import Revision, Withdrawal
from nguon.devices.tests.cast import Loudspeaker
from nguon.kernel.clock import to_epoch
from nguon.organisations.tests.cast import AT
from nguon_protocol.ids import item_id
from nguon_protocol.receipts import Receipt
from nguon_signer.client import SignerRefused, SignerUnavailable


class FakeSigner:
    """Answers like the signer's socket (shapes only), refuses or stays silent when told to."""

    def __init__(self) -> None:
        """This function will begin ready."""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuses = self.silent = False

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        """This function will answer one request."""
        self.asked.append((op, fields))
        if self.silent:
            raise SignerUnavailable("away")
        if self.refuses:
            raise SignerRefused("approver", "not by a second person")
        items = self._items(op, fields)
        v = len(self.asked)
        body = json.dumps([op, fields, v])
        return {
            "document": {
                "type": "plan" if op == "plan" else "order",
                "target": fields["target"],
                "epoch": 1,
                "v": v,
                "sha256": hashlib.sha256(body.encode()).hexdigest(),
                "issued": to_epoch(AT),
                "expires": to_epoch(AT) + 900,
                "envelope": json.dumps({"payload": body}),
                "items": items,
            }
        }

    def _items(self, op: str, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if op == "order":
            return [{"id": item_id(fields["revision"], 0), "revision": fields["revision"], "at": 0}]
        if op == "plan":
            revisions = Revision.objects.filter(
                targets__target=fields["target"], starts_at__isnull=False, approval__isnull=False
            )
            gone = Withdrawal.objects.values_list("bulletin", flat=True)
            return [
                {
                    "id": item_id(r.pk, to_epoch(r.starts_at)),
                    "revision": str(r.pk),
                    "at": to_epoch(r.starts_at),
                }
                for r in revisions
                if r.starts_at and r.bulletin_id not in gone
            ]
        return []


class Teller:
    """A loudspeaker that writes receipts: numbered, chained, signed by its own key."""

    def __init__(self, loudspeaker: Loudspeaker) -> None:
        """This function will begin a new chain."""
        self.device, self.key = loudspeaker.device, loudspeaker.key
        self.n, self.prev = 0, ""

    def tell(self, event: str, item: object = None, **more: Any) -> str:
        """This function will return the envelope of the next receipt."""
        self.n += 1
        receipt = Receipt(
            device=str(self.device.pk),
            n=self.n,
            prev=self.prev,
            boot=1,
            clock="SYNCED",
            at=to_epoch(AT) + self.n,
            event=event,
            item=str(item) if item else None,
            **more,
        )
        self.prev = receipt.sha256
        return receipt.sign(self.key)
