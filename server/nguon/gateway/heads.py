"""Every hour the signer signs the head of the journal; the head is kept, and written as a file."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from nguon.deliveries.actions.signing import Signer
from nguon.journal import queries
from nguon.journal.actions import export_heads, keep_head
from nguon_signer.client import SignerRefused, SignerUnavailable

log = logging.getLogger(__name__)
EVERY = timedelta(hours=1)


class HeadKeeper:
    """One step: a head when an hour has passed since the last one and something was written since."""

    def __init__(self, signer: Signer, folder: Path) -> None:
        """This function will remember whom to ask and where the files go."""
        self._signer, self._folder = signer, folder
        self._roots: dict[int, str] = {}
        self._exported = False

    def step(self, at: datetime) -> bool:
        """This function will have a head signed when one is due; False when none was, or it must wait."""
        last, now = queries.last_kept(), queries.head()
        due = now and (last is None or (at - last.signed_at >= EVERY and now.sequence > last.sequence))
        try:
            if due and now:
                kept = keep_head(signed=self._signer.call("head", sequence=now.sequence), at=at)
                self._learn_roots(kept.root_v)
            if due or not self._exported:  # what a crash left in the database alone
                export_heads(folder=self._folder, roots=self._roots)
                self._exported = True
        except SignerUnavailable as error:
            log.warning("signer: the journal's head waits: %s", error)
            return False
        except SignerRefused as error:
            log.error("signer: the journal's head is NOT signed: %s", error)
            return False
        except OSError as error:
            self._exported = False
            log.warning("the journal's heads are not written as files: %s", error)
            return False
        return bool(due)

    def _learn_roots(self, newest: int) -> None:
        """Heads outlive the keys that signed them: each root is kept beside them."""
        for v in range(1, newest + 1):
            if v not in self._roots:
                self._roots[v] = str(self._signer.call("root", v=v)["envelope"])
