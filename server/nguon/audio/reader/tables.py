"""The tables that editors extend: abbreviations, units, labels of web addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Context:
    """How an abbreviation is read between some words; an empty set stands for any word."""

    reading: str
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True)
class Tables:
    """What the rules look up; `ambiguous` abbreviations have other readings too."""

    abbreviations: Mapping[str, str]
    ambiguous: frozenset[str]
    units: Mapping[str, str]
    labels: Mapping[str, str]
    loanwords: frozenset[str] = frozenset()
    overrides: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, tuple[Context, ...]] = field(default_factory=dict)

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """This property will return the abbreviations that are not letters alone, longest first."""
        keys = {key for key in (*self.abbreviations, *self.overrides) if not key.isalpha()}
        return tuple(sorted(keys, key=len, reverse=True))

    def reading(self, abbreviation: str) -> str | None:
        """This function will return how an abbreviation is read, the province's own way first."""
        return self.overrides.get(abbreviation) or self.abbreviations.get(abbreviation)


@cache
def standard() -> Tables:
    """This function will return the tables that come with the program."""
    rows = list(parse((DATA / "abbreviations.tsv").read_text("utf-8").splitlines()))
    return Tables(
        abbreviations={row[0]: row[1] for row in rows},
        ambiguous=frozenset(row[0] for row in rows if row[2:] == ["?"]),
        units={row[0]: row[1] for row in _rows("units.tsv")},
        labels={row[0]: row[1] for row in _rows("domains.tsv")},
        loanwords=_words("loanwords.txt"),
        contexts=_contexts(),
    )


def with_overrides(overrides: Mapping[str, str]) -> Tables:
    """This function will return the standard tables with a province's own readings on top."""
    base = standard()
    if not overrides:
        return base
    return replace(base, ambiguous=base.ambiguous - set(overrides), overrides=dict(overrides))


def parse(lines: Iterable[str]) -> Iterable[list[str]]:
    """This function will yield the cells of each line of a TSV that is not empty and not a comment."""
    for line in lines:
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def _rows(name: str) -> Iterable[list[str]]:
    return parse((DATA / name).read_text("utf-8").splitlines())


def _contexts() -> dict[str, tuple[Context, ...]]:
    known: dict[str, tuple[Context, ...]] = {}
    for key, reading, before, after in _rows("contexts.tsv"):
        one = Context(reading, _cell(before), _cell(after))
        known[key] = (*known.get(key, ()), one)
    return known


def _words(name: str) -> frozenset[str]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return frozenset(word.lower() for line in lines if not line.startswith("#") for word in line.split())


def _cell(cell: str) -> frozenset[str]:
    return frozenset() if cell == "-" else frozenset(cell.split())
