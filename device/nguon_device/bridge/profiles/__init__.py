"""The official interfaces as data: names, addresses and codes, and what a maker does otherwise."""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from importlib import resources
from typing import Any

from nguon_device.bridge.faults import FarFault

NAMES = ("v1.0", "v2.0")
MOST_CHANGES = 4096
"""Characters of what may be set for one maker."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One edition of an interface, with a maker's own codes in it."""

    values: Mapping[str, Any]

    @classmethod
    def load(cls, name: str, changes: Mapping[str, Any] | None = None) -> "Profile":
        """Read an edition, and put a maker's changes over it; FarFault `settings` for a name it has not."""
        if name not in NAMES:
            raise FarFault("settings", name)
        text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        values = tomllib.loads(text)
        _put_over(values, changes or {}, name)
        return cls(values)

    def code(self, table: str, name: object) -> Any:
        """Give a code of a list; FarFault `unknown-code` when nobody has set it."""
        found = self.values["codes"].get(table, {}).get(str(name), "")
        if found == "":
            raise FarFault("unknown-code", f"{table} {name}")
        return found

    def command(self, name: str) -> dict[str, Any] | None:
        """Give MaLenh and ThamSo of a command; None when nobody has set them."""
        found = self.values["commands"].get(name, {})
        return dict(found) if found.get("MaLenh", "") != "" else None

    def text(self, table: str, name: str) -> str:
        """Give a path, a topic or a name of a field."""
        return str(self.values[table][name])

    def means(self, table: str, value: object) -> str:
        """Give the name of a code that a box sent, as a number or its digits; "" for an unknown one."""
        for name, code in self.values["codes"].get(table, {}).items():
            if not isinstance(value, bool) and str(code) == str(value).strip():
                return str(name)
        return ""


def _put_over(values: dict[str, Any], changes: Mapping[str, Any], where: str) -> None:
    """Only what the edition names may be set, and each by its own kind; codes and commands may be added."""
    for name, change in changes.items():
        if name not in values and not where.startswith(("codes", "commands")):
            raise FarFault("settings", f"{where} {name}")
        before = values.get(name)
        if isinstance(before, dict) and isinstance(change, Mapping):
            _put_over(before, change, name if where in NAMES else where)
        elif isinstance(before, dict) or not isinstance(change, str | int):
            raise FarFault("settings", f"{where} {name}")
        else:
            values[name] = change


def editions() -> dict[str, Any]:
    """Give every edition as it is written down, for whoever wants to show it."""
    return {name: deepcopy(dict(Profile.load(name).values)) for name in NAMES}
