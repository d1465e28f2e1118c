"""The hash of what a second person approves: change any of it and the approval is void."""

import hashlib
from collections.abc import Mapping
from typing import Any

from nguon_protocol import strict_json
from nguon_protocol.errors import ProtocolError

FIELDS = frozenset(
    {
        "title",
        "summary",
        "topic",
        "essential",
        "priority",
        "text",
        "spoken_text",
        "media_sha256",
        "duration_ms",
        "timing",
        "targets",
        "author",
    }
)
MORE = "more_sha256"
TIMING_FIELDS = frozenset({"mode", "starts_at", "rrule", "until"})
RELAY_FIELDS = frozenset(
    {
        "url",
        "name",
        "weekdays",
        "begins",
        "ends",
        "first_day",
        "last_day",
        "silence_s",
        "fallback",
        "instead",
        "targets",
        "author",
    }
)
ALERT_FIELDS = frozenset(
    {
        "kind",
        "hazard",
        "level",
        "title",
        "spoken_text",
        "media_sha256",
        "duration_ms",
        "replay_sha256",
        "replay_ms",
        "sounds",
        "correction",
        "all_clear",
        "repeat",
        "offsets",
        "every_s",
        "lasts_s",
        "targets",
        "loudspeakers",
        "people",
        "author",
    }
)


def alert_hash(fields: Mapping[str, Any]) -> str:
    """Give the hex SHA-256 over what two officers sign of an alert: words, sounds, rhythm, exactly these
    areas and so many loudspeakers and people there.

    `correction` and `all_clear` are {sounds, media_sha256, duration_ms}; `offsets`, `every_s` and `lasts_s`
    are seconds from the second signature. It is never the hash of a bulletin or a relay: the fields differ.
    """
    if set(fields) != ALERT_FIELDS:
        raise ProtocolError(f"approved fields differ: {sorted(set(fields) ^ ALERT_FIELDS)}")
    whole = {**fields, "alert": 1, "targets": sorted(fields["targets"])}
    return hashlib.sha256(strict_json.dumps(whole)).hexdigest()


def relay_hash(fields: Mapping[str, Any]) -> str:
    """Give the hex SHA-256 over what is approved of a relay (a station sent on by the clock).

    Hours are "HH:MM" of the local wall clock, days ISO dates, weekdays digits of 1 (Monday) to 7. It is never
    the hash of a bulletin: the fields differ.
    """
    if set(fields) != RELAY_FIELDS:
        raise ProtocolError(f"approved fields differ: {sorted(set(fields) ^ RELAY_FIELDS)}")
    whole = {**fields, "relay": 1, "targets": sorted(fields["targets"])}
    return hashlib.sha256(strict_json.dumps(whole)).hexdigest()


def content_hash(fields: Mapping[str, Any]) -> str:
    """Give the hex SHA-256 over the canonical JSON of exactly the approved fields.

    `timing` is {mode, starts_at (epoch s or None), rrule (text), until (epoch s or None)}; `targets` are put
    in order here. A missing or unknown field is a ProtocolError: a field that is not hashed is not approved.
    `more_sha256` may be left out: the hash over all that decides nothing about sound (attachments, other
    languages, names), which loudspeakers and signer need not know.
    """
    if set(fields) - {MORE} != FIELDS:
        raise ProtocolError(f"approved fields differ: {sorted((set(fields) - {MORE}) ^ FIELDS)}")
    timing = fields["timing"]
    if not isinstance(timing, Mapping) or set(timing) != TIMING_FIELDS:
        raise ProtocolError(f"timing has exactly {sorted(TIMING_FIELDS)}")
    whole = {**fields, "timing": dict(timing), "targets": sorted(fields["targets"])}
    return hashlib.sha256(strict_json.dumps(whole)).hexdigest()
