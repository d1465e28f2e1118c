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
    seen_by,
    senders_in,
    waiting_for,
    was_made,
)
from nguon.cap.queries.meaning import Meaning, deciders, homes, meaning_of, meets
from nguon.cap.queries.places import Touched, Where, where

__all__ = [
    "Choice",
    "Meaning",
    "Touched",
    "Where",
    "aims_of",
    "authorisations_for",
    "authorisations_in",
    "authorised_areas",
    "choices",
    "deciders",
    "homes",
    "is_decided",
    "labels_of",
    "meaning_of",
    "meets",
    "seen_by",
    "senders_in",
    "waiting_for",
    "was_made",
    "where",
]
