"""Reads about alerts; the first argument is the scope."""

from nguon.alerts.queries.alerts import (
    all_templates,
    areas_of,
    counted,
    mine,
    open_alerts,
    past,
    running_in,
    targets_of,
    templates_for,
    to_review,
    turns_of,
    visible,
    waiting_for,
)
from nguon.alerts.queries.hearing import Hearing, Line, documents_of, hearing_of, not_reached, soundless

__all__ = [
    "Hearing",
    "Line",
    "all_templates",
    "areas_of",
    "counted",
    "documents_of",
    "hearing_of",
    "mine",
    "not_reached",
    "open_alerts",
    "past",
    "running_in",
    "soundless",
    "targets_of",
    "templates_for",
    "to_review",
    "turns_of",
    "visible",
    "waiting_for",
]
