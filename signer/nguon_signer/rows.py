"""What the signer reads from the server's tables, as plain rows. Policy judges them; nothing here touches
a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from nguon_signer.assertions import Assertion


@dataclass(frozen=True)
class Role:
    """One role assignment; the first and the last day belong to it."""

    user: int
    role: str
    area: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Target:
    """Where one line of a revision plays, as it is today.

    `area` is the area of the place, the group or the device (None when it is gone); `members` are the
    areas of a
    group's devices; `kind` is the place's kind for an area target, else "group" or "device".
    """

    target: str
    kind: str
    area: str | None
    members: tuple[str, ...] = ()
    revoked: bool = False


@dataclass(frozen=True)
class Media:
    """One stored sound."""

    sha256: str
    mime: str
    size: int
    duration_ms: int


@dataclass(frozen=True)
class Approval:
    """The second person's decision; `content_sha256` is what that person had before the eyes."""

    by: int
    decision: str
    at: datetime
    content_sha256: str
    assertion: Assertion | None = None


@dataclass(frozen=True)
class Revision:
    """One revision with everything that decides whether it may sound."""

    id: str
    bulletin: str
    author: int
    bulletin_author: int
    submitted_at: datetime | None
    content_sha256: str
    title: str
    summary: str
    topic: int
    essential: str
    priority: int
    text: str
    spoken_text: str
    timing: str
    starts_at: int | None
    rrule: str
    until: int | None
    media: Media | None
    targets: tuple[Target, ...]
    approval: Approval | None
    withdrawn: bool
    second: Approval | None = None
    more_sha256: str = ""

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """This function will give the decisions of the people who approved it, the first one first."""
        return tuple(one for one in (self.approval, self.second) if one is not None)

    def content(self) -> dict[str, Any]:
        """This function will give the approved fields, as nguon_protocol.content.content_hash takes them."""
        more = {"more_sha256": self.more_sha256} if self.more_sha256 else {}
        return {
            **more,
            "title": self.title,
            "summary": self.summary,
            "topic": self.topic,
            "essential": self.essential,
            "priority": self.priority,
            "text": self.text,
            "spoken_text": self.spoken_text,
            "media_sha256": self.media.sha256 if self.media else "",
            "duration_ms": self.media.duration_ms if self.media else 0,
            "timing": {
                "mode": self.timing,
                "starts_at": self.starts_at,
                "rrule": self.rrule,
                "until": self.until,
            },
            "targets": sorted(target.target for target in self.targets),
            "author": self.author,
        }


@dataclass(frozen=True)
class Placed:
    """One playing of a revision that somebody put into the programme of a commune (its area), at an instant
    (epoch s); with a `group` it is the turn of those loudspeakers of the commune alone."""

    revision: str
    area: str
    at: int
    by: int
    placed_at: datetime
    group: str = ""

    @property
    def where(self) -> str:
        """This property will give what its item is named by: the commune, or the target of its turn."""
        return f"g/{self.group}" if self.group else self.area


@dataclass(frozen=True)
class Hours:
    """How much may be broadcast a day in a commune (minutes, None: as much as the root says), and on which
    weekdays (digits, Monday is 0)."""

    minutes: int | None = None
    weekdays: str = "0123456"


@dataclass(frozen=True)
class Stop:
    """One press of the stop button."""

    id: str
    by: int
    at: datetime
    target: str


@dataclass(frozen=True)
class Command:
    """What an operator, or the clock (`by` is None), tells loudspeakers; `hours` as they were stored."""

    id: str
    kind: str
    area: str
    volume: int | None
    hours: list[Any]
    by: int | None
    at: datetime


