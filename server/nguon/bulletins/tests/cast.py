"""Bulletins of the tests: on the small map, with a sound that is only a row."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from nguon.accounts.tests.cast import People, people
from nguon.audio.models import Media, Rendering
from nguon.audio.states import State as SoundState
from nguon.bulletins import actions
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.models import Revision
from nguon.bulletins.states import Timing
from nguon.devices.tests.cast import Fleet, fleet
from nguon.organisations.tests.cast import AT

TEXT = "Kính mời bà con họp thôn tối nay."
LATER = AT + timedelta(hours=2)


@dataclass(frozen=True)
class Newsroom:
    """People, places and loudspeakers."""

    people: People
    fleet: Fleet

    @property
    def commune(self) -> str:
        """This property will give the area of the commune."""
        return self.people.places.commune.area

    @property
    def ward(self) -> str:
        """This property will give the area of the ward."""
        return self.people.places.ward.area


def newsroom() -> Newsroom:
    """This function will make everything that a bulletin needs."""
    cast = people()
    return Newsroom(cast, fleet(cast))


def sound(text: str = TEXT, seconds: float = 10) -> Rendering:
    """This function will make a finished rendering of a text by the voice "v" at 120 words a minute."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    media, _made = Media.objects.get_or_create(
        sha256=digest,
        defaults={
            "size": 1000,
            "duration_ms": int(seconds * 1000),
            "loudness_lufs": -16.0,
            "true_peak_dbtp": -1.5,
            "created_at": AT,
        },
    )
    return Rendering.objects.get_or_create(
        key=digest,
        defaults={
            "spoken_text": text,
            "voice": "v",
            "speed": 120,
            "state": SoundState.DONE,
            "media": media,
            "requested_at": AT,
            "changed_at": AT,
        },
    )[0]


def draft(
    room: Newsroom,
    *targets: str,
    text: str = TEXT,
    starts_at: datetime | None = None,
    rrule: str = "",
    until_at: datetime | None = None,
    seconds: float = 10,
) -> Revision:
    """This function will make a whole draft of lan's, for the commune unless targets are given."""
    timing = Timing.REPEAT if rrule else Timing.AT if starts_at else Timing.NOW
    made = actions.start(by=room.people.lan, at=AT)
    return actions.save_draft(
        revision_id=made.pk,
        given=DraftFields(
            title="Họp thôn",
            text=text,
            spoken_text=text,
            voice="v",
            speed=120,
            timing=timing,
            rrule=rrule,
            targets=targets or (room.commune,),
        ),
        by=room.people.lan,
        at=AT,
        starts_at=starts_at,
        until_at=until_at,
        rendering_id=sound(text, seconds).pk,
    )


def submitted(room: Newsroom, *targets: str, starts_at: datetime | None = None) -> Revision:
    """This function will make a bulletin that waits for minh."""
    made = draft(room, *targets, starts_at=starts_at)
    return actions.submit(revision_id=made.pk, by=room.people.lan, at=AT)


def approved(room: Newsroom, *targets: str, starts_at: datetime | None = None) -> Revision:
    """This function will make a bulletin that minh has approved."""
    return approve(room, submitted(room, *targets, starts_at=starts_at))


def approve(room: Newsroom, made: Revision) -> Revision:
    """This function will let minh approve what waits for him."""
    actions.approve(
        revision_id=made.pk,
        content_sha256=made.content_sha256,
        by=room.people.minh,
        at=AT,
        unheard="test",
    )
    return made
