"""A thin client of the broker."""

from nguon.adapters.nats.pipe import Message, Pipe, subject_of

__all__ = ["Message", "Pipe", "subject_of"]
