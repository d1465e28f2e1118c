"""Reads about messages from outside."""

from nguon.cap.queries.meaning import Meaning, meaning_of
from nguon.cap.queries.places import Touched, Where, where

__all__ = ["Meaning", "Touched", "Where", "meaning_of", "where"]
