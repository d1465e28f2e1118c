"""Reads about messages from outside."""

from nguon.cap.queries.inbox import (
    Choice,
    aims_of,
    authorisations_for,
    authorisations_in,
    authorised_areas,
    choices,
    is_decided,
    labels_of,
    made_before,
    seen_by,
    senders_in,
    taken_back,
    waiting_for,
    was_made,
)
from nguon.cap.queries.meaning import Meaning, deciders, homes, meaning_of, meets
from nguon.cap.queries.places import Touched, Where, where
from nguon.cap.queries.public import addresses, areas_of_alert, current, over
from nguon.cap.queries.standing import fate_of, standing_of

__all__ = [
    "Choice",
    "Meaning",
    "Touched",
    "Where",
    "addresses",
    "aims_of",
    "areas_of_alert",
    "authorisations_for",
    "authorisations_in",
    "authorised_areas",
    "choices",
    "current",
    "deciders",
    "fate_of",
    "homes",
    "is_decided",
    "labels_of",
    "made_before",
    "meaning_of",
    "meets",
    "over",
    "seen_by",
    "senders_in",
    "standing_of",
    "taken_back",
    "waiting_for",
    "was_made",
    "where",
]
