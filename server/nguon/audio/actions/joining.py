"""Several finished sounds one after the other, as one: what a bulletin says in several languages.

One sound, so that a loudspeaker needs to know nothing of languages: one item of the plan, one hash that is
approved and signed, one receipt, one length.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from nguon.audio import errors, store
from nguon.audio.actions.work import alone, begin, enqueue, fail, finish
from nguon.audio.models import Joined, Media
from nguon.audio.rules import GAP_MS, joined_key
from nguon.audio.sound.chain import master_of_pcm, pcm_of
from nguon.audio.sound.faults import SoundFault
from nguon.audio.sound.filters import RATE, SAMPLE
from nguon.audio.states import State

MOST_PARTS = 8
LONGEST_MS = 60 * 60 * 1000


@transaction.atomic
def request_joining(*, parts: Sequence[str], at: datetime) -> Joined:
    """This function will return these sounds (SHA-256) as one; a finished one comes back at once, else it is
    queued. Raises JoinedTooLong for more than an hour or eight sounds.
    """
    lengths = dict(Media.objects.filter(pk__in=parts).values_list("pk", "duration_ms"))
    if len(parts) > MOST_PARTS or sum(lengths.get(part, 0) for part in parts) > LONGEST_MS:
        raise errors.JoinedTooLong
    row, created = Joined.objects.select_for_update(of=("self",)).get_or_create(
        key=joined_key(parts), defaults={"parts": list(parts), "requested_at": at, "changed_at": at}
    )
    if created or row.state == State.FAILED or (row.media_id and store.fault_of(row.media_id)):
        row.state, row.error, row.media, row.changed_at = State.QUEUED, "", None, at
        row.save(update_fields=["state", "error", "media", "changed_at"])
        enqueue(row)
    return row


def join(*, joined_id: uuid.UUID, at: datetime) -> Joined | None:
    """This function will make the one sound; None when another worker is at it or it is finished."""
    row = Joined.objects.filter(id=joined_id).first()
    if row is None:
        return None
    with alone(row.id) as mine:
        if not mine or not begin(row, at=at):
            return None
        try:
            finish(row, master_of_pcm(_whole(row.parts), RATE), at=at)
        except (SoundFault, errors.DiskFull) as fault:
            fail(row, fault.code, at=at)
        except OSError:
            fail(row, errors.SoundTruncated.code, at=at)
    row.refresh_from_db()
    return row


def _whole(parts: Sequence[str]) -> io.BytesIO:
    """The masters are our own, so they are decoded here; whether they are whole their hash has to say."""
    whole = io.BytesIO()
    for number, part in enumerate(parts):
        if store.fault_of(part):
            raise FileNotFoundError(part)
        if number:
            whole.write(bytes(SAMPLE * (RATE * GAP_MS // 1000)))
        whole.write(pcm_of(store.path_of(part).read_bytes()))
    return whole
