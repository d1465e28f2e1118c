"""The official interfaces as data: names, addresses, messages and codes, and what a maker does otherwise."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from nguon_device.bridge.faults import FarFault

NAMES = ("v1.0", "v2.0")
_EDITION = re.compile(r"[0-9]{4}-[0-9]{2}")
_OPEN = ("names", "messages", "codes", "commands", "reads")
"""Tables to which a maker may add; of the others only what is there may be set."""
_LISTS = ("messages", "codes", "commands", "reads")
"""Tables that have nothing but tables in them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One edition of an interface, with a maker's own codes in it."""

    values: Mapping[str, Any]

    @classmethod
    def load(cls, name: str, changes: object = None) -> "Profile":
        """Read an edition (the newest, or the one that `changes` names), and put a maker's changes over it.
        Raises FarFault `settings` for what it has not."""
        if name not in NAMES or not isinstance(changes, Mapping | None):
            raise FarFault("settings", "profile")
        given = dict(changes or {})
        values = _edition(name, given.pop("edition", None))
        _put_over(values, given, "")
        return cls(values)

    def code(self, table: str, name: object) -> Any:
        """Give a code of a list; FarFault `unknown-code` when nobody has set it."""
        found = self.values["codes"].get(table, {}).get(str(name), "")
        if found == "":
            raise FarFault("unknown-code", f"{table} {name}")
        return found

    def command(self, name: str) -> dict[str, Any] | None:
        """Give what fills the message of a command; None when nobody has set its code."""
        found = self.values["commands"].get(name, {})
        if found.get("MaLenh", "") == "":
            return None
        return {"command": found["MaLenh"], "parameter": found.get("ThamSo", "")}

    def text(self, table: str, name: str) -> str:
        """Give a path, a topic or a word."""
        return str(self.values[table][name])

    def means(self, table: str, value: object) -> str:
        """Give the name of a code that a box sent, as a number or its digits; "" for an unknown one."""
        for name, code in self.values["codes"].get(table, {}).items():
            if not isinstance(value, bool) and str(code) == str(value).strip():
                return str(name)
        return ""

    def field_of(self, table: str, priority: int) -> Any:
        """Give the code of the field that a priority stands for."""
        return self.code(table, self.values["field_of"].get(str(priority), "general"))

    def message(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give a message with what is known in it; FarFault `settings` for braces that stand for nothing."""
        known = {f"source.{one}": value for one, value in self.values["source"].items()}
        filled: dict[str, Any] = self._filled(self.values["messages"][name], known | dict(given))
        return filled

    def _filled(self, value: Any, given: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return {
                self._named(name): self._filled(one, given) for name, one in value.items() if one is not None
            }
        if isinstance(value, list):
            return [self._filled(one, given) for one in value]
        if not (isinstance(value, str) and value.startswith("{") and value.endswith("}")):
            return value
        if value[1:-1] not in given:
            raise FarFault("settings", value)
        return given[value[1:-1]]

    def read(self, name: str, said: object) -> dict[str, Any]:
        """Give what a box said under our own names; None for what it did not say."""
        return {ours: self._at(said, str(path)) for ours, path in self.values["reads"][name].items()}

    def _at(self, said: object, path: str) -> Any:
        for part in path.split("."):
            said = said.get(self._named(part)) if isinstance(said, Mapping) else None
        return said

    def _named(self, name: str) -> str:
        return str(self.values["names"].get(name, name))


def _edition(name: str, wanted: object) -> dict[str, Any]:
    files = resources.files(__name__)
    values = tomllib.loads(files.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    if wanted is None or wanted == values["edition"]:
        return values
    older = files.joinpath(f"{name}-{wanted}.toml")
    if not isinstance(wanted, str) or _EDITION.fullmatch(wanted) is None or not older.is_file():
        raise FarFault("settings", "edition")
    return tomllib.loads(older.read_text(encoding="utf-8"))


def _put_over(values: dict[str, Any], changes: Mapping[str, Any], where: str) -> None:
    """Only what the edition names may be set, and each by its own kind, but for the tables that are open. In
    messages null takes a field out."""
    table = where.partition(".")[0]
    for name, change in changes.items():
        before = values.get(name)
        place = f"{where}.{name}".strip(".")
        if name not in values and table not in _OPEN:
            raise FarFault("settings", place)
        plain = isinstance(change, str | int) and not isinstance(before, dict)
        if isinstance(change, Mapping) and (isinstance(before, dict) or (before is None and where in _LISTS)):
            _put_over(values.setdefault(name, {}), change, place)
        elif (plain or table == "messages") and where not in _LISTS:
            values[name] = change
        else:
            raise FarFault("settings", place)
