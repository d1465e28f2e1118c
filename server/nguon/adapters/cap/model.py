"""A CAP message as values: what the elements of the standard (section 3.2) say, nothing of XML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


class Status(StrEnum):
    """How a message is to be handled; only ACTUAL is real."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class Kind(StrEnum):
    """What a message does (msgType)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """For whom a message is."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What names a message for ever: who, which, when; also one triple of `references`."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A name with a value: eventCode, parameter, geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with an alert; `digest` is SHA-1 in hexadecimal digits, `size` in bytes."""

    desc: str
    mime: str
    size: int | None = None
    uri: str = ""
    inline: str = ""
    digest: str = ""


Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A middle (degrees) and a radius (km)."""

    middle: Point
    km: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where: words, shapes and official codes; altitudes in feet above the sea."""

    desc: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What is told in one language."""

    event: str
    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    language: str = "en-US"
    responses: tuple[str, ...] = ()
    audience: str = ""
    codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One CAP message."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    kind: Kind
    scope: Scope
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Key, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def key(self) -> Key:
        """This property will give what names this message."""
        return Key(self.sender, self.identifier, self.sent)