@dataclass(frozen=True)
class Station:
    """A station that is sent on by the clock, as a second person approved it; hours are of the wall clock."""

    id: str
    author: int
    name: str
    url: str
    weekdays: str
    begins: time
    ends: time
    first_day: date
    last_day: date
    silence_s: int
    fallback: str
    instead: str
    ended: bool
    content_sha256: str
    targets: tuple[Target, ...]
    approval: Approval | None

    def content(self) -> dict[str, Any]:
        """This function will give the approved fields, as `relay_hash` takes them."""
        return {
            "url": self.url,
            "name": self.name,
            "weekdays": self.weekdays,
            "begins": f"{self.begins:%H:%M}",
            "ends": f"{self.ends:%H:%M}",
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "silence_s": self.silence_s,
            "fallback": self.fallback,
            "instead": self.instead,
            "targets": sorted(target.target for target in self.targets),
            "author": self.author,
        }


@dataclass(frozen=True)
class LiveSession:
    """A person's wish to speak at once; `opened_at` is None until the person has pressed the button. With a
    `relay` nobody speaks: a station is sent on."""

    id: str
    by: int
    minutes: int
    opened_at: datetime | None
    ended: bool
    targets: tuple[Target, ...]
    assertion: Assertion | None = None
    relay: Station | None = None


@dataclass(frozen=True)
class Words:
    """What takes an alert back or ends it: stored sounds, and a sound of its own if it has one."""

    sounds: tuple[str, ...]
    media: Media | None

    def content(self) -> dict[str, Any]:
        """This function will give what is hashed of it."""
        return {
            "sounds": list(self.sounds),
            "media_sha256": self.media.sha256 if self.media else "",
            "duration_ms": self.media.duration_ms if self.media else 0,
        }


@dataclass(frozen=True)
class Alert:
    """One alert with the touches over it; `signed` are the officers' words in their order, `glass_ready` says
    that its sound is that of a template which two people had approved before."""

    id: str
    kind: str
    author: int
    hazard: str
    level: int
    title: str
    spoken_text: str
    media: Media | None
    replay: Media | None
    sounds: tuple[str, ...]
    correction: Words
    all_clear: Words
    repeat: int
    offsets: tuple[int, ...]
    every_s: int
    lasts_s: int
    loudspeakers: int
    people: int
    ended: bool
    content_sha256: str
    targets: tuple[Target, ...]
    signed: tuple[Approval, ...]
    glass_ready: bool = False

    def content(self) -> dict[str, Any]:
        """This function will give the signed fields, as `alert_hash` takes them."""
        return {
            "kind": self.kind,
            "hazard": self.hazard,
            "level": self.level,
            "title": self.title,
            "spoken_text": self.spoken_text,
            "media_sha256": self.media.sha256 if self.media else "",
            "duration_ms": self.media.duration_ms if self.media else 0,
            "replay_sha256": self.replay.sha256 if self.replay else "",
            "replay_ms": self.replay.duration_ms if self.replay else 0,
            "sounds": list(self.sounds),
            "correction": self.correction.content(),
            "all_clear": self.all_clear.content(),
            "repeat": self.repeat,
            "offsets": list(self.offsets),
            "every_s": self.every_s,
            "lasts_s": self.lasts_s,
            "targets": sorted(target.target for target in self.targets),
            "loudspeakers": self.loudspeakers,
            "people": self.people,
            "author": self.author,
        }


@dataclass(frozen=True)
class Step:
    """One sounding of an alert: the first is number 0, later ones repeat it."""

    id: str
    number: int
    alert: Alert


@dataclass(frozen=True)
class Withdrawal:
    """An approved bulletin taken back; `revisions` are all its submitted revisions."""

    id: str
    by: int
    at: datetime
    author: int
    revisions: tuple[Revision, ...]


@dataclass(frozen=True)
class Device:
    """One enrolled loudspeaker and its groups; `since` (epoch s) is when it joined last."""

    id: str
    area: str
    revoked: bool
    groups: tuple[str, ...]
    since: int = 0


@dataclass(frozen=True)
class Passkey:
    """One security key as the server registered it; `id` is a UUID, the rest base64url without padding."""

    id: str
    user: int
    credential_id: str
    public_key: str
    revoked: bool


@dataclass(frozen=True)
class Grant:
    """An administrator's word that a passkey may act in a role over an area, and its proof."""

    role: str
    area: str
    by: int
    at: datetime
    assertion: Assertion
