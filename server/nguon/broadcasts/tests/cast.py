"""Bulletins that are approved to be placed, for tests of programmes."""

from datetime import datetime, timedelta

from nguon.bulletins import actions as bulletins
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Revision
from nguon.bulletins.states import Timing
from nguon.bulletins.tests.cast import TEXT, Newsroom, sound
from nguon.organisations.tests.cast import AT

DAY = timedelta(days=1)


def to_place(
    room: Newsroom,
    *targets: str,
    title: str = "Họp thôn",
    seconds: float = 10,
    until_at: datetime | None = None,
    approve: bool = True,
    priority: int = 3,
) -> Revision:
    """This function will make a bulletin of lan's that minh has approved for programmes."""
    text = TEXT if seconds == 10 else f"{TEXT} {seconds}"
    made = bulletins.start(by=room.people.lan, at=AT)
    given = DraftFields(
        title=title,
        text=text,
        spoken_text=text,
        voice="v",
        speed=120,
        priority=priority,
        timing=Timing.PROGRAMME,
        targets=targets or (room.commune,),
    )
    rendering = sound(text, seconds).pk
    bulletins.save_draft(
        revision_id=made.pk, given=given, by=room.people.lan, at=AT, until_at=until_at, rendering_id=rendering
    )
    made = bulletins.submit(revision_id=made.pk, by=room.people.lan, at=AT)
    if approve:
        bulletins.approve(
            revision_id=made.pk,
            content_sha256=made.content_sha256,
            by=room.people.minh,
            at=AT,
            unheard="test",
        )
    return made
