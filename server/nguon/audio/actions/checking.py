"""Noticing that sounds on the disk have rotted, and that they are whole again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from nguon.audio.queries import damaged
from nguon.journal.actions import record
from nguon.journal.queries import newest_facts

DAMAGED, MENDED = "media.damaged", "media.mended"


def check_media(*, at: datetime) -> int:
    """This function will read every sound of the store and return how many are not whole; the journal says
    once of each that it is damaged, and once that it is mended."""
    found = {f"media:{media.sha256}": fault for media, fault in damaged()}
    known = newest_facts({DAMAGED, MENDED})
    open_ = {subject for subject, fact in known.items() if fact == DAMAGED}
    with transaction.atomic():
        for subject in sorted(found.keys() - open_):
            record(fact=DAMAGED, subject=subject, by=None, at=at, data={"fault": found[subject]})
        for subject in sorted(open_ - found.keys()):
            record(fact=MENDED, subject=subject, by=None, at=at, data={})
    return len(found)
