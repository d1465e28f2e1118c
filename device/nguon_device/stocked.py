"""Stored sounds: those that the maker put there, and those that a signed plan had fetched ahead."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from nguon_device.ports import Phrases, Shelf
from nguon_protocol.documents.plan import Stocked


class StockPhrases:
    """The maker's sounds first; of the plan's those whose file is here, whole."""

    def __init__(self, own: Phrases, shelf: Shelf, stock: Callable[[], Iterable[Stocked]]) -> None:
        self._own = own
        self._shelf = shelf
        self._stock = stock

    def names(self) -> Collection[str]:
        """Give the names of what is there."""
        return {*self._own.names(), *self._fetched()}

    def path(self, name: str) -> Path:
        """Give where a sound that is there lies."""
        if name in self._own.names():
            return self._own.path(name)
        return self._shelf.path(self._fetched()[name])

    def _fetched(self) -> dict[str, str]:
        stored = self._shelf.stored()
        return {
            one.name: one.media.sha256 for one in self._stock() if one.name and one.media.sha256 in stored
        }
