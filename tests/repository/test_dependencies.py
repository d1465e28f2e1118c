"""What we install: every version is pinned, and every licence suits Apache-2.0."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.tree import project

OURS = {"nguon", "nguon-device", "nguon-protocol", "nguon-signer"}
# The one library under the GPL that a user gets; why it is allowed: docs/adr/008-licences.md
EXCEPTIONS = {"espeakng-loader"}
STRONG = re.compile(r"(?<!L)(?<!LESSER )\bA?GPL|(?<!LESSER )GENERAL PUBLIC|AFFERO")


def requirements(listed: list[str], extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """This function will return those of the requirements that hold on this Python and system."""
    for text in listed:
        wanted = Requirement(text)
        places = [{"extra": extra} for extra in extras or {""}]
        if wanted.marker is None or any(wanted.marker.evaluate(place) for place in places):
            yield wanted


def left_out() -> set[str]:
    overrides = map(Requirement, project()["tool"]["uv"]["override-dependencies"])
    return {
        canonicalize_name(wanted.name)
        for wanted in overrides
        if wanted.marker and not wanted.marker.evaluate()
    }


def closure(listed: list[str]) -> dict[str, Distribution]:
    """This function will return all that the requirements bring in, by name, from what is installed."""
    found: dict[str, Distribution] = {}
    waiting = list(requirements(listed))
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in seen or name in left_out():
            continue
        seen.add((name, extras))
        found[name] = distribution(name)
        waiting += requirements(found[name].requires or [], extras)
    return found


@cache
def runtime() -> dict[str, Distribution]:
    return closure(sorted(OURS))


def everything() -> dict[str, Distribution]:
    groups = project()["dependency-groups"].values()
    return runtime() | closure([wanted for group in groups for wanted in group])


def licence(of: Distribution) -> str:
    """This function will return what a distribution says of its licence, in capitals."""
    said = of.metadata
    told = [str(text) for name in ("License-Expression", "License") for text in said.get_all(name, [])]
    classified = [line for line in said.get_all("Classifier", []) if line.startswith("License")]
    return " ".join([*(text[:200] for text in told), *classified]).upper()


def test_every_installed_version_is_pinned() -> None:
    pins = {pin.name: pin for pin in requirements(project()["tool"]["uv"]["constraint-dependencies"])}
    others = {name: found for name, found in everything().items() if name not in OURS}
    wrong = [
        f"{name} {found.version}"
        for name, found in others.items()
        if name not in pins or found.version not in pins[name].specifier
    ]
    assert not wrong, "make the pins anew: python -m tools.pins"


def test_no_runtime_library_is_under_a_strong_copyleft() -> None:
    wrong = {name: licence(found)[:80] for name, found in runtime().items() if STRONG.search(licence(found))}
    assert set(wrong) - EXCEPTIONS == set(), wrong


def test_every_runtime_library_tells_its_licence() -> None:
    silent = {name for name, found in runtime().items() if not licence(found).strip()}
    assert silent - EXCEPTIONS == set()


def test_the_pattern_knows_its_licences() -> None:
    assert STRONG.search("GPL-3.0-OR-LATER")
    assert STRONG.search("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert not STRONG.search("LGPL-3.0-ONLY")
    assert not STRONG.search("GNU LESSER GENERAL PUBLIC LICENSE V3")
