"""The vectors as one file that any language can read: made, written, read."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from nguon_protocol.conformance import state as states
from nguon_protocol.conformance.accepted import accepted
from nguon_protocol.conformance.case import Case, devices, root_of
from nguon_protocol.conformance.refused import refused

NAME = "lsp-1.json"


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector as it is read from the file: what is asked, and the verdict that is right."""

    name: str
    question: dict[str, Any]
    expect: dict[str, Any]


def cases() -> list[Case]:
    """Give every vector in the order of the file."""
    return [*accepted(), *refused()]


def make() -> str:
    """Give the file's text; the same on every machine."""
    known = {name: states.to_json(state, root_of(state)) for name, state in devices().items()}
    book = {"spec": 1, "devices": known, "vectors": [_entry(case) for case in cases()]}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def stored() -> str:
    """Give the file's text as it is published with this package."""
    return files("nguon_protocol").joinpath("vectors", NAME).read_text(encoding="utf-8")


def read(text: str) -> Iterator[Vector]:
    """Give the vectors of a file's text."""
    book = json.loads(text)
    for entry in book["vectors"]:
        if "envelope" in entry:
            data = entry["envelope"].encode()
        else:
            data = base64.b64decode(entry["envelope_b64"], validate=True)
        data += b" " * entry.get("pad", 0)
        question = {
            "name": entry["name"],
            "state": book["devices"][entry["device"]],
            "now": entry["now"],
            "clock": entry["clock"],
            "envelope_b64": base64.b64encode(data).decode(),
        }
        yield Vector(entry["name"], question, entry["expect"])


def _entry(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {"name": case.name, "device": case.device, "now": case.now, "clock": case.clock}
    try:
        found["envelope"] = case.envelope.decode("utf-8")
    except UnicodeDecodeError:
        found["envelope_b64"] = base64.b64encode(case.envelope).decode()
    if case.pad:
        found["pad"] = case.pad
    return found | {"expect": case.expect}
