"""Modules that are imported when they are first used.

Every process of an installation waits at its start for all that is imported at the top of our modules; sound,
web clients and certificates are needed by few of them, and late. `if TYPE_CHECKING:` beside it tells mypy
what the module holds.
"""

from importlib import import_module
from typing import Any


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def later(name: str) -> Any:
    """This function will stand for the module of this full name, and import it when something of it is
    asked for; several threads may ask at once.
    """
    return _Later(name)
